"""Train on real sets and print what each test part says.

python benchmarks/accuracy.py FOLDER [CASE…]

FOLDER holds `imdb_small/train.csv.gz`, `sst2/{train,dev,test}.csv` and
`ag_news/{train,test}.csv.gz`, with columns text,label or title,description,label. A case is
SET:PRESET[:CELL]; without any, all are run. Every case runs with seeds 0, 1 and 2. One JSON object
a run goes to standard output.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from hold_aside import main as hold_aside

SEEDS = (0, 1, 2)
CASES = (
    "imdb:chapter", "imdb:fast", "imdb:strong", "sst2:fast", "sst2:strong", "ag:fast", "ag:strong"
)  # fmt: skip


def files(folder: Path, workspace: Path) -> dict[str, list[str]]:
    """Name the training and the test file of each set, with the options they need."""
    parts = workspace / "imdb-train.csv", workspace / "imdb-test.csv"
    hold_aside(str(folder / "imdb_small/train.csv.gz"), 2500, *map(str, parts))
    return {
        "imdb": [str(parts[0]), "--test", str(parts[1])],
        # two test sentences also occur in train, in the set as it is published
        "sst2": [
            str(folder / "sst2/train.csv"),
            *("--test", str(folder / "sst2/test.csv"), "--allow-overlap"),
        ],
        "ag": [
            str(folder / "ag_news/train.csv.gz"),
            # two of 7,600 test rows differ from training rows in their punctuation only
            *("--test", str(folder / "ag_news/test.csv.gz"), "--text", "title,description"),
            "--allow-overlap",
        ],
    }


def main(folder: Path, cases: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as name:
        workspace = Path(name)
        known = files(folder, workspace)
        for case in cases:
            data, preset, *cell = case.split(":")
            for seed in SEEDS:
                out = workspace / f"{data}-{preset}-{seed}"
                command = [sys.executable, "-m", "elman", "train", *known[data], "--out", str(out)]
                command += ["--task", "classify", "--preset", preset, "--seed", str(seed), "--json"]
                command += ["--cell", cell[0]] if cell else []
                command += [] if seed == 0 else ["--no-baselines"]
                done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
                report = json.loads(done.stdout.splitlines()[-1])
                others = {name: m["accuracy"] for name, m in report["baselines"].items()}
                print(
                    json.dumps(
                        {
                            "case": case,
                            "seed": seed,
                            **{k: report["metrics"][k] for k in ("accuracy", "accuracy_ci95")},
                            "ece": report["metrics"]["ece"],
                            "others": others,
                            "verdict": report["verdict"],
                            "seconds": report["seconds"],
                        }
                    ),
                    flush=True,
                )


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2:]) or CASES)
