"""Whether answers are right as often as they say, by how sure they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.interval import share_interval

__all__ = ["calibration_error", "reliability"]

_FINE_BINS = 15
_BINS, _FEWEST = 10, 5
"""Stretches of probability, and answers in one that is told."""


def calibration_error(sure: NDArray[np.float64], right: NDArray[Any]) -> float:
    """Return the expected calibration error over 15 equal bins (Naeini et al. 2015)."""
    bins = np.minimum((sure * _FINE_BINS).astype(int), _FINE_BINS - 1)
    gaps = np.bincount(bins, sure - right, _FINE_BINS)
    return float(np.abs(gaps).sum() / max(len(sure), 1))


def reliability(sure: NDArray[np.float64], right: NDArray[Any]) -> list[dict[str, Any]]:
    """Return what was said and what was so, of each stretch of probability with enough answers.

    Args:
        sure: `(N,)` probabilities of answers.
        right: `(N,)` whether they were.

    Returns:
        Of each stretch, the least sure first: `said`, the mean probability; `right`, the share that
        was, with its interval; `rows`. Of fewer than two stretches nothing.
    """
    which = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    told = []
    for n in range(_BINS):
        inside = which == n
        rows, good = int(inside.sum()), int(np.count_nonzero(right[inside]))
        if rows >= _FEWEST:
            told.append(
                {
                    "said": float(sure[inside].mean()),
                    "right": good / rows,
                    "right_ci95": share_interval(good, rows),
                    "rows": rows,
                }
            )
    return told if len(told) > 1 else []
