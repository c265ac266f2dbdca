"""Ragged sequences cut into blocks of equal shape: sorted rows, groups of lanes, chunks of time.

In numpy, sixteen rows lie side by side as the *lanes* of one group, so arrays are
`(…, S, features, lanes)` with S groups. Every matrix product is then `(O, I) @ (I, lanes)`, whoever
shares the group: a row's answer does not depend on its company, to the last bit. The C++ kernels
promise that of every row, and have groups of one lane. Blocks and chunks only bound the memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from elman.runtime.arrays import Floats, Integers, Steps

__all__ = ["CHUNK", "Block", "Chunk", "blocks"]

ROWS = 256
"""Of one block: enough to outweigh the cost of a Python call per step."""

CHUNK = 16 * ROWS
"""Steps of all rows of one chunk together: fewer rows take more steps at a time."""


@dataclass(frozen=True)
class Chunk:
    """Some consecutive steps of the groups that have any real step among them."""

    start: int
    steps: int
    groups: int
    counts: Integers | None = None
    """`(S, lanes)`: real steps of each row within the chunk; None when all of them are."""

    def alive(self) -> Floats | None:
        """1.0 where a step is real, else 0.0, `(T, S, 1, lanes)`; None when all are real."""
        if self.counts is None:
            return None
        t = np.arange(self.steps)[:, None, None]
        mask: Floats = (t < self.counts).astype(np.float32)[:, :, None, :]
        return mask


@dataclass(frozen=True)
class Block:
    """Rows of similar length, longest first; the last group is filled up with empty rows."""

    rows: Integers
    """`(n,)`: where the caller has these rows."""
    flat: Steps
    """All steps one after the other, then one step of padding (id 0, or zeros)."""
    offsets: Integers
    """`(S, lanes)`: where each row begins in `flat`."""
    real: Integers
    """`(S, lanes)`: steps that each row holds."""
    lengths: Integers
    """`(S, lanes)`: steps to walk; more than `real` only to step on padding on purpose."""

    def padded_to(self, length: int) -> Block:
        """Return the same rows, every one walked to `length` as if its padding were real."""
        lengths = np.full_like(self.lengths, length)
        return Block(self.rows, self.flat, self.offsets, self.real, lengths)

    def chunks(self, *, reverse: bool = False) -> Iterator[Chunk]:
        """Walk time from its beginning, or from its end."""
        most = CHUNK // self.lengths.size
        starts = range(0, int(self.lengths.max()), most)
        for start in reversed(starts) if reverse else starts:
            groups = int((self.lengths.max(axis=1) > start).sum())
            counts = np.clip(self.lengths[:groups] - start, 0, most)
            full = None if counts.min() == counts.max() else counts
            yield Chunk(start, int(counts.max()), groups, full)

    def steps(self, chunk: Chunk) -> Steps:
        """Gather the chunk's steps, `(T, S, lanes)` ids or `(T, S, lanes, I)` vectors."""
        t = np.arange(chunk.start, chunk.start + chunk.steps)[:, None, None]
        s = slice(chunk.groups)
        padding = len(self.flat) - 1
        where = np.where(t < self.real[s], self.offsets[s] + t, padding)
        return self.flat.take(where, axis=0)

    def unlane(self, values: Floats) -> Floats:
        """`(S, F, lanes)` back to one row per sequence, `(n, F)`."""
        rows = values.swapaxes(1, 2).reshape(-1, values.shape[1])
        return rows[: len(self.rows)]


def blocks(sequences: Sequence[Steps], padding: Steps, lanes: int) -> Iterator[Block]:
    """Sort by length, longest first, and cut into blocks; `padding` is one step, `(1, …)`."""
    lengths = np.array([len(sequence) for sequence in sequences], dtype=np.int64)
    order = np.argsort(-lengths, kind="stable")
    for start in range(0, len(order), ROWS):
        rows = order[start : start + ROWS]
        groups = -(-len(rows) // lanes)
        filled = np.zeros(groups * lanes, dtype=np.int64)
        filled[: len(rows)] = lengths[rows]
        offsets = (np.cumsum(filled) - filled).reshape(groups, lanes)
        real = filled.reshape(groups, lanes)
        flat = np.concatenate([*(sequences[row] for row in rows), padding])
        yield Block(rows, flat, offsets, real, real)
