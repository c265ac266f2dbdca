"""Back-test forecasts of real series beside simple ones: python benchmarks/series.py FOLDER [NAME…]

FOLDER holds `univariate/*.csv`, `etth1/ETTh1.csv.gz`, `beijing_pm25/*.csv.gz` and
`nn5/nn5_daily.csv.gz`; without any name all series are run, with seeds 0, 1 and 2, the last tenth
held out. A JSON object a series goes to standard output: mean absolute errors of the model of each
seed, of the linear forecaster and of the naive forecasts. "airline years": the error of each of
five years in per cent, each foretold from all months before it.
"""

import csv
import gzip
import json
import sys
import tempfile
from pathlib import Path

import elman
from elman.data.builtin.airline import airline

SEEDS = (0, 1, 2)
SETS = {
    "airline": ("univariate/airline-passengers.csv", None, 12, None),
    "car sales": ("univariate/monthly-car-sales.csv", None, 12, None),
    "births": ("univariate/daily-total-female-births.csv", None, 7, None),
    "temperature": ("univariate/daily-min-temperatures.csv", None, 7, None),
    "sunspots": ("univariate/monthly-sunspots.csv", None, 12, None),
    "demand": ("univariate/taylor-half-hourly-demand.csv", None, 48, None),
    "ETTh1 OT": ("etth1/*.csv.gz", "OT", 96, 4000),
    "NN5-001": ("nn5/nn5_daily.csv.gz", "NN5-001", 56, None),
    "PM2.5": ("beijing_pm25/*.csv.gz", "pm2.5", 24, 3000),
}
"""File, column, steps ahead, and how many of the last values are taken."""


def values_of(path: Path, column: str | None, last: int | None) -> list[float]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    place = rows[0].index(column) if column else -1
    cells = [row[place] for row in rows[1:]]
    values = [float("nan") if cell in ("", "NA") else float(cell) for cell in cells]
    return values[-last:] if last else values


def report_of(values: list[float], seed: int, season: int | None, **options) -> dict:
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "m"
        model = elman.train(
            values, out, task="forecast", seed=seed, season=season, threads=1, **options
        )
        return json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))


def set_beside(folder: Path, name: str) -> dict:
    pattern, column, horizon, last = SETS[name]
    (path,) = folder.glob(pattern)
    values = values_of(path, column, last)
    season = {"airline": 12, "car sales": 12, "births": 7, "temperature": 7}.get(name)
    season = {"demand": 48, "ETTh1 OT": 24, "PM2.5": 24}.get(name, season)
    found: dict[str, list] = {"kept": [], "mae": [], "linear": [], "with recurrence": []}
    for seed in SEEDS:
        report = report_of(values, seed, season, horizon=horizon)
        others = report["baselines"]
        mae, linear = report["metrics"]["mae"], report["kept"] == "linear"
        found["kept"].append(report["kept"])
        found["mae"].append(round(mae, 4))
        found["linear"].append(round(mae if linear else others["linear"]["mae"], 4))
        beside = others["with_recurrence"]["mae"] if linear else mae
        found["with recurrence"].append(round(beside, 4))
    naive = {
        key: round(others[key]["mae"], 4) for key in ("naive", "seasonal naive") if key in others
    }
    return {"series": name, "values": len(values), "steps": horizon, **found, **naive}


def airline_years() -> dict:
    values, years = airline().values.tolist(), {}
    for seed in SEEDS:
        years[seed] = [
            round(
                100 * report_of(values[:end], seed, 12, horizon=12, holdout=12)["metrics"]["mape"],
                2,
            )
            for end in range(96, 145, 12)
        ]
    means = {f"seed {seed}": round(sum(each) / len(each), 2) for seed, each in years.items()}
    return {"series": "airline years", "years": years, **means}


if __name__ == "__main__":
    folder, names = Path(sys.argv[1]), sys.argv[2:] or [*SETS, "airline years"]
    for name in names:
        found = airline_years() if name == "airline years" else set_beside(folder, name)
        print(json.dumps(found), flush=True)
