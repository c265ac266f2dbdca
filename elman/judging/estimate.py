"""A figure with its interval, and a curve of such figures; or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curve", "Estimate", "Floats", "Skipped", "curve_of", "estimate_of"]

Floats = NDArray[np.float64]


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


def estimate_of(drawings: Floats) -> Estimate:
    """Return the figure of drawing 0 and the 95 % percentiles of the others, `(1 + R,)`."""
    others = drawings[1:][~np.isnan(drawings[1:])]
    if not len(others):
        return Estimate(float(drawings[0]), float(drawings[0]), float(drawings[0]))
    low, high = np.quantile(others, [0.025, 0.975], method="inverted_cdf")
    return Estimate(float(drawings[0]), float(low), float(high))


def curve_of(at: Any, drawings: Floats) -> Curve:
    """Return the curve of drawings `(1 + R, K)` at K places."""
    parts = [estimate_of(column) for column in drawings.T]
    return Curve(
        tuple(int(k) for k in at),
        tuple(e.value for e in parts),
        tuple(e.low for e in parts),
        tuple(e.high for e in parts),
    )
