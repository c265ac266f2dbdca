"""Sums in memory that processes share: each is right, and nobody waits for one that has ended."""

from __future__ import annotations

import errno
import multiprocessing
import os
import tempfile
import time

import numpy as np
import pytest
import torch

from elman import native
from elman.training.several.shared import SharedSum

pytestmark = pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))

ROUNDS = 200


def arrays(size, n, round):
    return np.random.default_rng([size, n, round]).standard_normal((size, n)).astype(np.float32)


def sum_up(rank, size, n, path, ends_after, told):
    part = SharedSum(rank, size, n, path)
    wrong = 0
    for round in range(ROUNDS):
        if round == ends_after:
            os._exit(3)
        every = arrays(size, n, round)
        if (round + rank) % 50 == 0:
            time.sleep(0.03)  # longer than the others look without sleeping
        own = torch.from_numpy(every[rank].copy())
        try:
            part.add_up(own)
        except RuntimeError as error:
            told.put(f"{round}: {error}")
            return
        expected = every[0].copy()
        for other in every[1:]:
            expected += other
        wrong += not np.array_equal(own.numpy(), expected)
    told.put(wrong)


def run(tmp_path, size, n, ends_after=None):
    """What each of the processes says in the end; the last may end before."""
    path = tmp_path / "sum"
    path.touch()
    context, told = multiprocessing.get_context("fork"), multiprocessing.SimpleQueue()
    first = SharedSum(0, size, n, path)
    ends = [None] * (size - 1) + [ends_after]
    processes = [
        context.Process(target=sum_up, args=(rank, size, n, path, ends[rank], told))
        for rank in range(size)
    ]
    for process in processes:
        process.start()
    said = [told.get() for _ in range(size - (ends_after is not None))]
    for process in processes:
        process.join(20)
    del first
    return said


@pytest.mark.parametrize(("size", "n"), [(2, 1), (2, 53_017), (3, 1000), (5, 33)])
def test_every_process_has_the_sum_in_the_order_of_ranks(tmp_path, size, n):
    assert run(tmp_path, size, n) == [0] * size


def test_who_has_ended_is_not_waited_for(tmp_path):
    told = run(tmp_path, 3, 100, ends_after=20)
    assert len(told) == 2
    assert all(text.startswith("20: process ") and text.endswith("ended") for text in told)


def test_all_or_nobody(tmp_path):
    def of(rank, told, can):
        return SharedSum.of(rank, 2, 10, lambda value: value if rank == 0 else told, can)

    places = []
    first = of(0, None, lambda can: places.append(can) or False)
    assert (first, places) == (None, [True])
    assert of(1, "", lambda can: can) is None
    assert of(1, str(tmp_path / "of another machine"), lambda can: can) is None
    (tmp_path / "short").touch()
    assert of(1, str(tmp_path / "short"), lambda can: can) is None


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system cannot reserve")
def test_memory_that_is_too_small_is_found_before_it_is_written_to(tmp_path, monkeypatch):
    path = tmp_path / "sum"
    path.touch()
    part = SharedSum(0, 2, 100_000, path)
    assert path.stat().st_blocks * 512 >= path.stat().st_size > 400_000
    del part

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full)
    made = []
    keep = tempfile.mkstemp
    monkeypatch.setattr(tempfile, "mkstemp", lambda **how: made.append(keep(**how)) or made[-1])
    assert SharedSum.of(0, 2, 10, lambda value: value, lambda can: can) is None
    ((_, name),) = made
    assert not os.path.exists(name)
