"""Medians with their spread, and ratios with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Spread", "quartiles", "ratio"]


class Spread(NamedTuple):
    """A median and the two ends of what it is given with."""

    median: float
    low: float
    high: float


def quartiles(samples: Sequence[float]) -> Spread:
    """Return the median and the quarters of the samples below and above it."""
    low, median, high = np.percentile(samples, (25, 50, 75))
    return Spread(float(median), float(low), float(high))


def ratio(
    ours: Sequence[float], theirs: Sequence[float], *, seed: int = 0, resamples: int = 2000
) -> Spread:
    """Return how many times as long they took: the median over rounds, with a 95 % interval.

    Args:
        ours: seconds, by round.
        theirs: seconds of the same rounds; a quotient is taken within a round, so that what slows
            the whole machine for a while slows both.
        seed: of the percentile bootstrap over rounds that gives the interval.
        resamples: how many medians of redrawn rounds the interval is read from.

    Raises:
        ValueError: not one quotient a round.
    """
    if len(ours) != len(theirs) or not ours:
        raise ValueError(f"rounds come in pairs; found {len(ours)} and {len(theirs)}")
    quotients = np.asarray(theirs, np.float64) / np.asarray(ours, np.float64)
    random = np.random.default_rng(seed)
    drawn = random.integers(len(quotients), size=(resamples, len(quotients)))
    medians = np.median(quotients[drawn], axis=1)
    low, high = np.percentile(medians, (2.5, 97.5))
    return Spread(float(np.median(quotients)), float(low), float(high))
