"""Whether two samples come from one distribution, and how far apart they are.

References:
    Kolmogorov-Smirnov: Stephens, "Use of the Kolmogorov-Smirnov statistics", JRSS B 32, 1970.
    Rank sum: Mann and Whitney, Annals of Mathematical Statistics 18, 1947, corrected for ties.
    Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6, 1979.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Difference", "chi_square", "holm", "kolmogorov_smirnov", "rank_sum"]

Floats = NDArray[np.float64]

EXPECTED = 5.0
"""Rows that a class must be expected to have in each sample; rarer ones are counted together."""


class Difference(NamedTuple):
    """How two samples differ."""

    p: float
    """How often chance alone would put them so far apart, or farther."""
    size: float
    """How far apart they are, from 0 to 1, however many rows there are."""
    place: float = math.nan
    """Where the two cumulative shares are farthest apart, if that is what was compared."""


def kolmogorov_smirnov(a: Floats, b: Floats, *, worth: float = 1.0) -> Difference:
    """Compare all of two distributions; its size is the largest gap of their cumulative shares.

    Args:
        a: `(n,)` in any order.
        b: `(m,)`.
        worth: independent rows for each row, see `dependence.independent_share`.

    Ties make p larger than it should be, never smaller.
    """
    a, b = np.sort(a), np.sort(b)
    places = np.concatenate([a, b])
    gaps = np.searchsorted(a, places, "right") / len(a) - np.searchsorted(b, places, "right") / len(
        b
    )
    farthest = int(np.abs(gaps).argmax())
    size = abs(float(gaps[farthest]))
    root = math.sqrt(worth * len(a) * len(b) / (len(a) + len(b)))
    p = _kolmogorov((root + 0.12 + 0.11 / root) * size)
    return Difference(p, size, float(places[farthest]))


def rank_sum(a: Floats, b: Floats, *, worth: float = 1.0) -> Difference:
    """Ask whether rows of one sample are larger; its size is |P(a > b) - P(a < b)|.

    Args:
        a: `(n,)` in any order; many may be equal.
        b: `(m,)`.
        worth: independent rows for each row.
    """
    n, m = len(a), len(b)
    _, inverse, ties = np.unique(np.concatenate([a, b]), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[inverse]
    lead = 2 * (float(ranks[:n].sum()) - n * (n + 1) / 2) / (n * m) - 1
    N, counts = n + m, ties.astype(np.float64)
    variance = (N + 1 - float((counts**3 - counts).sum()) / (N * (N - 1))) / (3 * n * m)
    if variance <= 0:
        return Difference(1.0, 0.0)
    z = lead * math.sqrt(worth / variance)
    return Difference(math.erfc(abs(z) / math.sqrt(2)), abs(lead))


def chi_square(a: Sequence[Hashable], b: Sequence[Hashable]) -> Difference:
    """Compare how often each class occurs; its size is the share of rows that changed class.

    Classes too rare for the test are counted as one.
    """
    numbers: dict[Hashable, int] = {}
    for each in (*a, *b):
        numbers.setdefault(each, len(numbers))
    counts = np.array(
        [np.bincount([numbers[each] for each in rows], minlength=len(numbers)) for rows in (a, b)],
        np.float64,
    )
    size = float(np.abs(counts[0] / len(a) - counts[1] / len(b)).sum() / 2)
    pooled = _without_rare(counts)
    expected = pooled.sum(1, keepdims=True) * pooled.sum(0) / pooled.sum()
    statistic = float(((pooled - expected) ** 2 / expected).sum())
    return Difference(_chi_square_beyond(statistic, pooled.shape[1] - 1), size)


def holm(ps: Sequence[float]) -> list[float]:
    """Correct p values so that p < α for any of them happens by chance with probability α."""
    corrected, largest = [1.0] * len(ps), 0.0
    for done, n in enumerate(sorted(range(len(ps)), key=lambda n: ps[n])):
        largest = max(largest, (len(ps) - done) * ps[n])
        corrected[n] = min(1.0, largest)
    return corrected


def _without_rare(counts: Floats) -> Floats:
    """Add up classes, the rarest first, until each is expected often enough."""
    counts = counts[:, np.argsort(counts.sum(0), kind="stable")]
    share = counts.sum(1).min() / counts.sum()
    while counts.shape[1] > 1 and counts[:, 0].sum() * share < EXPECTED:
        counts = np.hstack([counts[:, :2].sum(1, keepdims=True), counts[:, 2:]])
        counts = counts[:, np.argsort(counts.sum(0), kind="stable")]
    return counts


def _kolmogorov(x: float) -> float:
    """Return P(K > x) of Kolmogorov's distribution."""
    if x < 0.2:  # where the series needs many terms, and 1 - P is below 1e-12
        return 1.0
    return min(
        1.0, 2 * sum((1 if k % 2 else -1) * math.exp(-2 * (k * x) ** 2) for k in range(1, 30))
    )


def _chi_square_beyond(x: float, df: int) -> float:
    """Return P(χ² > x), by the recursion over degrees of freedom, in logarithms."""
    if df == 0 or x <= 0:
        return 1.0
    p = math.erfc(math.sqrt(x / 2)) if df % 2 else math.exp(-x / 2)
    for k in range(df % 2 or 2, df, 2):
        p += math.exp(k / 2 * math.log(x / 2) - x / 2 - math.lgamma(k / 2 + 1))
    return min(1.0, p)
