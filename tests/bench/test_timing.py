"""Turns on a clock that only moves when somebody works."""

from __future__ import annotations

import gc

import pytest

from elman.bench.timing import Clock, take_turns


class Bench:
    """Calls of known cost, and the order they came in."""

    def __init__(self, **costs):
        self.time, self.called, self.rested = 0.0, [], 0.0
        self.calls = {name: self._call(name, cost) for name, cost in costs.items()}
        self.clock = Clock(now=lambda: self.time, sleep=self._sleep)

    def _call(self, name, cost):
        def call():
            assert not gc.isenabled()
            self.time += cost
            self.called.append(name)

        return call

    def _sleep(self, seconds):
        self.called.append("rest")
        self.time += seconds
        self.rested += seconds

    def run(self, seconds, **options):
        return take_turns(self.calls, seconds, clock=self.clock, **options)


def turns(called):
    """Drop the repetitions."""
    return [b for a, b in zip(["", *called], called, strict=False) if a != b]


def test_every_round_turns_the_order_round():
    bench = Bench(a=1.0, b=2.0, c=3.0)
    samples = bench.run(0.0)
    # Warm-up is in order, then abc, cba, abc…: neighbours are the same where rounds meet.
    assert turns(bench.called) == list("abc" + "abc" + "ba" + "bc" + "ba" + "bc")
    assert samples == {"a": [1.0] * 5, "b": [2.0] * 5, "c": [3.0] * 5}


def test_a_block_is_as_many_calls_as_five_milliseconds_take_after_one_untimed():
    bench = Bench(quick=0.001, slow=0.02)
    samples = bench.run(0.0)
    assert samples["quick"] == pytest.approx([0.001] * 5)
    warm_quick, warm_slow = 50, 3
    assert abs(bench.called.count("quick") - (warm_quick + 5 * (1 + 5))) <= 6
    assert bench.called.count("slow") == warm_slow + 5 * (1 + 1)


def test_rounds_go_on_until_the_time_is_up_but_not_for_ever():
    assert len(Bench(a=0.1, b=0.1).run(3.9)["a"]) == 10
    assert len(Bench(a=1e-4, b=1e-4).run(1e9)["a"]) == 300


def test_rest_comes_before_each_turn_and_is_not_timed():
    bench = Bench(a=0.2, b=0.3)
    samples = bench.run(0.0, pause=7.0)
    assert bench.rested == 2 * 5 * 7.0
    assert samples == {"a": pytest.approx([0.2] * 5), "b": pytest.approx([0.3] * 5)}
    start = bench.called.index("rest")
    assert bench.called[start : start + 6] == ["rest", "a", "a", "rest", "b", "b"]


def test_collector_is_on_again_even_after_a_failure():
    def fail():
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        take_turns({"a": fail}, 0.0)
    assert gc.isenabled()
