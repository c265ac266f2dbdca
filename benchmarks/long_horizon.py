"""Forecast all columns of an hourly table far ahead: the benchmark of the ETT papers.

python benchmarks/long_horizon.py FILE.csv 96 192 336 720 [--seed 0]

FILE has a column `date` and a column a series, as ETTh1.csv (also .gz). As in those papers 12
months of 30 days are learnt from, 4 more choose, and the 4 after them judge, at every hour; every
column is set against its mean and spread of the first 12 months. One object a horizon: mean squared
and mean absolute error over all columns, origins and steps, seconds, and what was kept.

Unlike the papers, the model that is judged has learnt from the four months that chose as well.
"""

import csv
import gzip
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import elman
from elman.data.series.panel import Panel
from elman.data.series.series import Series

MONTH = 30 * 24


def columns_of(path: Path) -> dict[str, np.ndarray]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    each = zip(*(row[1:] for row in rows), strict=True)
    return {name: np.array(cells, float) for name, cells in zip(head[1:], each, strict=True)}


def main(path: Path, horizons: list[int], seed: int) -> None:
    series = []
    for name, values in columns_of(path).items():
        first = values[: 12 * MONTH]
        spread = first.std() or 1.0
        series.append(Series(name, (values[: 20 * MONTH] - first.mean()) / spread, 24))
    panel = Panel(tuple(series))
    for horizon in horizons:
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory() as place:
            model = elman.train(
                panel,
                Path(place) / "m",
                task="forecast",
                horizon=horizon,
                holdout=4 * MONTH,
                seed=seed,
            )
            report = json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))
        others = report["baselines"]
        line = {
            "horizon": horizon,
            "mse": round(report["metrics"]["rmse"] ** 2, 4),
            "mae": round(report["metrics"]["mae"], 4),
            "seconds": round(time.perf_counter() - begun, 1),
            "kept": report["kept"],
            "window": report["window"],
        }
        beside = others.get("linear") or others.get("with_recurrence")
        line["linear" if "linear" in others else "with recurrence"] = round(beside["rmse"] ** 2, 4)
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    given = sys.argv[2:]
    seed = 0
    if "--seed" in given:
        place = given.index("--seed")
        seed = int(given[place + 1])
        del given[place : place + 2]
    main(Path(sys.argv[1]), [int(word) for word in given], seed)
