"""Forecasts that any other is set beside: they learn nothing, or one series at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from elman.data.series.panel import Panel
from elman.judging.values.naive import naive_forecasts
from elman.tasks.forecast.laid import Origins
from elman.tasks.interface import Opponent

__all__ = ["naive_opponents"]

Floats = NDArray[np.float64]


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
