"""What of a series can change: its values, and how well the next one is foretold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from elman.judging.drift.measure import Amount, Column, Measure
from elman.judging.yardstick import Numbers
from elman.runtime.arrays import Steps
from elman.runtime.codec import Encoded
from elman.runtime.model import Model
from elman.tasks.forecast.codec import series_codec_of
from elman.tasks.forecast.labelled import end_of_training, series_for
from elman.tasks.forecast.options import ForecastOptions
from elman.tasks.interface import Unlabelled

__all__ = ["MEASURES", "measured", "unlabelled_series"]

_amount = partial(Amount, shown="{:.4g}", in_time=True)

MEASURES: tuple[Measure, ...] = (
    _amount("error", "Error of the next value", "rank", worse="more"),
    _amount("step", "Step from value to value", "rank"),
    _amount("spread", "Distance from the mean of the window", "rank"),
    _amount("foretold", "Foretold step", "shape", middle="median"),
    _amount("level", "Level", "shape", middle="median", followed=True),
)
"""Every window is scaled by its own mean, so the model follows the level."""


def measured(
    model: Model, steps: Sequence[Steps], contexts: Sequence[Any], numbers: Numbers
) -> dict[str, Column]:
    """Return figures of windows that are one value apart; of the last one nothing is known yet."""
    pairs = list(zip(steps, contexts, strict=True))
    level = np.array([c.scaling.back(float(x[-1, -1]), c.centre, c.scale) for x, c in pairs])
    centre = np.array([c.scaling.back(0.0, c.centre, c.scale) for _, c in pairs])
    columns = {
        "error": np.abs(level[1:] - numbers[:-1, 0]),
        "step": np.abs(np.diff(level)),
        "spread": np.abs(level - centre),
        "foretold": numbers[:, 0] - level,
        "level": level,
    }
    return {name: [float(f"{v:.6g}") for v in column] for name, column in columns.items()}


def unlabelled_series(data: Any, model: Model, options: ForecastOptions) -> Unlabelled:
    """Roll over a series, from where training stopped if its dates say so."""
    codec = series_codec_of(model)
    input, series = codec.input, series_for(model, data, options)
    begin, said = min(max(input.window, input.scaling.season), len(series.values)), series.name
    stopped = end_of_training(series, input)
    if stopped is not None:
        begin = max(begin, stopped)
        said += f", from {series.date(stopped - 1)} on, where training stopped"
    ends = range(begin, len(series.values) + 1)
    each = (codec.encode(series.values[max(end - input.window, 0) : end]) for end in ends)
    return Unlabelled(said, (Encoded(*encoded) for encoded in each))
