"""Shapley values of words: what each adds to a score, averaged over the orders they could come in.

Words are put back into an empty text one after another, in a random order but each at its own
place; a word gets the change of the score when it comes. The changes of one order sum to the whole
change exactly, and so do their means: the sum is right however few orders are drawn. Unlike a
gradient, a word that turns another round ("not") gets what it turns.

But: the shares themselves are estimates; `standard_error` says how good.

References:
    Shapley 1953; Štrumbelj & Kononenko 2014, "Explaining prediction models and individual
    predictions with feature contributions"; orders come in pairs, one the other's reverse:
    Mitchell et al. 2022, arXiv 2104.12199, section 3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["PlaceScore", "ShapleyValues", "shapley_values"]

Floats = NDArray[np.float64]

PlaceScore = Callable[[list[NDArray[np.int64]]], Floats]
"""The score of each of several sub-texts, given as the sorted places of the words they keep."""


class ShapleyValues(NamedTuple):
    """What each word adds; the values sum to `end - start`."""

    values: Floats
    """`(T,)`."""
    standard_error: Floats
    """`(T,)`, of the values, from the spread over pairs of orders."""
    start: float
    """The score of the empty text."""
    end: float
    """The score of the whole text."""


def shapley_values(score: PlaceScore, words: int, *, orders: int, seed: int = 0) -> ShapleyValues:
    """Estimate the Shapley value of every word.

    Args:
        score: scores sub-texts; it is given those of two orders at a time.
        words: words of the text, at least 1.
        orders: random orders, an even number of at least 4.
        seed: the orders follow from it.
    """
    pick = np.random.default_rng(seed)
    start, end = score([np.arange(0), np.arange(words)]).tolist()
    pairs = []
    for _ in range(orders // 2):
        order = pick.permutation(words)
        both = [_gains(score, one, start, end) for one in (order, order[::-1])]
        pairs.append((both[0] + both[1]) / 2)
    gains = np.array(pairs)  # (orders / 2, T)
    error = gains.std(0, ddof=1) / np.sqrt(len(gains))
    return ShapleyValues(gains.mean(0), error, start, end)


def _gains(score: PlaceScore, order: NDArray[np.int64], start: float, end: float) -> Floats:
    """The change of the score when each word comes, `(T,)` by place."""
    between = [np.sort(order[:n]) for n in range(1, len(order))]
    growing = score(between).tolist() if between else []
    gains = np.empty(len(order))
    gains[order] = np.diff([start, *growing, end])
    return gains
