"""Values to a graph's steps, and its outputs to forecasts, without elman: an export's front end.

What of elman this uses is joined to it (`elman.exporting.joined`); nothing imports it.

But: it reads values without their dates, as `Model.predict` does of a list.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.series.covariates import Covariate
from elman.exporting.session import frozen, opened, run
from elman.tasks.forecast.coding.channels import Channels
from elman.tasks.forecast.coding.input import Scale, SeriesInput
from elman.tasks.forecast.coding.intervals import Spread
from elman.tasks.forecast.coding.scaling import FLOOR, Scaling, bridged
from elman.tasks.forecast.coding.windows import steps_of, units_of

__all__ = ["Reader", "main"]


class Reader:
    """The front end: windows in their own units.

    Args:
        held: the content of the .json file.
    """

    def __init__(self, held: dict[str, Any]) -> None:
        given = frozen(held["input"])
        channels = frozen(given["channels"])
        channels["covariates"] = tuple(Covariate(**one) for one in channels["covariates"])
        given["scaling"], given["channels"] = Scaling(**given["scaling"]), Channels(**channels)
        self.input = SeriesInput(**given)
        self.spread = Spread(**frozen(held["output"]))
        ends = held["parts"]["series.json"]
        self.several = len(ends["names"]) > 1
        learnt = zip(ends["names"], ends["floor"], ends["lowest"], strict=True)
        self.learnt = {name: (floor, lowest) for name, floor, lowest in learnt}

    def steps(
        self, values: Any, name: str = "", beside: NDArray[np.float64] | None = None
    ) -> tuple[NDArray[np.float32], Scale]:
        """Return a series as steps, and what its forecast needs.

        Args:
            values: oldest first, NaN where one is missing.
            name: of one of several series that were learnt from.
            beside: `(N, width)` the covariates of its times, and of those to come.
        """
        input, values = self.input, np.asarray(values, np.float64)
        scaling, non_negative, learnt = input.scaling, input.non_negative, self.learnt.get(name)
        if self.several:
            scaling = units_of(scaling, values, learnt)
            non_negative = bool((learnt[1] if learnt else np.nanmin(values)) >= 0)
        if beside is None and input.channels.width:
            raise ValueError(f"expected what stands beside: {input.channels.covariates}")
        x, centre, scale = scaling.scale(bridged(values[-input.window :], scaling.season))
        told, unit = np.zeros(input.channels.told), scaling.floor / FLOOR / scale
        steps = steps_of(input, x, len(values), beside, told, unit).astype(np.float32)
        ahead = scaling.ahead(x, input.horizon)
        return steps, Scale(scaling, centre, scale, ahead, (), non_negative=non_negative)

    def answer(self, outputs: NDArray[np.float32], scale: Scale) -> dict[str, Any]:
        """Return a forecast, and its intervals by level in per cent."""
        row = scale.forecast(outputs.astype(np.float64))
        said: dict[str, Any] = {"forecast": row.tolist()}
        for level in (80, 95) if self.spread.known else ():
            ends = (scale.moved(row, by).tolist() for by in self.spread.moved(level))
            said[f"lower-{level}"], said[f"upper-{level}"] = ends
        return said


def main(words: list[str]) -> None:
    """Forecast what follows the values given, oldest first, "nan" where one is missing."""
    session, held = opened()
    reader = Reader(held)
    values = [float(word) for word in words]
    if not any(map(math.isfinite, values)):
        raise SystemExit("expected values, oldest first")
    steps, scale = reader.steps(values)
    said = run(session, [steps])
    print(json.dumps(reader.answer(said["outputs"][0], scale)))
