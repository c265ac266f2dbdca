"""How the outputs of all steps become one vector: last, mean, max.

A pool folds outputs in, chunk after chunk, into an accumulator of fixed size; a stream folds in one
step at a time with the same code. That is why streaming needs no memory of what has been.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from elman.runtime.arrays import Doubles, Floats, Integers
from elman.runtime.recurrence.blocks import Chunk

__all__ = ["POOLING", "Accumulator", "Pool"]

Accumulator = NDArray[Any]
"""`(S, H, lanes)`, float32 or float64 as the pool needs."""


class Pool(Protocol):
    """One way of pooling; it holds no state of its own."""

    def start(self, groups: int, hidden_size: int, lanes: int) -> Accumulator:
        """The accumulator before the first step."""

    def fold(
        self, kept: Accumulator, chunk: Chunk, outputs: Floats, *, reverse: bool = False
    ) -> None:
        """Fold the chunk's outputs `(T, S', H, lanes)` into the first S' groups of `kept`."""

    def finish(self, kept: Accumulator, lengths: Integers) -> Floats:
        """The pooled vectors `(S, H, lanes)`; 0 where a row of `lengths` (S, lanes) is empty."""


class Last:
    """h_n: the state after a row's last real step, or its first for a walk from the end."""

    def start(self, groups: int, hidden_size: int, lanes: int) -> Accumulator:
        return np.zeros((groups, hidden_size, lanes), dtype=np.float32)

    def fold(
        self, kept: Accumulator, chunk: Chunk, outputs: Floats, *, reverse: bool = False
    ) -> None:
        if reverse:
            kept[: chunk.groups] = outputs[0]
        elif chunk.counts is None:
            kept[: chunk.groups] = outputs[-1]
        else:
            s, lane = np.nonzero(chunk.counts)
            kept[s, :, lane] = outputs[chunk.counts[s, lane] - 1, s, :, lane]

    def finish(self, kept: Accumulator, lengths: Integers) -> Floats:
        return kept


class Mean:
    """The mean over real steps. The sum is kept in float64: it stays true over 100,000 steps."""

    def start(self, groups: int, hidden_size: int, lanes: int) -> Accumulator:
        return np.zeros((groups, hidden_size, lanes), dtype=np.float64)

    def fold(
        self, kept: Accumulator, chunk: Chunk, outputs: Floats, *, reverse: bool = False
    ) -> None:
        # In the order of the walk and from what is kept on: where chunks end changes no bit.
        steps = np.concatenate([kept[None, : chunk.groups], outputs[::-1] if reverse else outputs])
        # Along an axis that has no other beside it, numpy's sum would add in pairs.
        alone = steps[0].size == 1
        kept[: chunk.groups] = steps.cumsum(axis=0)[-1] if alone else steps.sum(axis=0)

    def finish(self, kept: Accumulator, lengths: Integers) -> Floats:
        mean: Doubles = kept / np.maximum(lengths, 1)[:, None, :]
        return mean.astype(np.float32)


class Max:
    """The largest value of each unit over real steps."""

    def start(self, groups: int, hidden_size: int, lanes: int) -> Accumulator:
        return np.full((groups, hidden_size, lanes), -np.inf, dtype=np.float32)

    def fold(
        self, kept: Accumulator, chunk: Chunk, outputs: Floats, *, reverse: bool = False
    ) -> None:
        alive = chunk.alive()
        if alive is not None:
            outputs = np.where(alive > 0, outputs, np.float32(-np.inf))
        seen = kept[: chunk.groups]
        np.maximum(seen, outputs.max(axis=0), out=seen)

    def finish(self, kept: Accumulator, lengths: Integers) -> Floats:
        return np.where((lengths > 0)[:, None, :], kept, np.float32(0))


POOLING: dict[str, Pool] = {"last": Last(), "mean": Mean(), "max": Max(), "padded_last": Last()}
"""`padded_last` is `last` of rows that were walked on through their padding."""
