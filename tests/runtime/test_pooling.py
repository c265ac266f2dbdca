"""Pools on numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from elman.runtime.blocks import Chunk
from elman.runtime.pooling import POOLING
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


def test_the_mean_of_320_000_equal_steps_is_their_value():
    # A float32 sum is off by 1e-3 here: every addition rounds the same way.
    mean, chunk = POOLING["mean"], Chunk(0, 16, 1)
    kept = mean.start(1, 1, 1)
    for _ in range(20_000):
        mean.fold(kept, chunk, np.full((16, 1, 1, 1), 0.7, np.float32))
    assert mean.finish(kept, np.array([[320_000]])).item() == np.float32(0.7)
