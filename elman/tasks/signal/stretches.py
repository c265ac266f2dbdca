"""A signal cut into stretches of equal time, any of which may be taken away.

A stretch that is not there stands at the mean of training in every channel, and nothing changes
during it, nor from it to what comes later, as at the beginning of a signal. Which share of a
channel is missing is then that of the whole signal. Its time stays: the others come when they came.
But: the mean of a sound is a steady noise as loud as training was on average, and not silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from elman.tasks.signal.coding.input import SignalInput

__all__ = ["MOST_STRETCHES", "Stretches"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

MOST_STRETCHES = 24


@dataclass(frozen=True)
class Stretches:
    """The stretches of one signal.

    Args:
        input: how it became steps.
        steps: `(T, size)` as the network reads them, at least one.
    """

    input: SignalInput
    steps: Floats

    @property
    def size(self) -> int:
        """Steps of a stretch; the last one may have fewer."""
        return -(-len(self.steps) // MOST_STRETCHES)

    @property
    def starts(self) -> Ints:
        """`(N,)` the first step of each."""
        return np.arange(0, len(self.steps), self.size)

    @property
    def ends(self) -> Ints:
        """`(N,)` the step after the last of each."""
        return np.minimum(self.starts + self.size, len(self.steps))

    @property
    def names(self) -> tuple[str, ...]:
        """When each is: seconds of a sound, or which rows of a sensor, the first being 1."""
        pairs = list(zip(self.starts.tolist(), self.ends.tolist(), strict=True))
        if (sound := self.input.sound) is not None:
            hop = sound.hop / sound.rate
            digits = max(2, -int(np.floor(np.log10(self.size * hop))))
            return tuple(f"{a * hop:.{digits}f}-{b * hop:.{digits}f} s" for a, b in pairs)
        assert self.input.sensor is not None
        every = self.input.sensor.every
        rows = [(a * every + 1, b * every) for a, b in pairs]
        return tuple(f"step {a}" if a == b else f"steps {a}-{b}" for a, b in rows)

    @property
    def silent(self) -> Floats:
        """`(size,)` a step that is not there."""
        step = np.zeros(self.input.size, np.float32)
        masks = self.input.size - len(self.input.sensor.masked) if self.input.sensor else None
        if masks is not None:
            step[masks:] = self.steps[:, masks:].mean(axis=0)
        return step

    def keeping(self, parts: Sequence[Ints]) -> Iterator[Floats]:
        """Yield the steps `(T, size)` with only some stretches there, given by their places."""
        T, n, motion = len(self.steps), self.input.values, self.input.motion
        past = np.maximum(np.arange(T) - motion, 0)
        for part in parts:
            gone = np.ones(len(self.starts), bool)
            gone[part] = False
            lost = np.repeat(gone, self.ends - self.starts)
            steps = np.where(lost[:, None], self.silent, self.steps)
            if motion:
                steps[lost | lost[past], n : 2 * n] = 0
            yield steps
