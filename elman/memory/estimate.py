"""A figure with its interval, from the rows it was measured on.

Rows are drawn anew with replacement, 400 times, and everything that is derived from their means
(a slope, a horizon, a share) is derived from each drawing again: the 95 % percentile bootstrap of
Efron (1979). Drawing 0 is the rows as they are.

But: rows that are copies of each other make intervals too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curve", "Estimate", "Floats", "Skipped", "curve_of", "estimate_of", "resampled_means"]

Floats = NDArray[np.float64]

RESAMPLES = 400


class Estimate(NamedTuple):
    """A figure and its 95 % interval; infinite where there is no end, as of a half-life."""

    value: float
    low: float
    high: float


class Curve(NamedTuple):
    """A figure at each of several places, with its intervals."""

    at: tuple[int, ...]
    value: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Skipped:
    """No figure, and why."""

    reason: str


def resampled_means(values: Any, seed: int) -> Floats:
    """Return the means over rows of `(N, …)` values, `(1 + 400, …)`; NaN is no value.

    The same seed and number of rows draw the same rows, so that differences are paired.
    """
    values = np.asarray(values, np.float64)
    N = len(values)
    weights = np.ones((1 + RESAMPLES, N))
    weights[1:] = np.random.default_rng(seed).multinomial(N, np.full(N, 1 / N), RESAMPLES)
    flat = values.reshape(N, -1)
    there = ~np.isnan(flat)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (weights @ np.where(there, flat, 0.0)) / (weights @ there)
    return np.asarray(means.reshape(-1, *values.shape[1:]))


def estimate_of(drawings: Floats) -> Estimate:
    """Return the figure of drawing 0 and the percentiles of the others, `(1 + 400,)`."""
    others = drawings[1:][~np.isnan(drawings[1:])]
    if not len(others):
        return Estimate(float(drawings[0]), float(drawings[0]), float(drawings[0]))
    low, high = np.quantile(others, [0.025, 0.975], method="inverted_cdf")
    return Estimate(float(drawings[0]), float(low), float(high))


def curve_of(at: Any, drawings: Floats) -> Curve:
    """Return the curve of drawings `(1 + 400, K)` at K places."""
    parts = [estimate_of(column) for column in drawings.T]
    return Curve(
        tuple(int(k) for k in at),
        tuple(e.value for e in parts),
        tuple(e.low for e in parts),
        tuple(e.high for e in parts),
    )
