"""Fixed convolutions of sequences of vectors, and how often each is above its threshold.

MiniRocket's (Dempster, Schmidt & Webb 2021, arXiv 2012.08791): the 84 kernels of length 9 that have
three weights of 2 and six of -1, at several dilations, each over channels of its own; of what
kernel k at dilation d says at step t of T, feature q is the share of steps at which it is above the
threshold q:

    c[t] = 3 (y[t - a d] + y[t - b d] + y[t - c d]) - Σ_{j=0..8} y[t - j d],  y = x · channels
    feature = #{t : c[t] > threshold} / T

Beside them stand the mean, the standard deviation, the least and the largest value of each channel.

Unlike there, a kernel looks back alone, and before the beginning stands 0, so a stream needs the
last 8 d steps and a count, and ends where the whole does; and no feature is of the middle alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.runtime.arrays import Floats, Steps

__all__ = ["CHOSEN", "KERNELS", "TAPS", "Convolutions", "Kept", "features_of", "shapes"]

Doubles = NDArray[np.float64]

TAPS = 9
CHOSEN = np.array(list(combinations(range(TAPS), 3)))
"""`(84, 3)` of each kernel the places of its weights of 2."""

KERNELS = len(CHOSEN)
_STATISTICS = 4
_CHUNK = 512
"""Steps that are convolved together, so that memory does not grow with the sequence."""


def features_of(channels: int, dilations: int, thresholds: int) -> int:
    """How many features there are."""
    return KERNELS * dilations * thresholds + _STATISTICS * channels


def shapes(channels: int, dilations: int, thresholds: int) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the tensors."""
    return {
        "linear.channels": (dilations, channels, KERNELS),
        "linear.thresholds": (dilations, KERNELS, thresholds),
    }


class Kept(NamedTuple):
    """What a stream keeps; a step makes a new one."""

    steps: int
    past: Floats
    """`(8 · largest dilation, C)` the newest steps, 0 before the first."""
    counts: Doubles
    """`(D, 84, Q)` how often each was above its threshold."""
    sums: Doubles
    """`(2, C)` of the values, and of their squares."""
    ends: Floats
    """`(2, C)` the least and the largest value."""


@dataclass(frozen=True)
class Convolutions:
    """Convolutions ready to run.

    Args:
        dilations: steps between neighbouring weights, ascending.
        channels: `(D, C, 84)` how much each kernel reads of each channel, 0 or 1.
        thresholds: `(D, 84, Q)` what each is compared with.
    """

    dilations: tuple[int, ...]
    channels: Floats
    thresholds: Floats

    @classmethod
    def of(cls, dilations: tuple[int, ...], tensors: Mapping[str, np.ndarray]) -> Convolutions:
        """Build them of tensors named as `shapes` says."""
        return cls(dilations, tensors["linear.channels"], tensors["linear.thresholds"])

    @property
    def reach(self) -> int:
        """Steps that the widest kernel looks back."""
        return (TAPS - 1) * self.dilations[-1]

    def begin(self) -> Kept:
        """What is kept before the first step."""
        C = self.channels.shape[1]
        ends = np.array([[np.inf], [-np.inf]], np.float32).repeat(C, axis=1)
        past = np.zeros((self.reach, C), np.float32)
        return Kept(0, past, np.zeros(self.thresholds.shape), np.zeros((2, C)), ends)

    def advance(self, kept: Kept, steps: Steps) -> Kept:
        """Take further steps `(T, C)`; T may be 0."""
        for start in range(0, len(steps), _CHUNK):
            kept = self._advance(kept, steps[start : start + _CHUNK])
        return kept

    def _advance(self, kept: Kept, steps: Floats) -> Kept:
        x = np.concatenate([kept.past, steps])
        counts = kept.counts.copy()
        for d in range(len(self.dilations)):
            said = self._said(x, d)
            for q in range(self.thresholds.shape[2]):
                counts[d, :, q] += np.count_nonzero(said > self.thresholds[d, :, q], axis=0)
        wide = steps.astype(np.float64)
        sums = kept.sums + np.stack([wide.sum(0), (wide * wide).sum(0)])
        ends = np.stack(
            [np.minimum(kept.ends[0], steps.min(0)), np.maximum(kept.ends[1], steps.max(0))]
        )
        return Kept(kept.steps + len(steps), x[len(x) - self.reach :], counts, sums, ends)

    def read(self, kept: Kept) -> Floats:
        """Return the features `(F,)` of all steps so far; 0 before the first."""
        T = kept.steps
        if not T:
            C = self.channels.shape[1]
            return np.zeros(self.thresholds.size + _STATISTICS * C, np.float32)
        mean, square = kept.sums / T
        spread = np.sqrt(np.maximum(square - mean * mean, 0))
        parts = [(kept.counts / T).ravel(), mean, spread, *kept.ends]
        return np.concatenate(parts).astype(np.float32)

    def features(self, steps: Steps) -> Floats:
        """Return the features `(F,)` of a whole sequence `(T, C)`."""
        return self.read(self.advance(self.begin(), steps))

    def said(self, steps: Steps, dilation: int) -> Doubles:
        """Return what the kernels of one dilation, by its place, say of each step, `(T, 84)`."""
        past = np.zeros((self.reach, self.channels.shape[1]), np.float32)
        return self._said(np.concatenate([past, steps]), dilation)

    def _said(self, x: Floats, place: int) -> Doubles:
        """`(reach + T, C)` → `(T, 84)`, in float64: a threshold must not hang on who is near."""
        d = self.dilations[place]
        x = x[self.reach - (TAPS - 1) * d :].astype(np.float64)
        y = x @ self.channels[place].astype(np.float64)  # (8 d + T, 84)
        T = len(x) - (TAPS - 1) * d
        # weight j stands on the step j d before
        taps = [y[(TAPS - 1 - j) * d :][:T] for j in range(TAPS)]
        total = np.sum(taps, axis=0)
        result: Doubles = -total
        for j in range(TAPS):
            columns = np.flatnonzero(np.any(j == CHOSEN, axis=1))
            result[:, columns] += 3 * taps[j][:, columns]
        return result
