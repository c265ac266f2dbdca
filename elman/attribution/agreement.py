"""Do two methods tell the same story of a text? Rank correlation, and the words on top.

Methods that ask different questions may differ and both be right; where they agree, the story does
not hang on the question. The rank correlation is Spearman's (1904), equal values sharing a rank.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Agreement", "agreements", "rank_correlation", "top"]

Floats = NDArray[np.float64]


class Agreement(NamedTuple):
    """Of two methods on one text."""

    one: str
    other: str
    rank_correlation: float | None
    """From -1 to 1; None where one of them gives all words the same."""
    shared_top: int
    """How many of the two words that speak most for the answer are the same."""


def agreements(shares: Mapping[str, Floats]) -> list[Agreement]:
    """Compare every two of several methods' shares `(T,)`."""
    return [
        Agreement(
            one,
            other,
            rank_correlation(shares[one], shares[other]),
            len({*top(shares[one])} & {*top(shares[other])}),
        )
        for one, other in combinations(shares, 2)
    ]


def rank_correlation(a: Floats, b: Floats) -> float | None:
    """Return Spearman's rank correlation of `(T,)` values, None where it is not defined."""
    x, y = _ranks(a), _ranks(b)
    spread = float(x.std() * y.std())
    if not spread:
        return None
    return float(((x - x.mean()) * (y - y.mean())).mean() / spread)


def top(shares: Floats, most: int = 2) -> list[int]:
    """Return the places of the words that speak most for the answer, the first of equals first."""
    return [int(n) for n in np.argsort(-shares, kind="stable")[:most]]


def _ranks(values: Floats) -> Floats:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], np.float64)
