"""What of a series can change: its values, and how well the next one is foretold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from elman.judging.drift.measure import Amount, Column, Measure
from elman.judging.yardstick import Numbers
from elman.runtime.arrays import Steps
from elman.runtime.codec import Encoded
from elman.runtime.model import Model
from elman.tasks.forecast.coding.codec import series_codec_of
from elman.tasks.forecast.coding.input import Scale
from elman.tasks.forecast.coding.scaling import FLOOR
from elman.tasks.forecast.labelled import end_of_training, panel_for
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
    """Return figures of windows; where the next is one value later, also of the step to it.

    Those of several series are in units of the spread of each, which have units of their own.
    """
    codec = series_codec_of(model)
    several = len(codec.ends) > 1
    pairs = list(zip(steps, contexts, strict=True))
    level = np.array([_said(c, codec.newest(x), several) for x, c in pairs])
    centre = np.array([_said(c, 0.0, several) for _, c in pairs])
    ahead = numbers[:, 0]
    if several:
        scaled = (
            c.scaling.there(row, c.centre, c.scale)[0]
            for c, row in zip(contexts, numbers, strict=True)
        )
        ahead = np.array([_said(c, x, several) for c, x in zip(contexts, scaled, strict=True)])
    whose = [(c.name, c.place) for c in contexts]
    next_ = np.array([(n, p + 1) == after for (n, p), after in pairwise(whose)], bool)
    columns = {
        "error": np.abs(level[1:] - ahead[:-1])[next_],
        "step": np.abs(np.diff(level))[next_],
        "spread": np.abs(level - centre),
        "foretold": ahead - level,
        "level": level,
    }
    return {name: [float(f"{v:.6g}") for v in column] for name, column in columns.items()}


def _said(context: Scale, x: float, several: bool) -> float:
    """Return a scaled value in units of its series; of several, of its spread."""
    if several:
        return (context.centre + context.scale * x) / (context.scaling.floor / FLOOR)
    return float(context.scaling.back(np.array(x), context.centre, context.scale))


def unlabelled_series(data: Any, model: Model, options: ForecastOptions) -> Unlabelled:
    """Roll over series, from where training stopped if their dates say so."""
    codec, panel = series_codec_of(model), panel_for(model, data, options)
    H = codec.input.horizon
    begins, said, none = [], panel.name, list[str]()
    for series in panel:
        begin = min(max(codec.window, codec.input.scaling.season), len(series.values))
        stopped = end_of_training(series, codec)
        if stopped is not None:
            begin = max(begin, stopped)
            said = f"{panel.name}, from {series.date(stopped - 1)} on, where training stopped"
        begins.append(begin)
        if begin > codec.input.channels.last_known(series, H):
            none.append(series.name)
    if none:
        more = f" and {len(none) - 1} more" if len(none) > 1 else ""
        said += f"; without a step of which all is known: {none[0]}{more}"
    if panel.left_out:
        said += f"; {panel.left_out_said}"
    each = (
        codec.read(series.until(end, H))
        for series, begin in zip(panel, begins, strict=True)
        for end in range(begin, codec.input.channels.last_known(series, H) + 1)
    )
    return Unlabelled(said, (Encoded(*encoded) for encoded in each))
