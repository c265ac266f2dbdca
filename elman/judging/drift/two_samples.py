"""Whether two samples come from one distribution, and how far apart they are.

References:
    Smirnov, "Table for estimating the goodness of fit of empirical distributions", Annals of
    Mathematical Statistics 19, 1948.
    Rank sum: Mann and Whitney, Annals of Mathematical Statistics 18, 1947, corrected for ties.
    Cohen, "Statistical power analysis for the behavioral sciences", 1988: h.
    Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6, 1979.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Difference", "chi_square", "holm", "kolmogorov_smirnov", "mean_share", "rank_sum"]

Floats = NDArray[np.float64]

EXPECTED = 5.0
"""Rows that a class must be expected to have in each sample; rarer ones are counted as one."""

SHUFFLES = 4_999

STEP = 0.01
"""To which shares are rounded before they are shuffled, so that many are equal."""


class Difference(NamedTuple):
    """How two samples differ."""

    p: float
    """How often chance alone would put them so far apart, or farther."""
    size: float
    """How far apart they are, from 0, however many rows there are."""
    place: float = math.nan
    """Where the two cumulative shares are farthest apart, if that is what was compared."""


def kolmogorov_smirnov(a: Floats, b: Floats, *, worth: float = 1.0) -> Difference:
    """Compare all of two distributions; its size is the largest gap of their cumulative shares.

    Args:
        a: `(n,)` in any order.
        b: `(m,)`.
        worth: independent rows for each row, see `dependence.independent_share`.

    Few rows, and rows that are equal, make p larger than it should be, never smaller.
    """
    a, b = np.sort(a), np.sort(b)
    places = np.concatenate([a, b])
    gaps = np.searchsorted(a, places, "right") / len(a) - np.searchsorted(b, places, "right") / len(
        b
    )
    farthest = int(np.abs(gaps).argmax())
    size = abs(float(gaps[farthest]))
    root = math.sqrt(worth * len(a) * len(b) / (len(a) + len(b)))
    return Difference(_kolmogorov(root * size), size, float(places[farthest]))


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


def mean_share(a: Floats, b: Floats, *, seed: int = 0) -> Difference:
    """Ask whether shares are larger in the mean; its size is Cohen's h, |2 asin √a - 2 asin √b|.

    Shares of words hang together within a row, and most of them are 0, so p is what shuffling the
    rows of both samples gives: right however few and however uneven they are.

    Args:
        a: `(n,)` from 0 to 1.
        b: `(m,)`.
        seed: of the shuffling.
    """
    values, inverse = np.unique(np.round(np.concatenate([a, b]) / STEP), return_inverse=True)
    fewer, several = sorted((len(a), len(b)))
    counts = np.bincount(inverse)
    whole = float(counts @ values)
    sums = np.random.default_rng(seed).multivariate_hypergeometric(counts, fewer, SHUFFLES) @ values
    part = inverse[: len(a)] if len(a) == fewer else inverse[len(a) :]
    middle = fewer * whole / (fewer + several)
    as_far = np.abs(sums - middle) >= abs(float(values[part].sum()) - middle) - 1e-9 * whole
    size = 2 * abs(math.asin(math.sqrt(a.mean())) - math.asin(math.sqrt(b.mean())))
    return Difference((1 + int(as_far.sum())) / (1 + SHUFFLES), size)


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
    """Count all rare classes as one, with the least frequent other where that is rare still."""
    counts = counts[:, np.argsort(counts.sum(0), kind="stable")]
    expected = counts.sum(0) * counts.sum(1).min() / counts.sum()
    rare = int((expected < EXPECTED).sum())
    if 0 < rare < len(expected) and expected[:rare].sum() < EXPECTED:
        rare += 1
    if not rare:
        return counts
    return np.hstack([counts[:, :rare].sum(1, keepdims=True), counts[:, rare:]])


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
