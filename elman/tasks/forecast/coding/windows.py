"""A window of values as the network reads it: in its own units, as steps."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from elman.data.series.series import Series
from elman.errors import OptionError
from elman.figures import counted
from elman.tasks.forecast.coding.ends import LARGEST, floor_of
from elman.tasks.forecast.coding.input import Scale, SeriesInput
from elman.tasks.forecast.coding.scaling import FLOOR, FLOORS, Scaling, bridged

__all__ = ["WANTED", "check_series", "read_window", "segments", "steps_of", "units_of"]

Floats = NDArray[np.float64]

WANTED = (
    "expected one series, a list of at least one finite number, oldest first (nan where one is "
    "missing)"
)


def check_series(input: SeriesInput, series: Series) -> None:
    """See that a series can be continued.

    Raises:
        OptionError: it cannot, and why.
    """
    values = series.values
    if values.ndim != 1:
        found = " × ".join(map(str, values.shape)) or "one"
        raise OptionError(f"{WANTED}, found {found} values; predict takes a list of series")
    if (infinite := np.flatnonzero(np.isinf(values))).size:
        raise OptionError(f"{WANTED}, found infinity at place {infinite[0]}")
    if not np.isfinite(values).any():
        raise OptionError(f"{WANTED}, found none among {counted(len(values), 'value')}")
    if (large := values[np.abs(values) > LARGEST]).size:
        named = ", ".join(f"{value:g}" for value in large[:3])
        raise OptionError(
            f"{named}: beyond {LARGEST:g}, too large for a forecast. Use a larger unit."
        )
    if not np.isfinite(values[-input.window :]).any():
        raise OptionError(
            f"none of the last {input.window} values is there; a forecast needs one at least"
        )
    channels = input.channels
    if input.scaling.shortcut == "none":
        channels.need(series.name, series.beside, len(values), input.horizon)


def read_window(
    input: SeriesInput,
    series: Series,
    learnt: tuple[float, float] | None,
    several: bool,
    told: Floats,
) -> tuple[NDArray[np.float32], Scale]:
    """Return the last window of a series as steps, and what its forecast needs.

    Args:
        input: of the model.
        series: that is to be continued.
        learnt: its floor and its lowest value, if it was learnt from.
        several: whether it is one of several; then each has units of its own.
        told: what the dates tell of the first step to come.

    Raises:
        OptionError: it cannot be continued.
    """
    check_series(input, series)
    values, scaling, non_negative = series.values, input.scaling, input.non_negative
    if several:
        scaling = units_of(scaling, values, learnt)
        non_negative = bool((learnt[1] if learnt else np.nanmin(values)) >= 0)
    x, centre, scale = scaling.scale(bridged(values[-input.window :], scaling.season))
    ahead = scaling.ahead(x, input.horizon)
    with np.errstate(over="ignore"):  # the network refuses what became infinite
        unit = scaling.floor / FLOOR / scale
        steps = steps_of(input, x, len(values), series.beside, told, unit).astype(np.float32)
    place = len(values)
    return steps, Scale(scaling, centre, scale, ahead, (), series.name, place, non_negative)


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
