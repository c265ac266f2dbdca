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


def bridged(window: Floats) -> Floats:
    """Return a window whose missing values lie on straight lines between those that are there.

    A network has to read something; nothing is judged or learnt by it.
    """
    there = np.isfinite(window)
    if there.all():
        return window
    places = np.arange(len(window))
    return np.interp(places, places[there], window[there])
