"""Convolutions for some training rows: their dilations, channels and thresholds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from elman.runtime.arrays import Steps
from elman.runtime.convolutions import KERNELS, TAPS, Convolutions

__all__ = ["drawn"]

_MOST_DILATIONS = 6
_GOLDEN = (np.sqrt(5) + 1) / 2


def drawn(rows: Sequence[Steps], features: int, *, seed: int) -> Convolutions:
    """Return convolutions of about so many features.

    Dilations double while the kernel fits into most of the rows. Each kernel reads channels drawn
    for it, at most nine, few more often than many; its thresholds are quantiles, spread evenly, of
    what it says of rows drawn for it.

    Args:
        rows: `(T, C)` standardised, of the training part.
        features: how many to make.
        seed: everything drawn follows from it.
    """
    random = np.random.default_rng(seed)
    C = rows[0].shape[1]
    typical = float(np.median([len(row) for row in rows]))
    most = int(np.log2(max((typical - 1) / (TAPS - 1), 1))) + 1
    dilations = tuple(2**n for n in range(min(most, _MOST_DILATIONS)))
    D = len(dilations)
    Q = max(1, round(features / (KERNELS * D)))
    channels = np.zeros((D, C, KERNELS), np.float32)
    for d in range(D):
        for k in range(KERNELS):
            count = int(2 ** random.uniform(0, np.log2(min(C, TAPS) + 1)))
            channels[d, random.choice(C, min(count, C), replace=False), k] = 1
    found = Convolutions(dilations, channels, np.zeros((D, KERNELS, Q), np.float32))
    thresholds = np.empty((D, KERNELS, Q), np.float32)
    shares = (np.arange(D * KERNELS * Q) * _GOLDEN % 1).reshape(D, KERNELS, Q)
    for d in range(D):
        # a few rows speak for all kernels of a dilation, each for its own share of them
        asked = [found.said(rows[n], d) for n in random.integers(0, len(rows), 4 * Q)]
        for q in range(Q):
            said = np.concatenate(asked[4 * q : 4 * q + 4])  # (T, 84)
            thresholds[d, :, q] = _quantiles(said, shares[d, :, q])
    return Convolutions(dilations, channels, thresholds)


def _quantiles(said: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return of each column the quantile of its own share."""
    ordered = np.sort(said, axis=0)
    places = np.minimum((shares * len(said)).astype(int), len(said) - 1)
    return np.asarray(ordered[places, np.arange(said.shape[1])])
