"""The interval of a share: how far n rows leave it open."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["mean_interval", "share_interval"]


def share_interval(right: float, n: int) -> list[float]:
    """Return the 95 % interval of `right` of n.

    References:
        Wilson, "Probable inference", JASA 22, 1927: the score interval, right near 0 and 1 too.
    """
    z = 1.959964
    p, spread = right / n, z * math.sqrt(right * (n - right) / n + z * z / 4) / n
    centre, scale = p + z * z / (2 * n), 1 + z * z / n
    return [max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)]


def mean_interval(right: NDArray[np.float64]) -> list[float]:
    """Return the 95 % interval of the mean of `(N,)` shares over rows (Wilson's, a bit wide)."""
    return share_interval(float(right.sum()), len(right))
