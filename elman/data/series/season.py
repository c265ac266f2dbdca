"""After how many steps a series repeats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from elman.data.series.calendar import Calendar
from elman.errors import OptionError

__all__ = ["find_season", "season_of"]

_DAY = 86_400
_OF_MONTHS = {1: 12, 3: 4, 2: 6, 4: 3, 6: 2}

_REPEATS = 0.3
"""Autocorrelation below which a series counts as having no season."""
_CHANCE = 3.0
"""Standard errors of an autocorrelation that the moves must show."""
_MULTIPLES = 4
"""Of a season that are looked at together."""
_ASKED = 40
"""Series that are asked for their season."""
_NEAR_STRONGEST = 0.9
"""Multiples of a season correlate about as well; the first within this share of the best wins."""


def season_of(calendar: Calendar | None) -> int:
    """Return the steps after which such dates are expected to repeat; 0 where they do not say.

    A year of months, quarters or weeks; a week of days; a day of anything shorter.
    """
    if calendar is None or calendar.unit == "counts":
        return 0
    if calendar.unit == "workdays":
        return calendar.week.count("1")
    if calendar.unit == "months":
        return _OF_MONTHS.get(int(calendar.step), 1)
    if calendar.step == 7 * _DAY:
        return 52
    if calendar.step == _DAY:
        return 7
    return round(_DAY / calendar.step) if calendar.step <= _DAY / 2 else 0


def find_season(
    season: int | None,
    calendar: Calendar | None,
    series: Sequence[NDArray[np.float64]],
    notes: list[str],
) -> int:
    """Return the season that was asked for, or that of the dates, or that of the values.

    Of several series at least half must repeat so; and it fits into the longest.

    Args:
        season: as asked for.
        calendar: of the dates.
        series: the values of each, NaN where one is missing.
        notes: takes a sentence of what was found.
    """
    n = max(map(len, series))
    if season is not None:
        if season != 1 and not 1 < season <= n // 2:
            raise OptionError(
                f"season is {season}; with {n} values it must be from 1 (none) to {n // 2}."
            )
        return season
    found, source = season_of(calendar), ""
    if found and calendar is not None:
        source = f"{calendar.frequency} dates"
    else:
        found, source = _commonest(series), "autocorrelation"
    if found > n // 2:
        notes.append(f"season: 1, because two seasons of {found} do not fit into {n} values")
        return 1
    notes.append(f"season: {found}, from the {source}")
    return found


def _commonest(series: Sequence[NDArray[np.float64]]) -> int:
    """Return the season that most of some series have, 1 if it is fewer than half of them."""
    some = series[:: max(1, len(series) // _ASKED)]
    season, times = Counter(map(strongest_season, some)).most_common(1)[0]
    return season if 2 * times >= len(some) else 1


def strongest_season(values: NDArray[np.float64]) -> int:
    """Return the lag at which a series repeats best; 1 where it does not.

    Its level without the straight trend must repeat at the lag and its multiples, from one dip to
    the next; and so must its moves over half the lag: a walk drifts back by chance, its moves do
    not.
    """
    there = np.isfinite(values)
    places = np.arange(len(values))
    filled = np.interp(places, places[there], values[there])
    r = _autocorrelation(filled - np.polyval(np.polyfit(places, filled, 1), places))
    if r is None:
        return 1
    lags = np.arange(2, len(r))
    multiples = [r[m : _MULTIPLES * m + 1 : m] for m in lags]
    comb = np.array([several.mean() for several in multiples])
    likely = (comb > _REPEATS) & (comb - np.minimum.accumulate(r)[lags] > _REPEATS)
    if not likely.any():
        return 1
    first = int(np.flatnonzero(likely & (comb >= _NEAR_STRONGEST * comb[likely].max()))[0])
    near = slice(first, first + max(int(lags[first]) // 8, 1) + 1)
    season = int(lags[near][np.argmax(comb[near])])
    step = max(season // 2, 1)
    moves = _autocorrelation(filled[step:] - filled[:-step])
    enough = _CHANCE * np.sqrt(step / len(values))
    again = moves is not None and season < len(moves) and moves[season] > enough
    return season if again else 1


def _autocorrelation(values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return `(lags,)` up to a third of the values; None of values that do not vary.

    Every lag is divided by the values it has, so that a long season is not worth less.
    """
    centred = values - values.mean()
    n, power = len(centred), float(centred @ centred)
    if power <= 1e-20 * max(float(values @ values), 1e-300):
        return None
    spectrum = np.abs(np.fft.rfft(centred, 2 * n)) ** 2
    sums = np.fft.irfft(spectrum)[: n // 3 + 1]
    return np.asarray(sums / power * n / (n - np.arange(len(sums))))
