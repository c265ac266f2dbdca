"""Forecasts that any other is set beside: they learn nothing, or one series at a time."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.series.panel import Panel
from elman.judging.values.naive import carried, naive_forecasts
from elman.tasks.forecast.laid import Origins
from elman.tasks.interface import Opponent

__all__ = ["classical_opponents", "naive_opponents"]

Floats = NDArray[np.float64]

_MOST_SERIES, _MOST_VALUES = 50, 2_000_000
"""Series that models of one at a time are fitted to, and values that they read at all origins."""


def naive_opponents(panel: Panel, origins: Origins, horizon: int) -> Iterator[Opponent]:
    """Yield the naive forecasts at some origins; what one series is too short for is left out."""
    each: dict[str, list[Floats]] = {}
    numbers, firsts = np.unique(origins.series, return_index=True)
    for n, at in zip(numbers.tolist(), np.split(origins.at, firsts[1:]), strict=True):
        series = panel.series[n]
        found = naive_forecasts(series.values, at.tolist(), horizon, series.season)
        for name, rows in found.items():
            each.setdefault(name, []).append(rows)
    for name, parts in each.items():
        if len(parts) == len(numbers):
            rows = np.concatenate(parts)
            yield Opponent(name, name, lambda rows=rows: rows)  # type: ignore[misc]


def classical_opponents(
    panel: Panel, origins: Origins, horizon: int, begin: Sequence[int]
) -> Iterator[Opponent]:
    """Yield Theta and ETS as statsforecast has them, if it is installed and the series are few.

    Each is fitted to the values before the back-test, and goes on from there at every origin.

    Args:
        panel: the series.
        origins: where forecasts are made.
        horizon: steps ahead.
        begin: of each series the values that are fitted to.

    References:
        Fiorucci et al., "Models for optimising the theta method", 2016; Hyndman et al., "A state
        space framework for automatic forecasting using exponential smoothing methods", 2002.
    """
    few = len(panel) <= _MOST_SERIES and origins.at.sum() <= _MOST_VALUES
    if not few or importlib.util.find_spec("statsforecast") is None:
        return
    for name, called in (("DynamicOptimizedTheta", "Theta"), ("AutoETS", "ETS")):
        yield Opponent(
            called,
            called,
            lambda name=name: _classical(name, panel, origins, horizon, begin),  # type: ignore[misc]
        )


def _classical(
    name: str, panel: Panel, origins: Origins, horizon: int, begin: Sequence[int]
) -> Floats:
    """Return what a model of statsforecast says at every origin."""
    models = importlib.import_module("statsforecast.models")
    said = np.zeros((len(origins.at), horizon))
    fitted: dict[int, Any] = {}
    for row, (n, at) in enumerate(zip(*map(np.ndarray.tolist, origins), strict=True)):
        series = panel.series[n]
        values = carried(series.values, series.season)
        if n not in fitted:
            model = getattr(models, name)(season_length=series.season)
            fitted[n] = model.fit(y=values[: int(begin[n])])
        said[row] = fitted[n].forward(y=values[:at], h=horizon)["mean"]
    return said
