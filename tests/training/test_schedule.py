"""The learning rate over a run, by hand."""

from __future__ import annotations

import pytest

from elman.training.config import LoopConfig
from elman.training.problem import Progress
from elman.training.schedule import rate_share


def share(steps_done, *, elapsed_s=0.0, **options):
    """The share of the rate that the next of 99 steps takes: step n is n/100 of the way."""
    progress = Progress(steps_done=steps_done, steps_in_all=99, elapsed_s=elapsed_s)
    return rate_share(LoopConfig(1, **options), progress)


def test_the_rate_rises_in_a_line_and_falls_along_a_cosine():
    found = [share(n - 1, warmup=0.2) for n in (1, 10, 19, 20, 40, 60, 80, 99)]
    falling = [1.0, 0.853553, 0.5, 0.146447, 0.000385]  # (1 + cos πk) / 2, k = 0, ¼, ½, ¾, 79/80
    assert found == pytest.approx([0.05, 0.5, 0.95, *falling], abs=1e-6)


def test_without_decay_it_stays():
    assert [share(n, warmup=0.2, decay=False) for n in (9, 19, 50, 98)] == [0.5, 1.0, 1.0, 1.0]
    assert [share(n, warmup=0.0, decay=False) for n in (0, 98)] == [1.0, 1.0]


def test_under_a_time_limit_a_run_is_as_far_as_its_time_or_its_steps():
    limits = {"warmup": 0.2, "time_limit_s": 10.0}
    assert share(9, elapsed_s=6.0, **limits) == share(59, warmup=0.2) == pytest.approx(0.5)
    assert share(59, elapsed_s=1.0, **limits) == share(59, warmup=0.2)
    assert share(9, elapsed_s=50.0, **limits) == pytest.approx(0.0)
