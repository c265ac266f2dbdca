"""Forecasts that learn nothing: the last value, the drift, a season before, with growth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["DRIFT", "GROWTH", "NAIVE", "SEASONAL", "carried", "naive_forecasts", "naive_scale"]

Floats = NDArray[np.float64]

NAIVE, SEASONAL = "naive", "seasonal naive"
DRIFT, GROWTH = "drift", "seasonal x growth"


def naive_forecasts(
    values: Floats, origins: Sequence[int], horizon: int, season: int
) -> dict[str, Floats]:
    """Return the forecasts `(origins, horizon)` by name.

    Args:
        values: `(N,)` the whole series, NaN where one is missing; what follows an origin is not
            looked at.
        origins: how many values come before each forecast.
        horizon: steps ahead.
        season: steps in a season; 1, or more than the first origin has, leaves the seasonal out,
            and so does less than two seasons, or a value that is not positive, the growth.

    `drift` goes on along the straight line from the first value to the last. `seasonal x growth`
    is the value one season before, times the mean of the last season over that of the season
    before.
    """
    last, steps = carried(values, 1), np.arange(1, horizon + 1)
    named = {NAIVE: np.stack([np.full(horizon, last[o - 1]) for o in origins])}
    slopes = [(last[o - 1] - last[0]) / max(o - 1, 1) for o in origins]
    pairs = zip(origins, slopes, strict=True)
    named[DRIFT] = np.stack([last[o - 1] + slope * steps for o, slope in pairs])
    if 1 < season <= origins[0]:
        ahead, seasons = np.arange(horizon) % season, carried(values, season)
        named[SEASONAL] = np.stack([seasons[o - season : o][ahead] for o in origins])
        if 2 * season <= origins[0] and (seasons > 0).all():
            total = np.concatenate([[0.0], np.cumsum(seasons)])
            grown = [
                (total[o] - total[o - season]) / (total[o - season] - total[o - 2 * season])
                for o in origins
            ]
            named[GROWTH] = named[SEASONAL] * np.array(grown)[:, None]
    return named


def carried(values: Floats, steps: int) -> Floats:
    """Return values with the last one that is there, whole multiples of `steps` before, in gaps.

    Where there is none, the last of any before; and before the first, the first.
    """
    there = np.isfinite(values)
    filled = values.copy()
    for i in np.flatnonzero(~there):
        if i >= steps:
            filled[i] = filled[i - steps]
    if np.isfinite(filled).all():
        return filled
    places = np.maximum.accumulate(np.where(there, np.arange(len(values)), 0))
    before = values[np.where(there[places], places, np.flatnonzero(there)[0])]
    return np.where(np.isfinite(filled), filled, before)


def naive_scale(past: Floats, season: int) -> float:
    """Return the mean error of the naive forecast one step ahead within `past`, 0 if there is none.

    That of the value one season before, where the past has a whole season. MASE is in units of it
    (Hyndman & Koehler 2006).
    """
    steps = season if season < len(past) else 1
    errors = np.abs(past[steps:] - past[:-steps])
    return float(np.nanmean(errors)) if np.isfinite(errors).any() else 0.0
