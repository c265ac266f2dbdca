"""Values to a graph's steps, and its outputs to forecasts, without elman: an export's front end.

What of elman this uses is joined to it (`elman.exporting.joined`); nothing imports it.

But: it reads values without their dates, as `Model.predict` does of a list.
"""

from __future__ import annotations

import csv
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.series.covariates import Covariate, floats_of
from elman.data.series.layout import Layout, rows_of
from elman.data.series.read import series_of
from elman.data.series.series import Series
from elman.data.series.values import parse_values
from elman.exporting.session import frozen, opened, run
from elman.tasks.forecast.coding.channels import Channels
from elman.tasks.forecast.coding.input import Scale, SeriesInput
from elman.tasks.forecast.coding.intervals import Spread
from elman.tasks.forecast.coding.scaling import Scaling
from elman.tasks.forecast.coding.windows import read_window

__all__ = ["Reader", "main"]


class Reader:
    """The front end: windows in their own units.

    Args:
        held: the content of the .json file.
    """

    def __init__(self, held: dict[str, Any]) -> None:
        given = frozen(held["input"])
        channels = frozen(given.get("channels", {}))
        beside = channels.get("covariates", ())
        channels["covariates"] = tuple(Covariate(**frozen(one)) for one in beside)
        given["scaling"], given["channels"] = Scaling(**given["scaling"]), Channels(**channels)
        self.input = SeriesInput(**given)
        self.spread = Spread(**frozen(held["output"]))
        ends = held["parts"].get("series.json", {})  # a model of one series may have none
        each = [ends.get(column, ()) for column in ("names", "floor", "lowest")]
        self.learnt = {name: (floor, lowest) for name, floor, lowest in zip(*each, strict=True)}

    def series(self, path: str) -> list[Series]:
        """Read the series of a .csv whose columns are called as in training, oldest row first.

        What follows the last value of a series is known of the steps to come.
        """
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            names = next(lines, [])
            rows = [(lines.line_num, row) for row in lines if row]
        for line, row in rows:
            if len(row) != len(names):
                raise ValueError(f"{path}, line {line}: {len(row)} fields below {len(names)} names")
        columns = {name: [row[n].strip() for _, row in rows] for n, name in enumerate(names)}
        named = self.input.named(names)
        if "value" not in named:
            raise ValueError(f"{path}: its columns are {', '.join(names)}; expected {self.wanted}")

        def where(row: int) -> str:
            return f"{path}, line {rows[row][0]}"

        layout = Layout(self.input.values, None, named.get("id"))
        beside = floats_of(columns, self.input.channels.covariates, where)
        numbers = {name: parse_values(columns[name], name, where) for name in layout.values}
        found = []
        for name, at in rows_of(columns, layout):
            for column in layout.values:
                values, called = numbers[column][at], layout.called(name, column)
                series, _ = series_of(called, values, np.arange(len(at)), None, beside[at])
                if series is None:
                    raise ValueError(f"{path}: {called} has no value")
                found.append(series)
        return found

    @property
    def wanted(self) -> str:
        """The columns of a .csv."""
        beside = [one.name for one in self.input.channels.covariates]
        some = f", and {self.input.id_column} of several series" if self.input.id_column else ""
        return ", ".join([*self.input.values, *beside]) + some

    def steps(
        self, values: Any, name: str = "", beside: NDArray[np.float64] | None = None
    ) -> tuple[NDArray[np.float32], Scale]:
        """Return a series as steps, and what its forecast needs.

        Args:
            values: oldest first, NaN where one is missing.
            name: of one of several series that were learnt from.
            beside: `(N, width)` the covariates of its times, and of those to come.
        """
        series = Series(name, np.asarray(values, np.float64), 1, beside=beside)
        told = np.zeros(self.input.channels.told)
        several = len(self.learnt) > 1
        return read_window(self.input, series, self.learnt.get(name), several, told)

    def answer(self, outputs: NDArray[np.float32], scale: Scale) -> dict[str, Any]:
        """Return a forecast, and its intervals by level in per cent."""
        row = scale.forecast(outputs.astype(np.float64))
        said: dict[str, Any] = {"forecast": row.tolist()}
        for level in (80, 95) if self.spread.known else ():
            ends = (scale.moved(row, by).tolist() for by in self.spread.moved(level))
            said[f"lower-{level}"], said[f"upper-{level}"] = ends
        return said


def main(words: list[str]) -> None:
    """Forecast what follows the values given, oldest first, "nan" where one is missing.

    Or what follows each series of a .csv: its columns are called as in training, a row is a step,
    the oldest first, and its dates are not read. Rows behind the last value are the steps to come.
    """
    session, held = opened()
    reader = Reader(held)
    if words[0].endswith(".csv"):
        given = [one for path in words for one in reader.series(path)]
    elif reader.input.channels.width:
        raise ValueError(f"this model reads more than values; give a .csv of {reader.wanted}")
    else:
        given = [Series("", np.array([*map(float, words)]), 1)]
    read = [reader.steps(one.values, one.name, one.beside) for one in given]
    said = run(session, [steps for steps, _ in read])["outputs"]
    for outputs, (_, scale) in zip(said, read, strict=True):
        named = {"series": scale.name} if scale.name else {}
        print(json.dumps({**named, **reader.answer(outputs, scale)}))
