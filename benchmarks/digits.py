"""Spoken digits: the official split, or each speaker judged by a model that never heard it.

    python benchmarks/digits.py FOLDER [official|speakers] [--seeds 0,1,2] [OPTION…]

FOLDER holds `fsdd/index.csv` and `fsdd/fsdd.zip`. All further options go to `elman train`.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path


def train(index: Path, out: Path, options: list[str]) -> dict:
    command = [sys.executable, "-m", "elman", "train", str(index), "--task", "signal"]
    command += ["--label", "digit", "--out", str(out), "--threads", "1", "--quiet", *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return json.loads((out / "metrics.json").read_text(encoding="utf-8"))


def shown(name: str, report: dict) -> None:
    metrics, others = report["metrics"], report["baselines"]
    figures = [f"{metrics['accuracy']:.1%}", f"streamed {metrics['streamed_accuracy']:.1%}"]
    figures += [f"{other} {found['accuracy']:.1%}" for other, found in others.items()]
    figures += [f"kept {report['kept']}", f"{report['seconds']['total']:.0f} s"]
    print(f"{name}: {', '.join(figures)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("what", nargs="?", choices=["official", "speakers"], default="official")
    parser.add_argument("--seeds", default="0,1,2")
    asked, options = parser.parse_known_args()
    place = asked.folder / "fsdd"
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "fsdd.zip").symlink_to((place / "fsdd.zip").resolve())
        with open(place / "index.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        if asked.what == "official":
            index = folder / "index.csv"
            index.write_bytes((place / "index.csv").read_bytes())
            for seed in asked.seeds.split(","):
                shown(f"seed {seed}", train(index, folder / seed, ["--seed", seed, *options]))
            return
        for speaker in sorted({row["speaker"] for row in rows}):
            index = folder / f"{speaker}.csv"
            with open(index, "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["file", "digit", "speaker", "split"])
                for row in rows:
                    part = "test" if row["speaker"] == speaker else "train"
                    writer.writerow([row["file"], row["digit"], row["speaker"], part])
            group = ["--group", "speaker", *options]
            shown(speaker, train(index, folder / speaker, group))


if __name__ == "__main__":
    main()
