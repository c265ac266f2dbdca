"""Where in the day, the week and the year a step lies: calendar features of a series with dates."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from elman.data.series.calendar import Calendar

__all__ = ["FEATURES", "phases", "width_of"]

Floats = NDArray[np.float64]

FEATURES = {"hour": 4, "weekday": 3, "yearday": 3}
"""The features, and how many harmonics each has: three tell all days of a week apart."""

_BLOCK = 1024
"""Steps that are worked out at a time, and kept."""


def width_of(feature: str) -> int:
    """Return how many columns a feature becomes: a sine and a cosine of every harmonic."""
    return 2 * FEATURES[feature]


def phases(calendar: Calendar, features: Sequence[str], first: int, steps: int) -> Floats:
    """Return features of some steps, `(steps, columns)`: sin and cos of 2πk · phase.

    NaN where there are no dates any more.

    The phase is the share of the day, of the week (whole days) or of the year that has gone by, by
    the clock on the wall.

    Args:
        calendar: of dates.
        features: of `FEATURES`.
        first: steps of the calendar before the first that is asked about.
        steps: how many.
    """
    begin = first // _BLOCK
    blocks = [_block(calendar, n) for n in range(begin, (first + max(steps, 1) - 1) // _BLOCK + 1)]
    at = np.concatenate(blocks)[first - begin * _BLOCK :][:steps]
    columns = [
        wave(2 * np.pi * k * at[:, list(FEATURES).index(feature)])
        for feature in features
        for k in range(1, FEATURES[feature] + 1)
        for wave in (np.sin, np.cos)
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((steps, 0))


@lru_cache(maxsize=256)
def _block(calendar: Calendar, number: int) -> Floats:
    """Return the phases `(_BLOCK, 3)` of day, week and year; NaN where there are no dates."""
    found = np.full((_BLOCK, len(FEATURES)), np.nan)
    for n in range(_BLOCK):
        try:
            moment = calendar.moment(number * _BLOCK + n)
        except (OverflowError, ValueError):
            break
        of_day = (moment.hour + (moment.minute + moment.second / 60) / 60) / 24
        days = 366 if isleap(moment.year) else 365
        of_year = (moment.timetuple().tm_yday - 1) / days
        found[n] = of_day, moment.weekday() / 7, of_year
    return found
