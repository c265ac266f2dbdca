"""Rows drawn anew with replacement, and everything derived from them derived again.

The percentile bootstrap of Efron (1979): whatever follows from means or sums over rows (a slope, a
horizon, a share, an F1) is worked out from each drawing, and the middle 95 % are its interval.

But: rows that are copies of each other make intervals too narrow; rows that overlap, as origins of
a back-test do, are drawn in blocks.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["block_interval", "resampled_means", "resampled_totals"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MEANS, TOTALS, BLOCKS = 400, 1000, 2000
"""How many drawings: of means from which whole curves follow, of sums, of blocks of one series."""

_HELD = 2**22
"""Drawn rows that are held at a time."""


def resampled_means(values: Any, seed: int) -> Floats:
    """Return the means over rows of `(N, …)` values, `(1 + 400, …)`; NaN is no value.

    Drawing 0 is the rows as they are.
    The same seed and number of rows draw the same rows, so that differences are paired.
    """
    values = np.asarray(values, np.float64)
    N = len(values)
    weights = np.ones((1 + MEANS, N))
    weights[1:] = np.random.default_rng(seed).multinomial(N, np.full(N, 1 / N), MEANS)
    flat = values.reshape(N, -1)
    there = ~np.isnan(flat)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (weights @ np.where(there, flat, 0.0)) / (weights @ there)
    return np.asarray(means.reshape(-1, *values.shape[1:]))


def resampled_totals(counts: Ints) -> Ints:
    """Return the sums over redrawn rows of `(N, …)` counts, `(1000, …)`.

    Rows of one outcome are drawn together, so that a million rows take no longer than a thousand.
    """
    n, flat = len(counts), counts.reshape(len(counts), -1)
    kinds, inverse = np.unique(flat, axis=0, return_inverse=True)
    share = np.bincount(inverse.ravel(), minlength=len(kinds)) / n
    draws = np.random.default_rng(0).multinomial(n, share, TOTALS)
    return np.asarray((draws @ kinds).reshape(TOTALS, *counts.shape[1:]))


def block_interval(
    differences: Floats, block: int, *, of: Floats | None = None
) -> tuple[float, float]:
    """Return the 95 % interval of the mean of `(N,)` differences that lie in a row.

    Args:
        differences: of neighbouring origins, which share most of their values.
        block: how many of them hang together (moving-block bootstrap, Künsch 1989).
        of: `(N,)` whose mean, in the same drawings, the differences are a share of.
    """
    random = np.random.default_rng(0)
    count = math.ceil(len(differences) / block)
    starts = random.integers(0, len(differences) - block + 1, (BLOCKS, count))
    found = []
    for some in np.array_split(starts, math.ceil(starts.size * block / _HELD)):
        rows = (some[:, :, None] + np.arange(block)).reshape(len(some), -1)[:, : len(differences)]
        mean = differences[rows].mean(1)
        if of is not None:
            whole = of[rows].mean(1)
            mean = mean[whole != 0] / whole[whole != 0]
        found.append(mean)
    means = np.concatenate(found)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
