"""Which rows come together, and in which order: a pure function of (seed, epoch)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["bucketed_batches", "step_seed"]

_POOL = 50
"""Batches sorted by length together. More means less padding and less random company."""


def bucketed_batches(
    lengths: NDArray[np.int64], batch_size: int, *, seed: int, epoch: int
) -> list[NDArray[np.int64]]:
    """Return the batches of one epoch: row numbers, rows of like length together.

    The rows are permuted, cut into pools of 50 batches, sorted by length within a pool, cut into
    batches, and the batches permuted. Nothing but `(lengths, batch_size, seed, epoch)` enters, so
    a run that is resumed at step k continues with exactly the batches it would have seen.
    """
    random = np.random.Generator(np.random.PCG64([seed, epoch]))
    order = random.permutation(len(lengths))
    batches: list[NDArray[np.int64]] = []
    for start in range(0, len(order), batch_size * _POOL):
        pool = order[start : start + batch_size * _POOL]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        batches += [pool[k : k + batch_size] for k in range(0, len(pool), batch_size)]
    return [batches[k] for k in random.permutation(len(batches))]


def step_seed(seed: int, epoch: int, step: int) -> int:
    """Return the seed of everything random (dropout masks) within one step."""
    return int(np.random.SeedSequence([seed, epoch, step]).generate_state(1, np.uint64)[0] >> 1)
