"""After how many steps a series repeats."""

from __future__ import annotations

import numpy as np

from elman.errors import OptionError

__all__ = ["SEASONS", "find_season"]

SEASONS = {
    "yearly": 1,
    "quarterly": 4,
    "monthly": 12,
    "weekly": 52,
    "daily": 7,
    "hourly": 24,
    "half-hourly": 48,
}
"""Steps after which a series of this frequency is expected to repeat."""

SEASON_CORRELATION = 0.3
"""Autocorrelation of the differences below which a series counts as having no season."""
NEAR_STRONGEST = 0.9
"""Multiples of a season correlate about as well; the first within this share of the best wins."""


def find_season(
    season: int | None, n: int, frequency: str, values: np.ndarray, notes: list[str]
) -> int:
    """The season that was asked for, or that of the frequency, or that of the autocorrelation."""
    if season is not None:
        if not 1 <= season <= n // 2:
            raise OptionError(
                f"season is {season}; with {n} values it must be from 1 (none) to {n // 2}."
            )
        return season
    found, source = SEASONS.get(frequency, 0), f"{frequency} dates"
    if not found:
        found, source = _strongest_season(values), "autocorrelation"
    if found > n // 2:
        notes.append(f"season: 1, because two seasons of {found} do not fit into {n} values")
        return 1
    notes.append(f"season: {found}, from the {source}")
    return found


def _strongest_season(values: np.ndarray) -> int:
    """The lag at which the differences of the series repeat best; 1 where they do not."""
    moves = np.diff(values)
    moves -= moves.mean()
    power = float(moves @ moves)
    n = len(moves)
    if power == 0:
        return 1
    spectrum = np.abs(np.fft.rfft(moves, 2 * n)) ** 2
    r = np.fft.irfft(spectrum)[: n // 3 + 2] / power  # (lags,)
    lags = np.arange(2, len(r) - 1)
    peaks = lags[(r[lags] > r[lags - 1]) & (r[lags] >= r[lags + 1])]
    if not len(peaks) or r[peaks].max() < SEASON_CORRELATION:
        return 1
    return int(peaks[r[peaks] >= NEAR_STRONGEST * r[peaks].max()][0])
