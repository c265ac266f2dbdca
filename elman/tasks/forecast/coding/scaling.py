"""A window in its own units, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["FLOOR", "FLOORS", "Scaling", "bridged"]

Floats = NDArray[np.float64]

FLOOR = 0.05
"""Share of the whole series' spread that is added to the spread of every window."""

FLOORS = (1e-200, 1e100)
"""Beyond these a spread squared is nothing, or more than a number can be."""


@dataclass(frozen=True)
class Scaling:
    """A window in its own units, and back.

    x = (w - mean(w)) / (std(w) + floor), of the values or of their logarithms; the forecast in
    these units is the network's output. Models that were saved before the linear forecaster stood
    in the network have a shortcut beside it, read off the window: the `last` value, the value one
    `season` before, or the mean of the same phase over all whole seasons in the window (`phase`);
    of a window too short for a season the last value.
    """

    floor: float
    """Added to every window's spread, in units of the series or of its logarithm."""
    shortcut: Literal["none", "last", "season", "phase"]
    season: int
    logarithm: bool = False
    least: float = 0.0
    """Of logarithms: what a smaller value is taken for."""

    def scale(self, window: Floats) -> tuple[Floats, float, float]:
        """Return the window in its own units, its centre and its scale."""
        if self.logarithm:
            window = np.log(np.maximum(window, self.least))
        centre, scale = float(window.mean()), float(window.std()) + self.floor
        return (window - centre) / scale, centre, scale

    def ahead(self, x: Floats, horizon: int) -> Floats:
        """Return the shortcut's forecast `(horizon,)` from a scaled window."""
        m = self.season
        if self.shortcut == "none":
            return np.zeros(horizon)
        if self.shortcut == "last" or len(x) < m:
            return np.full(horizon, x[-1])
        seasons = len(x) // m if self.shortcut == "phase" else 1
        last = x[len(x) - seasons * m :].reshape(seasons, m).mean(0)
        return np.asarray(last[np.arange(horizon) % m])

    def back(self, x: Floats, centre: float, scale: float) -> Floats:
        """Return values in units of the series again."""
        values = centre + scale * x
        return np.exp(np.minimum(values, _MOST_LOGARITHM)) if self.logarithm else values

    def there(self, values: Floats, centre: float, scale: float) -> Floats:
        """Return values in a window's units."""
        read = np.log(np.maximum(values, self.least)) if self.logarithm else values
        return np.asarray((read - centre) / scale)


_MOST_LOGARITHM = 230.0
"""Of a value of 1e100, beyond which nothing is forecast."""


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
