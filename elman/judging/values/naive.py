"""Forecasts that learn nothing: the last value, and the value one season before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["NAIVE", "SEASONAL", "naive_forecasts", "naive_scale"]

Floats = NDArray[np.float64]

NAIVE, SEASONAL = "naive", "seasonal naive"


def naive_forecasts(
    values: Floats, origins: Sequence[int], horizon: int, season: int
) -> dict[str, Floats]:
    """Return the forecasts `(origins, horizon)` by name.

    Args:
        values: `(N,)` the whole series; what follows an origin is not looked at.
        origins: how many values come before each forecast.
        horizon: steps ahead.
        season: steps in a season; 1, or more than the first origin has, leaves the seasonal out.
    """
    named = {NAIVE: np.stack([np.full(horizon, values[o - 1]) for o in origins])}
    if 1 < season <= origins[0]:
        ahead = np.arange(horizon) % season
        named[SEASONAL] = np.stack([values[o - season : o][ahead] for o in origins])
    return named


def naive_scale(past: Floats, season: int) -> float:
    """Return the mean error of the naive forecast one step ahead within `past`, 0 if there is none.

    That of the value one season before, where the past has a whole season. MASE is in units of it
    (Hyndman & Koehler 2006).
    """
    steps = season if season < len(past) else 1
    return float(np.abs(past[steps:] - past[:-steps]).mean()) if len(past) > steps else 0.0
