"""A window of values as the network reads it: in its own units, as steps."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from elman.tasks.forecast.coding.ends import floor_of
from elman.tasks.forecast.coding.input import SeriesInput
from elman.tasks.forecast.coding.scaling import FLOORS, Scaling

__all__ = ["segments", "steps_of", "units_of"]

Floats = NDArray[np.float64]


def units_of(scaling: Scaling, values: Floats, learnt: tuple[float, float] | None) -> Scaling:
    """Return how one of several series is scaled.

    Args:
        scaling: of all.
        values: of the series.
        learnt: its floor and its lowest value, if it was learnt from; else they are told from what
            is given of it.
    """
    floor, lowest = learnt or (0.0, float(np.nanmin(values)))
    least = max(lowest, FLOORS[0]) / 10 if scaling.logarithm else 0.0
    if learnt is None:
        read = np.log(np.maximum(values, least)) if scaling.logarithm else values
        floor = min(floor_of(float(np.nanstd(read))), FLOORS[1])
    return dataclasses.replace(scaling, floor=floor, least=least)


def steps_of(
    input: SeriesInput, x: Floats, values: int, beside: Floats | None, told: Floats, unit: float
) -> Floats:
    """Return a scaled window as steps; what is not there yet is at its mean.

    Covariates move a series by so much in its own units, so they are scaled as the window is.

    Args:
        input: of the model.
        x: the window.
        values: of the whole series.
        beside: `(N, width)` what is known beside them, if anything is.
        told: what the dates tell of the first step to come.
        unit: the spread of the series in units of the window.
    """
    if input.scaling.shortcut != "none":
        return segments(x, input.segment)
    channels, L, H = input.channels, input.window, input.horizon
    rows = unit * channels.scaled(beside, values + H)[-(L + H) :]
    rows = np.concatenate([np.zeros((L + H - len(rows), channels.width)), rows])
    x = np.concatenate([np.zeros(L - len(x)), x])
    steps = channels.steps(x[None], rows[None], (unit * told)[None], input.segment, H)
    return np.asarray(steps[0])


def segments(x: Floats, size: int) -> Floats:
    """Return a window `(L,)` as steps `(T, size)`, with zeros before the first value."""
    lacks = -len(x) % size
    return np.asarray(np.concatenate([np.zeros(lacks), x]).reshape(-1, size))
