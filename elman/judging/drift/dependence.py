"""How many independent rows neighbours of one series are worth.

But: a series that wanders without returning, as a random walk does, has no such number.

References:
    Sokal, "Monte Carlo methods in statistical mechanics", 1996: the sum of autocorrelations, up to
    five times itself. Kendall, "Note on bias in the estimation of autocorrelation", Biometrika 41,
    1954.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["independent_share"]

WIDTH = 5


def independent_share(rows: NDArray[np.float64]) -> float:
    """Return, of `(N,)` rows in their order in time, independent rows for each row; at most 1.

    It goes by the ranks of the rows, as the tests that compare distributions do.
    """
    N = len(rows)
    _, inverse, ties = np.unique(rows, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[inverse]
    ranks -= ranks.mean()
    power = np.abs(np.fft.rfft(ranks, 2 * N)) ** 2
    of_lag = np.fft.irfft(power)[:N]
    if N < 3 or of_lag[0] <= 0:
        return 1.0
    of_lag *= N / (N - np.arange(N)) / of_lag[0]
    sums = 2 * np.cumsum(of_lag) - 1
    wide = np.flatnonzero(np.arange(N) >= WIDTH * sums)
    memory = float(sums[wide[0]] if len(wide) else sums.max())
    # in few rows the sum comes out too short; a series that forgets evenly says more by one lag
    lag = min(float(of_lag[1]) + (1 + 3 * float(of_lag[1])) / N, 1 - 1 / N)
    return 1 / max(1.0, memory, (1 + lag) / (1 - lag))
