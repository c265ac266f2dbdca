"""From one rate of samples to another: a windowed sinc, polyphase.

    y[m] = Σ_n x[n] h[m · down - n · up + centre]

h is a sinc that lets pass what both rates can hold, under a Kaiser window (Kaiser 1974), times up;
up / down is the ratio of the rates in lowest terms. So it is also `scipy.signal.resample_poly`,
which the tests compare.

But: a whole signal at once; its ends are read as if silence stood around it.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["resample"]

Floats = NDArray[np.float32]

_HALF = 16
"""Zero crossings of the sinc on either side: the more, the steeper between pass and stop."""
_BETA = 8.0
"""Of the Kaiser window: what should not pass is 80 dB down."""
_SAMPLES = 2**16
"""Outputs of one piece, so that memory does not grow with the signal."""


def resample(samples: Floats, rate: int, wanted: int) -> Floats:
    """Return samples `(T,)` of `rate` Hz at `wanted` Hz, `(⌈T · wanted / rate⌉,)`."""
    if rate == wanted or not len(samples):
        return samples
    common = math.gcd(rate, wanted)
    up, down = wanted // common, rate // common
    phases, reach = _phases(up, down)
    taps = phases.shape[1]
    length = -(-len(samples) * up // down)
    before = np.zeros(reach, np.float32)
    padded = np.concatenate([before, samples, np.zeros(taps, np.float32)])
    result = np.empty(length, np.float32)
    for start in range(0, length, _SAMPLES):
        m = np.arange(start, min(start + _SAMPLES, length))
        newest = m * down // up  # the last input at or before output m
        read = padded[(newest - reach + 1)[:, None] + reach + np.arange(taps)]
        result[m] = np.einsum("mt,mt->m", read, phases[m * down % up])
    return result


@lru_cache(maxsize=16)
def _phases(up: int, down: int) -> tuple[NDArray[np.float32], int]:
    """Return of each phase the weights of the inputs it reads, oldest first, and how far back."""
    widest = max(up, down)
    half = _HALF * widest
    n = np.arange(-half, half + 1)
    kernel = np.sinc(n / widest) * np.kaiser(len(n), _BETA)
    kernel *= up / kernel.sum()
    reach = half // up + 1
    inputs = np.arange(-reach + 1, reach + 1)  # before and after the newest
    places = np.arange(up)[:, None] - inputs * up  # of phase p: p - input · up from the middle
    inside = np.abs(places) <= half
    return np.where(inside, kernel[np.clip(places + half, 0, 2 * half)], 0.0).astype(
        np.float32
    ), reach
