"""Medians and intervals against numbers known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from elman.judging.spread import quartiles, ratio


def test_quartiles_of_known_numbers():
    assert quartiles([9.0, 1.0, 2.0, 4.0, 3.0]) == (3.0, 2.0, 4.0)
    assert quartiles([1.0, 2.0]) == (1.5, 1.25, 1.75)


def test_ratio_is_that_of_each_round():
    # The machine is 1, 5 and 30 times as slow by turns: each round still says 4.
    assert ratio([1.0, 5.0, 30.0], [4.0, 20.0, 120.0]) == (4.0, 4.0, 4.0)


def test_ratio_is_theirs_over_ours():
    assert ratio([2.0] * 5, [1.0] * 5).median == 0.5


def test_one_bad_round_moves_the_interval_and_not_the_median():
    found = ratio([1.0] * 5, [3.0, 3.0, 3.0, 3.0, 90.0])
    assert found.median == found.low == 3.0
    assert found.high >= 3.0


def test_interval_is_the_percentile_bootstrap_of_the_median():
    random = np.random.default_rng(5)
    ours, theirs = np.exp(random.normal(0, 0.1, 41)), np.exp(random.normal(1, 0.2, 41))
    found = ratio(ours.tolist(), theirs.tolist(), seed=1, resamples=4000)
    # The median of n numbers lies between the order statistics n/2 ± 1.96 √n / 2 in 95 %.
    ordered = np.sort(theirs / ours)
    assert found.median == ordered[20]
    assert ordered[12] <= found.low <= ordered[16]
    assert ordered[24] <= found.high <= ordered[28]


def test_interval_follows_from_the_seed():
    ours, theirs = [1.0] * 20, [float(k) for k in range(1, 21)]
    assert ratio(ours, theirs, seed=3) == ratio(ours, theirs, seed=3)
    assert any(ratio(ours, theirs, seed=3) != ratio(ours, theirs, seed=s) for s in range(4, 9))


@pytest.mark.parametrize(("ours", "theirs"), [([], []), ([1.0, 2.0], [1.0])])
def test_rounds_come_in_pairs(ours, theirs):
    with pytest.raises(ValueError, match="rounds come in pairs"):
        ratio(ours, theirs)
