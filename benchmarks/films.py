"""Train on reviews of some films and judge on reviews of others, in five folds.

python benchmarks/films.py FOLDER PRESET [--seeds 0,1,2] [--folds 0,1,2,3,4] [--jobs 1] [OPTION…]

FOLDER holds `imdb_small/train.csv.gz` and `imdb_small/films.csv`, which gives every review its film
and its fold. Each fold is judged once by a model that was trained on the other four; all further
options go to `elman train`. So many runs go on at once as --jobs says. A line a run goes to
standard output, and at the end the means over folds and seeds, with what the recurrence adds to the
linear part over all reviews. "alone" is the recurrence without the linear part, where it was kept.
"""

import csv
import dataclasses
import gzip
import json
import math
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

import elman
from elman.runtime.model import Model
from elman.tasks.classify.codec import text_codec


def write_folds(folder: Path, workspace: Path) -> None:
    """Write a training and a test file for each fold, with the film as a column."""
    with open(folder / "imdb_small/films.csv", newline="") as file:
        films = {row["id"]: row for row in csv.DictReader(file)}
    with gzip.open(folder / "imdb_small/train.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for fold in range(5):
        for name in ("train", "test"):
            with open(workspace / f"{name}-{fold}.csv", "w", encoding="utf-8", newline="") as file:
                out = csv.writer(file)
                out.writerow(["text", "label", "film"])
                for row in rows:
                    film = films[row["id"]]
                    if (int(film["fold"]) == fold) == (name == "test"):
                        out.writerow([row["text"], row["label"], film["film"]])


def trained(workspace: Path, fold: int, preset: str, seed: int, more: list[str]) -> dict:
    """Train on four folds, and return the report."""
    out = workspace / f"{preset}-{fold}-{seed}"
    command = [sys.executable, "-m", "elman", "train", str(workspace / f"train-{fold}.csv")]
    command += ["--test", str(workspace / f"test-{fold}.csv"), "--text", "text", "--label", "label"]
    command += ["--group", "film", "--preset", preset, "--seed", str(seed), "--json"]
    done = subprocess.run(
        [*command, "--out", str(out), *more], stdout=subprocess.PIPE, text=True, check=True
    )
    report = json.loads(done.stdout.splitlines()[-1])
    report["alone"] = alone(out, workspace / f"test-{fold}.csv")
    return report


def alone(directory: Path, test: Path) -> float | None:
    """Return the accuracy of the recurrence without its linear part; None where that alone is."""
    saved = elman.load(directory)
    if not saved.network.spec.recurrent:
        return None
    tensors = {
        name: np.zeros_like(tensor) if name.startswith("linear.") else tensor
        for name, tensor in saved.tensors.items()
    }
    model = Model.of(dataclasses.replace(saved.info, tensors=tensors), text_codec)
    with open(test, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    said = model.predict([row["text"] for row in rows])
    return float(np.mean([p.label == r["label"] for p, r in zip(said, rows, strict=True)]))


def added(report: dict) -> tuple[float, float]:
    """Return what the recurrence adds to the linear part, and the variance of that mean."""
    others = report["baselines"]
    sign, beside = 1, others.get("words_and_pairs")
    if beside is None:
        sign, beside = -1, others["with_recurrence"]
    low, high = beside["paired"]["ci95"]
    return sign * beside["paired"]["difference"], ((high - low) / 2 / 1.96) ** 2


def line(fold: int, seed: int, report: dict) -> dict:
    """Return what is printed of a run."""
    accuracy, others = report["metrics"]["accuracy"], report["baselines"]
    linear = accuracy if report["kept"] == "linear" else others["words_and_pairs"]["accuracy"]
    return {
        "fold": fold,
        "seed": seed,
        "kept": report["kept"],
        "accuracy": accuracy,
        "TF-IDF": others["tfidf_logistic"]["accuracy"],
        "linear": linear,
        "alone": report["alone"],
        "recurrence adds": added(report)[0],
        "seconds": round(report["seconds"]["total"], 1),
    }


def main(folder: Path, preset: str, arguments: list[str]) -> None:
    numbers = {"--seeds": (0, 1, 2), "--folds": (0, 1, 2, 3, 4), "--jobs": (1,)}
    more = []
    while arguments:
        name = arguments.pop(0)
        if name in numbers:
            numbers[name] = tuple(map(int, arguments.pop(0).split(",")))
        else:
            more.append(name)
    found, gains = defaultdict(list), defaultdict(list)
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(numbers["--jobs"][0]) as pool:
        place = Path(name)
        write_folds(folder, place)
        runs = {
            (fold, seed): pool.submit(trained, place, fold, preset, seed, more)
            for seed in numbers["--seeds"]
            for fold in numbers["--folds"]
        }
        for (fold, seed), run in runs.items():
            report = run.result()
            said = line(fold, seed, report)
            print(json.dumps(said), flush=True)
            for key, value in said.items():
                if key not in ("fold", "seed", "kept") and value is not None:
                    found[key].append(value)
            gains[seed].append((*added(report), report["held_out"]["n"]))
            found[f"seed {seed}"].append(said["accuracy"])
    print(json.dumps({key: round(sum(v) / len(v), 4) for key, v in found.items()}))
    for seed, parts in gains.items():
        rows = sum(n for *_, n in parts)
        mean = sum(gain * n for gain, _, n in parts) / rows
        error = math.sqrt(sum(variance * n * n for _, variance, n in parts)) / rows
        print(f"seed {seed}: {100 * mean:+.2f} points, ± {196 * error:.2f}, {rows:,} reviews")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
