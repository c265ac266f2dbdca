"""Rows of sensors: gaps are carried forward and marked, and a stream makes the same steps."""

from __future__ import annotations

import numpy as np
import pytest

from elman.runtime.frontend.readings import Readings

NAN = np.nan


def test_what_is_missing_is_the_last_value_and_marked():
    rows = np.float32([[NAN, 1], [2, NAN], [NAN, NAN], [4, 5]])
    steps, held = Readings(2).advance(Readings(2).begin(), rows)
    expected = [[NAN, 1, 1, 0], [2, 1, 0, 1], [2, 1, 1, 1], [4, 5, 0, 0]]
    np.testing.assert_array_equal(steps, np.float32(expected))
    assert held.last.tolist() == [4, 5]


def test_several_rows_make_a_step_of_their_mean():
    rows = np.float32([[1], [NAN], [4], [6], [9]])
    steps, held = Readings(1, 2).advance(Readings(1, 2).begin(), rows)
    np.testing.assert_array_equal(steps, np.float32([[1, 0.5], [5, 0]]))
    assert held.values.tolist() == [[9]]


@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize("seed", range(3))
def test_packets_of_any_size_make_the_steps_of_the_whole(every, seed):
    random = np.random.default_rng(seed)
    rows = random.normal(size=(50, 3)).astype(np.float32)
    rows[random.random((50, 3)) < 0.3] = NAN
    rows[:6, 1] = NAN
    kind = Readings(3, every)
    held, parts, start = kind.begin(), [], 0
    while start < len(rows):
        size = int(random.choice([0, 1, 2, 7]))
        steps, held = kind.advance(held, rows[start : start + size])
        parts.append(steps)
        start += size
    whole, _ = kind.advance(kind.begin(), rows)
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert whole.shape == (50 // every, 6)
    assert len(held.values) < every
