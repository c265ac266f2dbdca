"""Forecast many series with one model, and judge it on the part that competitions held back.

python benchmarks/panels.py FOLDER [NAME…] [--seeds 0,1,2]

FOLDER holds `m4/`, `m3_monthly/` and `nn5/`. A JSON object a run goes to standard output: MASE and
sMAPE of the model, of its linear forecaster alone, of the seasonal naive forecast and, if
statsforecast is installed, of Theta; the share of the official values that lay within the intervals
of 80 and 95 %; and seconds. sMAPE and MASE are those of the M4 competition: the mean over series
of the error of each.
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
from elman.judging.values.naive import naive_forecasts

SETS = {"hourly": 24, "weekly": 1, "m3": 12, "nn5": 7}
"""The season that MASE is scaled by, and that a model is told."""


def rows_of(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def by_rows(train: Path, test: Path) -> tuple[dict, dict]:
    """A series a row, its name first."""
    parts = [
        {row[0]: np.array([float(cell) for cell in row[1:] if cell]) for row in rows_of(path)}
        for path in (train, test)
    ]
    return parts[0], parts[1]


def nn5(folder: Path) -> tuple[dict, dict]:
    """A series a column; the last 56 days are the test."""
    with gzip.open(folder / "nn5/nn5_daily.csv.gz", "rt", encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    columns = {
        name: np.array([float(row[n]) if row[n] not in ("", "NA") else np.nan for row in rows])
        for n, name in enumerate(head)
        if n
    }
    return {k: v[:-56] for k, v in columns.items()}, {k: v[-56:] for k, v in columns.items()}


def read(folder: Path, name: str) -> tuple[dict, dict]:
    if name == "nn5":
        return nn5(folder)
    kind = {"hourly": "m4/Hourly", "weekly": "m4/Weekly", "m3": "m3_monthly/monthly"}[name]
    return by_rows(folder / f"{kind}-train.csv.gz", folder / f"{kind}-test.csv.gz")


def scored(past: dict, truth: dict, said: dict, season: int) -> dict:
    mase, smape = [], []
    for name, wanted in truth.items():
        there = np.isfinite(wanted)
        error = np.abs(said[name] - wanted)[there]
        steps = np.abs(past[name][season:] - past[name][:-season])
        mase.append(error.mean() / np.nanmean(steps))
        both = (np.abs(said[name]) + np.abs(wanted))[there]
        smape.append(200 * np.mean(error / np.where(both > 0, both, 1)))
    return {"mase": round(float(np.mean(mase)), 4), "smape": round(float(np.mean(smape)), 3)}


def theta(past: dict, horizon: int, season: int) -> dict | None:
    try:
        from statsforecast.models import AutoTheta, Theta
    except ImportError:
        return None
    del AutoTheta
    model, found = Theta(season_length=season), {}
    for name, values in past.items():
        whole = np.interp(np.arange(len(values)), *_there(values))
        found[name] = model.forecast(y=whole.astype(np.float32), h=horizon)["mean"]
    return found


def _there(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    places = np.flatnonzero(np.isfinite(values))
    return places, values[places]


def main(folder: Path, arguments: list[str]) -> None:
    seeds = (0, 1, 2)
    if "--seeds" in arguments:
        place = arguments.index("--seeds")
        seeds = tuple(map(int, arguments[place + 1].split(",")))
        del arguments[place : place + 2]
    for name in arguments or SETS:
        season = SETS[name]
        past, truth = read(folder, name)
        horizon = len(next(iter(truth.values())))
        panel = Panel(tuple(Series(key, values, season) for key, values in past.items()))
        others = {"theta": theta(past, horizon, season), "seasonal naive": {}}
        for key, values in past.items():
            found = naive_forecasts(values, [len(values)], horizon, season)
            others["seasonal naive"][key] = found.get("seasonal naive", found["naive"])[0]
        for other, said in others.items():
            if said is not None:
                line = {"set": name, "model": other} | scored(past, truth, said, season)
                print(json.dumps(line), flush=True)
        for keep, seed in (("simple", 0), *(("best", seed) for seed in seeds)):
            with tempfile.TemporaryDirectory() as place:
                begun = time.perf_counter()
                model = elman.train(
                    panel, Path(place) / "m", task="forecast", horizon=horizon, seed=seed, keep=keep
                )
                seconds = time.perf_counter() - begun
                report = json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))
                answers = model.predict([model.codec.recent(n) for n in range(len(panel))])
            said = {answer.name: np.array(answer.values) for answer in answers}
            within = {}
            for level in answers[0].intervals:
                inside = [
                    (np.array(a.intervals[level].lower) <= truth[a.name])
                    & (truth[a.name] <= np.array(a.intervals[level].upper))
                    for a in answers
                ]
                known = [np.isfinite(truth[a.name]) for a in answers]
                within[level] = round(
                    float(np.concatenate(inside)[np.concatenate(known)].mean()), 4
                )
            line = {"set": name, "model": keep, "seed": seed} | scored(past, truth, said, season)
            line |= {"kept": report["kept"], "within": within, "seconds": round(seconds, 1)}
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
