"""The order of rows: a pure function that loses none."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from elman.training.batches import bucketed_batches, step_seed


@given(st.lists(st.integers(0, 300), max_size=700), st.integers(1, 9), st.integers(0, 9))
def test_every_row_comes_once_an_epoch(lengths, batch_size, epoch):
    batches = bucketed_batches(np.array(lengths, np.int64), batch_size, seed=1, epoch=epoch)
    rows = np.concatenate([*batches, np.zeros(0, np.int64)])
    assert sorted(rows.tolist()) == list(range(len(lengths)))
    assert all(1 <= len(b) <= batch_size for b in batches)
    assert len(batches) == -(-len(lengths) // batch_size)


def test_order_follows_seed_and_epoch_alone():
    lengths = np.random.default_rng(0).integers(1, 99, 301)
    one, again, epoch, seed = (
        np.concatenate(bucketed_batches(lengths, 8, seed=s, epoch=e))
        for s, e in ((1, 2), (1, 2), (1, 3), (2, 2))
    )
    assert np.array_equal(one, again)
    assert not np.array_equal(one, epoch)
    assert not np.array_equal(one, seed)


def test_windows_of_many_rows_hold_every_row_once_in_an_order_of_their_own(monkeypatch):
    """Memory of one window; a row's place hangs on seed, epoch and window, and on nothing else."""
    monkeypatch.setattr("elman.training.batches.MANY", 1000)
    monkeypatch.setattr("elman.training.batches._WINDOW", 700)
    lengths = np.random.default_rng(0).integers(1, 400, 5003)

    def batches(seed=3, epoch=0):
        return bucketed_batches(lengths, 8, seed=seed, epoch=epoch)

    found = batches()
    assert len(found) == len([*found]) == -(-5003 // 8)
    assert {len(batch) for batch in found[:-101]} == {8}
    assert sorted(np.concatenate([*found])) == list(range(5003))
    # a run that is resumed begins in the middle
    assert [batches()[k].tolist() for k in (300, 2, 625)] == [
        found[k].tolist() for k in (300, 2, 625)
    ]
    others = [batches(seed=4), batches(epoch=1)]
    assert all(np.concatenate([*o]).tolist() != np.concatenate([*found]).tolist() for o in others)
    # a window is of blocks from everywhere, and its rows are mixed
    window = np.concatenate(found[:100])
    assert np.ptp(window) > 4000
    assert len({*(window // 64)}) < 16
    assert np.mean([len({*(batch // 64)}) for batch in found[:100]]) > 4
    # what is mixed in one is not mixed so in the next
    second = np.concatenate(found[100:200])
    assert (window % 64).tolist() != (second % 64).tolist()
    spread = [np.ptp(lengths[batch]) for batch in found]
    assert np.mean(spread) < 60


def test_rows_of_like_length_come_together():
    lengths = np.random.default_rng(0).integers(1, 400, 2001)
    spread = [np.ptp(lengths[b]) for b in bucketed_batches(lengths, 16, seed=0, epoch=0)]
    assert np.mean(spread) < 20  # a random batch of 16 spreads over about 350


def test_short_batches_do_not_come_first():
    lengths = np.random.default_rng(0).integers(1, 400, 640)
    means = [lengths[b].mean() for b in bucketed_batches(lengths, 16, seed=0, epoch=0)]
    assert abs(np.corrcoef(means, np.arange(40))[0, 1]) < 0.5


def test_step_seeds_differ():
    seeds = {step_seed(s, e, k) for s in range(3) for e in range(5) for k in range(50)}
    assert len(seeds) == 750
    assert all(0 <= s < 2**63 for s in seeds)
