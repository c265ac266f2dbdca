"""Pools on numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from elman.runtime.heads.pools import POOLING
from elman.runtime.recurrence.blocks import Chunk
from elman.runtime.spec import POOLS

RAGGED = Chunk(0, 3, 1, counts=np.array([[3, 1, 0]]))
OUTPUTS = np.array([[-5.0, -7.0, 0.0], [-3.0, 0.0, 0.0], [-4.0, 0.0, 0.0]], np.float32)


def pooled(name: str, *, reverse: bool = False) -> list[float]:
    """Pool three rows of 3, 1 and 0 real steps, of one unit each."""
    pool = POOLING[name]
    kept = pool.start(1, 1, 3)
    pool.fold(kept, RAGGED, OUTPUTS[:, None, None, :], reverse=reverse)
    return pool.finish(kept, RAGGED.counts).ravel().tolist()


def test_every_pool_of_the_spec_is_there():
    assert tuple(POOLING) == POOLS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("last", [-4, -7, 0]),
        ("padded_last", [-4, -7, 0]),
        ("mean", [-4, -7, 0]),
        ("max", [-3, -7, 0]),
    ],
)
def test_only_real_steps_count(name, expected):
    assert pooled(name) == expected


def test_last_of_a_walk_from_the_end_is_the_first_step():
    assert pooled("last", reverse=True) == [-5, -7, 0]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 2, 1), (3, 1, 1), (2, 5, 1), (1, 3, 16)])
def test_where_chunks_end_changes_no_bit_of_the_mean(shape, reverse):
    outputs = np.random.default_rng(0).standard_normal((90, *shape)).astype(np.float32)
    outputs *= np.float32(10.0) ** (np.arange(90) % 9 * 2)[:, None, None, None]
    mean, sums = POOLING["mean"], []
    for steps in (1, 7, 16, 90):
        sums.append(mean.start(*shape))
        starts = range(0, 90, steps)
        for start in reversed(starts) if reverse else starts:
            part = outputs[start : start + steps]
            chunk = Chunk(start, len(part), shape[0])
            mean.fold(sums[-1], chunk, part, reverse=reverse)
        np.testing.assert_array_equal(sums[-1], sums[0])
    np.testing.assert_allclose(sums[0], outputs.astype(np.float64).sum(axis=0), rtol=1e-9)


def test_the_mean_of_320_000_equal_steps_is_their_value():
    # A float32 sum is off by 1e-3 here: every addition rounds the same way.
    mean, chunk = POOLING["mean"], Chunk(0, 16, 1)
    kept = mean.start(1, 1, 1)
    for _ in range(20_000):
        mean.fold(kept, chunk, np.full((16, 1, 1, 1), 0.7, np.float32))
    assert mean.finish(kept, np.array([[320_000]])).item() == np.float32(0.7)
