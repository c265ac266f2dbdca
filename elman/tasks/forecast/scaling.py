"""A window in its own units, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["FLOORS", "SHORTCUTS", "Scaling", "bridged"]

Floats = NDArray[np.float64]

SHORTCUTS = ("last", "season", "phase")

FLOORS = (1e-200, 1e100)
"""Beyond these a spread squared is nothing, or more than a number can be."""


@dataclass(frozen=True)
class Scaling:
    """A window in its own units, and back.

    x = (w - mean(w)) / (std(w) + floor); the forecast in these units is the network's output plus
    a shortcut read off the window: `last` value, value one `season` before, or mean of the same
    phase over all whole seasons in the window (`phase`). A window too short for a seasonal
    shortcut takes the last value.
    """

    floor: float
    """Added to every window's spread, in units of the series."""
    shortcut: Literal["last", "season", "phase"]
    season: int

    def scale(self, window: Floats) -> tuple[Floats, float, float]:
        """Return the window in its own units, its centre and its scale."""
        centre, scale = float(window.mean()), float(window.std()) + self.floor
        return (window - centre) / scale, centre, scale

    def ahead(self, x: Floats, horizon: int) -> Floats:
        """Return the shortcut's forecast `(horizon,)` from a scaled window."""
        m = self.season
        if self.shortcut == "last" or len(x) < m:
            return np.full(horizon, x[-1])
        seasons = len(x) // m if self.shortcut == "phase" else 1
        last = x[len(x) - seasons * m :].reshape(seasons, m).mean(0)
        return np.asarray(last[np.arange(horizon) % m])


def bridged(window: Floats, season: int) -> Floats:
    """Return a window with something in place of its missing values, as a network has to read.

    A value whole seasons before or after, the nearest that is there; else what lies on a straight
    line between neighbours. Nothing is judged or learnt by it.
    """
    there = np.isfinite(window)
    if there.all():
        return window
    filled, places = window.copy(), np.arange(len(window))
    if season > 1:
        for shift in range(season, len(window), season):
            for here, other in (
                (slice(shift, None), slice(-shift)),
                (slice(-shift), slice(shift, None)),
            ):
                filled[here] = np.where(np.isfinite(filled[here]), filled[here], window[other])
    left = np.isfinite(filled)
    return np.where(left, filled, np.interp(places, places[left], filled[left]))
