"""What `--preset fast` costs beside the usual baseline written by hand, process by process.

python benchmarks/fast_seconds.py FOLDER [RUNS]

FOLDER as of benchmarks/films.py, whose fold 0 is judged. The baseline is scikit-learn's TF-IDF of
words and pairs under logistic regression, once (its penalty given) and as one would train it (the
best of three penalties on a tenth of the rows, then fitted on all). All run on one thread, one
after the other and in turn; printed are seconds of whole processes and their ratios.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from films import write_folds

BASELINE = """
import csv, sys
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        found = [(row["text"], row["label"]) for row in csv.DictReader(file)]
    return zip(*found)
texts, labels = rows(sys.argv[1])
judged, truth = rows(sys.argv[2])
words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
x = words.fit_transform(texts)
C = 10.0
if sys.argv[3] == "chosen":
    a, b, u, v = train_test_split(x, labels, test_size=0.1, random_state=0, stratify=labels)
    fits = {c: LogisticRegression(C=c, max_iter=1000).fit(a, u) for c in (1.0, 10.0, 30.0)}
    C = max(fits, key=lambda c: fits[c].score(b, v))
model = LogisticRegression(C=C, max_iter=1000).fit(x, labels)
print(model.score(words.transform(judged), truth))
"""


def main(folder: Path, runs: int) -> None:
    alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        write_folds(folder, place)
        files = [str(place / "train-0.csv"), str(place / "test-0.csv")]
        baseline = [sys.executable, "-c", BASELINE, *files]
        train = [sys.executable, "-m", "elman", "train", files[0], "--test", files[1], "--json"]
        train += ["--text", "text", "--label", "label", "--threads", "1", "--out", str(place / "m")]
        commands = {
            "once": [*baseline, "once"],
            "chosen": [*baseline, "chosen"],
            "fast": [*train, "--force"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                begun = time.monotonic()
                done = subprocess.run(
                    command, env=os.environ | alone, capture_output=True, text=True, check=True
                )
                seconds[name].append(time.monotonic() - begun)
                last = done.stdout.splitlines()[-1]
                if name == "fast":
                    report = json.loads(last)
                    last = json.dumps(
                        {"accuracy": report["metrics"]["accuracy"]} | report["seconds"]
                    )
                print(name, f"{seconds[name][-1]:.1f} s", last, flush=True)
        for name in ("once", "chosen"):
            ratios = sorted(a / b for a, b in zip(seconds["fast"], seconds[name], strict=True))
            middle = statistics.median(ratios)
            print(f"fast / {name}: {middle:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5)
