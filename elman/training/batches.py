"""Which rows come together, and in which order: a pure function of (seed, epoch)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, overload

import numpy as np
from numpy.typing import NDArray

from elman.data.large import MANY

__all__ = ["EachLength", "Lengths", "bucketed_batches", "step_seed"]

Ints = NDArray[np.int64]

_POOL = 50
"""Batches sorted by length together. More means less padding and less random company."""

_BLOCK = 64
"""Neighbouring rows that are fetched together where there are many."""

_WINDOW = 2**20
"""Rows that are mixed with each other where there are many, at least."""


class EachLength(Protocol):
    """How many steps each row has: an array, or what computes them."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Ints, /) -> Ints: ...


class Lengths:
    """Steps of rows that lie one after another, computed when they are asked for.

    Args:
        offsets: `(N + 1,)` where each row of the file begins.
        rows: those that are meant.
        most: steps that are read of one.
    """

    def __init__(self, offsets: Ints, rows: Ints, most: int) -> None:
        self._offsets, self._rows, self._most = offsets, rows, most

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, places: Ints) -> Ints:
        rows: Ints = self._rows[places]
        steps: Ints = self._offsets[rows + 1] - self._offsets[rows]
        return np.minimum(steps, self._most)


def bucketed_batches(
    lengths: EachLength, batch_size: int, *, seed: int, epoch: int
) -> Sequence[Ints]:
    """Return the batches of one epoch: row numbers, rows of like length together.

    The rows are permuted, cut into pools of 50 batches, sorted by length within a pool, cut into
    batches, and the batches permuted. Nothing but `(lengths, batch_size, seed, epoch)` enters, so
    a run that is resumed at step k continues with exactly the batches it would have seen.

    Of many rows blocks of neighbours are permuted, and this is done to a million rows of these
    blocks at a time: memory does not grow with the rows, and what lies together on disk is fetched
    together.
    """
    if len(lengths) > MANY:
        return _Windows(lengths, batch_size, seed, epoch)
    random = np.random.Generator(np.random.PCG64([seed, epoch]))
    return _mixed(lengths, random.permutation(len(lengths)), batch_size, random)


def _mixed(
    lengths: EachLength, order: Ints, batch_size: int, random: np.random.Generator
) -> list[Ints]:
    batches: list[Ints] = []
    for start in range(0, len(order), batch_size * _POOL):
        pool = order[start : start + batch_size * _POOL]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        batches += [pool[k : k + batch_size] for k in range(0, len(pool), batch_size)]
    return [batches[k] for k in random.permutation(len(batches))]


class _Windows(Sequence[Ints]):
    """The batches of an epoch over many rows, of which one window at a time is held."""

    def __init__(self, lengths: EachLength, batch_size: int, seed: int, epoch: int) -> None:
        self._lengths, self._size, self._seed = lengths, batch_size, (seed, epoch)
        pool = batch_size * _POOL
        self._rows = -(-_WINDOW // pool) * pool  # of a window
        random = np.random.Generator(np.random.PCG64([seed, epoch]))
        self._blocks = random.permutation(len(lengths) // _BLOCK)  # the last, cut one comes last
        self._held: tuple[int, list[Ints]] = -1, []

    def __len__(self) -> int:
        return -(-len(self._lengths) // self._size)

    @overload
    def __getitem__(self, place: int) -> Ints: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Ints]: ...
    def __getitem__(self, place: int | slice) -> Ints | Sequence[Ints]:
        if isinstance(place, slice):
            return [self[k] for k in range(*place.indices(len(self)))]
        window, within = divmod(place, self._rows // self._size)
        if self._held[0] != window:
            self._held = window, self._batches(window)
        return self._held[1][within]

    def _batches(self, window: int) -> list[Ints]:
        at = np.arange(window * self._rows, min((window + 1) * self._rows, len(self._lengths)))
        block, within = np.divmod(at, _BLOCK)
        whole = block < len(self._blocks)
        at[whole] = self._blocks[block[whole]] * _BLOCK + within[whole]
        # one more than the window: a 0 at the end would be as if it were not there
        random = np.random.Generator(np.random.PCG64([*self._seed, window + 1]))
        return _mixed(self._lengths, random.permutation(at), self._size, random)


def step_seed(seed: int, epoch: int, step: int, rank: int = 0) -> int:
    """Return the seed of everything random (dropout masks) within one step of one process.

    That of rank 0 is that of a process alone: a 0 at the end is as if it were not there.
    """
    entropy = np.random.SeedSequence([seed, epoch, step, rank])
    return int(entropy.generate_state(1, np.uint64)[0] >> 1)
