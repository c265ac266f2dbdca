"""Train on thousands of made-up series: seconds, memory and error as their number grows.

python benchmarks/many_series.py [SERIES …]

Each number of series (1,000, 3,000 and 10,000 by default) becomes a file of 200 daily values a
series, one below the other: a level of its own, a week whose size is its own, a slow walk, noise.
`elman train FILE --horizon 14 --threads 2 --keep recurrent` is run on it, which trains all there is
to train, and `elman predict`. A JSON object a run
goes to standard output: seconds as the report parts them, the largest memory of the process in GiB,
MASE of the model and of the seasonal naive forecast.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

VALUES, HORIZON = 200, 14


def write(path: Path, series: int) -> None:
    random = np.random.default_rng(0)
    days = np.datetime64("2024-01-01") + np.arange(VALUES)
    week = 2 * np.pi * np.arange(VALUES) / 7
    with open(path, "w", encoding="utf-8") as file:
        file.write("unique_id,ds,y\n")
        for n in range(series):
            level, size = random.lognormal(5, 0.7), random.uniform(0.1, 0.5)
            shape = np.sin(week + random.uniform(0, 6)) + 0.5 * np.sin(2 * week)
            walk = np.cumsum(random.normal(0, 0.02, VALUES))
            values = level * np.exp(size * shape + walk + random.normal(0, 0.08, VALUES))
            rows = (f"s{n},{day},{value:.3f}\n" for day, value in zip(days, values, strict=True))
            file.writelines(rows)


def elman(*arguments: str) -> tuple[str, float, float]:
    """Run a command; return what it prints, its seconds and its largest memory in GiB."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "elman", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        said = run.stdout.read()
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode:
        raise SystemExit(f"elman {' '.join(arguments)} ended with {run.returncode}")
    return said, time.perf_counter() - begun, used.ru_maxrss / 2**20


def measured(series: int) -> dict:
    with tempfile.TemporaryDirectory() as name:
        path, out = Path(name) / "series.csv", Path(name) / "model"
        write(path, series)
        options = ["--horizon", str(HORIZON), "--threads", "2", "--keep", "recurrent"]
        options += ["--out", str(out), "--json"]
        said, seconds, memory = elman("train", str(path), *options)
        _, predicting, _ = elman("predict", str(out), "--out", str(Path(name) / "f.csv"))
    report = json.loads(said.splitlines()[-1])
    return {
        "series": series,
        "seconds": round(seconds, 1),
        "parts": report["seconds"],
        "GiB": round(memory, 2),
        "mase": round(report["metrics"]["mase"], 4),
        "seasonal naive": round(report["baselines"]["seasonal naive"]["mase"], 4),
        "predict": round(predicting, 1),
    }


def main(numbers: list[str]) -> None:
    for series in map(int, numbers or ["1000", "3000", "10000"]):
        print(json.dumps(measured(series)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
