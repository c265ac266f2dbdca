"""How much of what a recurrence says is added, by the end of the past."""

from __future__ import annotations

import numpy as np
import pytest
from torch import nn

from elman.tasks.forecast.network.choose import share_of


class Held:
    """Windows held out: what the linear forecaster leaves, and what a recurrence says of it."""

    def __init__(self, left, said, stretch):
        self.left, self.said, self.stretch = left, said, stretch

    def errors(self, module, unit):
        return np.abs(self.left - (0.0 if module is None else unit * self.said))

    def stretches(self, block):
        assert block == 6
        return self.stretch


def held(best, noise, stretches=30, seed=0, rows=8):
    """What is left is `best` times what is said, give or take; other signs in half the rows."""
    random = np.random.default_rng(seed)
    said = random.standard_normal((stretches * rows, 3))
    hangs = noise * np.repeat(random.standard_normal((stretches, 3)), rows, axis=0)
    return Held(best * said + hangs, said, np.repeat(np.arange(stretches), rows))


@pytest.mark.parametrize("best", [0.25, 0.5, 0.75, 1.0])
def test_the_share_is_the_one_that_leaves_least(best):
    share, worth, score = share_of(held(2 * best, 0.1), nn.Identity(), 2.0, 6)
    assert worth
    assert share == best
    assert 0 < score < 0.3


def test_what_says_the_opposite_is_not_worth_a_quarter():
    share, worth, score = share_of(held(-0.5, 0.3), nn.Identity(), 1.0, 6)
    assert not worth
    assert share == 0.25
    assert score > 1


def test_the_largest_share_is_taken_of_those_that_are_as_good_within_an_error():
    larger = kept = 0
    for seed in range(60):
        found = held(0.5, 0.9, 9, seed)
        gains, errors = {}, {}
        for share in (0.25, 0.5, 0.75, 1.0):
            gain = (found.errors(None, 1.0) - found.errors("it", share)).mean(1)
            each = gain.reshape(9, -1).mean(1)
            gains[share], errors[share] = each.mean(), each.std(ddof=1) / 3
        best = max(gains, key=gains.__getitem__)
        share, worth, _ = share_of(found, nn.Identity(), 1.0, 6)
        assert worth == any(gains[s] > errors[s] for s in gains)
        assert share == max(s for s in gains if gains[s] >= gains[best] - errors[best])
        larger += share > best
        kept += worth
    assert larger > 3
    assert 3 < kept < 60


def test_noise_is_kept_about_as_often_as_one_standard_error_says():
    kept = [share_of(held(0.0, 1.0, 12, seed), nn.Identity(), 0.3, 6)[1] for seed in range(200)]
    assert np.mean(kept) < 0.25


def test_three_stretches_say_nothing():
    assert share_of(held(-0.5, 0.1, stretches=3), nn.Identity(), 1.0, 6)[:2] == (0.25, False)
    assert not share_of(held(1.0, 0.01, stretches=3), nn.Identity(), 1.0, 6)[1]
    assert share_of(held(1.0, 0.01, stretches=4), nn.Identity(), 1.0, 6)[1]


def test_a_network_that_broke_down_is_not_worth_it():
    found = held(1.0, 0.1)
    found.said[3] = np.nan
    share, worth, _ = share_of(found, nn.Identity(), 1.0, 6)
    assert not worth
    assert share in (0.25, 0.5, 0.75, 1.0)
