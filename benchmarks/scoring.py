"""Answer many texts of a review's length into a folder: two workers beside one, and their memory.

With --series: how many series of ten years of months, a thousand in a file, are foretold a second.

python benchmarks/scoring.py FOLDER [ROWS] makes model and rows in FOLDER, if they are not there;
once more with --run it times whole commands in turns, three of each, which takes a minute for
200,000 rows and wants a quiet machine, and says the largest memory of any process for a quarter
of the rows and for all.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import polars as pl

ROWS, PARTS = 200_000, 32
PLAIN = (sys.executable, "-m", "elman")


def texts(count: int, seed: int) -> list[tuple[str, str]]:
    """Reviews of about 230 words: many of the built-in ones, most of them of one opinion."""
    from elman.data.builtin.reviews import reviews

    each = reviews(12 * count, seed)
    by_label: dict[str, list[str]] = {}
    for text, label in each:
        by_label.setdefault(label, []).append(text)
    names, made = sorted(by_label), []
    for n in range(count):
        label, other = names[n % 2], names[1 - n % 2]
        most = [by_label[label][(n * 13 + k) % len(by_label[label])] for k in range(8)]
        few = [by_label[other][(n * 7 + k) % len(by_label[other])] for k in range(4)]
        made.append((" ".join(most[:4] + few + most[4:]), label))
    return made


def halves(begins: list[str], ends: list[str], n: int) -> str:
    """The n-th text of a beginning and an end; no two are the same, or files would be small."""
    return f"{begins[n % len(begins)]} {ends[(n + n // len(begins)) % len(ends)]}"


def make(folder: Path, rows: int) -> None:
    """A model trained on 3,000 of them, and rows in files of parquet."""
    import elman

    folder.mkdir(parents=True, exist_ok=True)
    elman.train(texts(3000, 0), folder / "model", keep="recurrent")
    some = [text.split() for text, _ in texts(4000, 1)]
    words = statistics.mean(len(each) for each in some)
    begins = [" ".join(each[: len(each) // 2]) for each in some]
    ends = [" ".join(each[len(each) // 2 :]) for each in some]
    for name in ("all", "quarter"):
        (folder / name).mkdir(exist_ok=True)
        for part in range(PARTS if name == "all" else PARTS // 4):
            begin, each = part * rows // PARTS, rows // PARTS
            frame = {
                "id": range(begin, begin + each),
                "text": [halves(begins, ends, n) for n in range(begin, begin + each)],
            }
            pl.DataFrame(frame).write_parquet(folder / f"{name}/{part:03}.parquet")
    print(f"{rows:,} rows of {words:.0f} words in {PARTS} files")


def make_series(folder: Path, files: int = 10, each: int = 1000, months: int = 120) -> None:
    """Seasons with a trend and noise; a forecaster of a year, trained on the first two hundred."""
    import numpy as np

    import elman

    draw, time = np.random.default_rng(0), np.arange(months)
    dates = [f"{2010 + month // 12}-{month % 12 + 1:02}-01" for month in range(months)]
    (folder / "series").mkdir(parents=True, exist_ok=True)
    for file in range(files):
        level, trend, swing = draw.uniform(10, 100, (3, each, 1))
        values = level + trend * time / 100 + swing * np.sin(time * np.pi / 6 + level)
        values += draw.normal(0, 5, values.shape)
        frame = {
            "unique_id": [f"s{file}-{n}" for n in range(each) for _ in dates],
            "ds": dates * each,
            "value": values.ravel().round(3),
        }
        pl.DataFrame(frame).write_parquet(folder / f"series/{file:03}.parquet")
    pl.read_parquet(folder / "series/000.parquet").head(200 * months).write_csv(folder / "few.csv")
    elman.train(folder / "few.csv", folder / "forecaster", horizon=12, season=12, id="unique_id")


def run_series(folder: Path) -> None:
    for workers in (1, 2):
        seconds, rows = answered(folder, "series", workers, "forecaster")
        print(f"{workers} workers: {rows / seconds:,.0f} series/s of 120 values")


def answered(folder: Path, rows: str, workers: int, model: str = "model") -> tuple[float, int]:
    """Seconds of the whole command, and the rows, or series, that it says it has answered."""
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    words = ["predict", model, "--input", rows, "--out", "out/", "--json"]
    words += ["--keep", "id"] if model == "model" else []
    begun = time.perf_counter()
    done = subprocess.run(
        [*PLAIN, *words, "--workers", str(workers)], cwd=folder, capture_output=True, check=True
    )
    return time.perf_counter() - begun, json.loads(done.stdout.splitlines()[-1])["answered"]


def run(folder: Path) -> None:
    """Time one worker and two in turns."""
    found: dict[int, list[float]] = {1: [], 2: []}
    answered(folder, "quarter", 1)
    few = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    for _ in range(3):
        for workers, rates in found.items():
            seconds, rows = answered(folder, "all", workers)
            rates.append(rows / seconds)
    many = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    for workers, rates in found.items():
        print(
            f"{workers} workers: {statistics.median(rates):,.0f} rows/s ({min(rates):,.0f} to "
            f"{max(rates):,.0f})"
        )
    ratios = [two / one for one, two in zip(found[1], found[2], strict=True)]
    print(
        f"two beside one: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    )
    print(f"largest process: {few:.0f} MiB for a quarter of the rows, {many:.0f} MiB for all")


if __name__ == "__main__":
    place, *others = sys.argv[1:]
    if "--series" in others:
        if not Path(place, "forecaster").exists():
            make_series(Path(place))
        run_series(Path(place))
    elif "--run" in others:
        run(Path(place))
    else:
        make(Path(place), int(others[0]) if others else ROWS)
