"""How much neighbours are worth, on series that forget at a known rate."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

from elman.judging.drift.dependence import independent_share
from elman.judging.drift.two_samples import kolmogorov_smirnov, rank_sum


def forgetting(keeps, rows, random):
    return lfilter([1], [1, -keeps], random.normal(size=rows + 200))[200:]


@pytest.mark.parametrize("keeps", [0.0, 0.5, 0.8])
def test_the_share_is_that_of_a_series_that_forgets_evenly(keeps):
    random = np.random.default_rng(1)
    shares = [independent_share(forgetting(keeps, 4000, random)) for _ in range(20)]
    assert np.mean(shares) == pytest.approx((1 - keeps) / (1 + keeps), rel=0.15)
    assert max(shares) <= 1


def test_a_long_memory_below_noise_is_found_though_neighbours_hardly_agree():
    random, keeps = np.random.default_rng(2), 0.95
    slow = [forgetting(keeps, 4000, random) for _ in range(20)]
    shares = [independent_share(x + random.normal(0, 2 * x.std(), 4000)) for x in slow]
    agree = 1 / 5  # of the variance, the part that remembers
    assert 1 / np.mean(shares) == pytest.approx(1 + 2 * agree * keeps / (1 - keeps), rel=0.25)


def test_rows_that_are_all_equal_or_few_are_worth_one_each():
    assert independent_share(np.full(50, 3.0)) == 1
    assert independent_share(np.array([1.0, 2.0])) == 1


@pytest.mark.parametrize(("keeps", "rows"), [(0.3, 40), (0.6, 60), (0.9, 100)])
def test_series_that_remember_raise_no_more_alarms_than_promised(keeps, rows):
    """Without the correction more than one pair in ten is called different."""
    alarms = dict.fromkeys(("shape", "rank", "naive"), 0)
    for seed in range(200):
        random = np.random.default_rng(seed)
        a, b = forgetting(keeps, rows, random), forgetting(keeps, 2 * rows, random)
        worth = min(independent_share(a), independent_share(b))
        alarms["shape"] += kolmogorov_smirnov(a, b, worth=worth).p < 0.01
        alarms["rank"] += rank_sum(a, b, worth=worth).p < 0.01
        alarms["naive"] += rank_sum(a, b).p < 0.01
    assert max(alarms["shape"], alarms["rank"]) <= 4  # 2 of 200, and two standard errors
    assert alarms["naive"] > max(alarms["shape"], alarms["rank"]) + 4


def test_a_series_that_remembers_is_still_seen_to_change():
    random = np.random.default_rng(5)
    a, b = forgetting(0.6, 300, random), forgetting(0.6, 300, random) + 2
    worth = min(independent_share(a), independent_share(b))
    assert kolmogorov_smirnov(a, b, worth=worth).p < 1e-4
