"""The origins of series as rows: the window before each, and what came after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.data.series.panel import Panel
from elman.data.series.phases import phases
from elman.judging.values.naive import naive_scale
from elman.judging.values.yardstick import ValueYardstick
from elman.runtime.arrays import Steps
from elman.tasks.forecast.coding.channels import NO_CHANNELS, Channels
from elman.tasks.forecast.coding.codec import SeriesCodec
from elman.tasks.forecast.coding.input import Scale
from elman.tasks.forecast.laid import Laid, Origins

__all__ = ["MOST_ORIGINS", "Encodings", "at_origins", "laid_of", "yardstick_at"]

Floats = NDArray[np.float64]


MOST_ORIGINS = 20_000
"""Of several series that are judged."""


class Encodings(NamedTuple):
    """One row an origin."""

    steps: list[Steps]
    contexts: list[Scale]
    wanted: Floats
    """`(R, H)` what the network's outputs are trained to be: what the shortcut leaves over; NaN
    where nobody measured."""


def laid_of(panel: Panel, channels: Channels = NO_CHANNELS) -> Laid:
    """Return the values of all series, end to end, and what is known beside them."""
    beside = [channels.scaled(s.beside, len(s.values)) for s in panel] if channels.width else []
    laid = Laid.of([series.values for series in panel], beside)
    dates = panel.series[0].dated
    if not channels.told or dates is None:
        return laid
    first = np.array([series.first for series in panel])
    begin, end = int(first.min()), int((first + laid.lengths).max())
    clock = phases(dates, channels.features, begin, end + 1 - begin)
    return replace(laid, clock=clock, starts=first - begin)


def at_origins(panel: Panel, codec: SeriesCodec, origins: Origins) -> Encodings:
    """Encode what comes before each origin, as for a prediction there."""
    H, steps, contexts = codec.input.horizon, [], []
    wanted = np.zeros((len(origins.at), H))
    for row, (n, at) in enumerate(zip(*map(np.ndarray.tolist, origins), strict=True)):
        series = panel.series[n]
        x, scale = codec.read(series.until(at, H))
        assert isinstance(scale, Scale)
        steps.append(x)
        contexts.append(scale)
        wanted[row] = scale.left_over(series.values[at : at + H])
    return Encodings(steps, contexts, wanted)


def yardstick_at(
    panel: Panel,
    origins: Origins,
    horizon: int,
    begin: Sequence[int] | NDArray[np.int64],
    codec: SeriesCodec,
    contexts: Sequence[Scale],
) -> ValueYardstick:
    """Return the yardstick for some origins.

    Args:
        panel: the series.
        origins: of it.
        horizon: steps ahead.
        begin: of each series the values within which MASE is scaled.
        codec: knows what bounds an output gives.
        contexts: of the origins.
    """
    scales = np.zeros(len(panel))
    for n in np.unique(origins.series).tolist():
        series = panel.series[n]
        past = series.values[: int(begin[n])]
        scales[n] = naive_scale(past, series.season)
        if not scales[n] and len(panel) > 1:
            scales[n] = np.nan_to_num(np.nanmean(np.abs(past))) or 1.0
    each = np.bincount(origins.series, minlength=len(panel))
    apart = np.diff(origins.at)[np.diff(origins.series) == 0]
    stride = int(np.median(apart)) if len(apart) else 1
    hang = -(-2 * horizon // max(stride, 1))
    return ValueYardstick(
        laid_of(panel).ahead(origins, horizon),
        scales[origins.series],
        several=len(panel) > 1,
        block=max(2, min(hang, int(each.max(initial=1)))) if len(panel) > 1 else 2 * horizon,
        bounds=lambda numbers, output: codec.bounds(numbers, contexts, output, codec.levels),
    )
