"""Alarms: no more of them than promised, and one where something changed for the worse."""

from __future__ import annotations

import numpy as np
import pytest

from elman.judging.drift.compare import SURE, compare, verdict
from elman.judging.drift.measure import Amount, Answer

MEASURES = (
    Amount("unknown", "Unknown words", "share", "{:.1%}", worse="more"),
    Amount("length", "Length", "shape", "{:,.0f} words", middle="median"),
    Answer("label", "Answers"),
    Amount("sure", "Probability", "shape", "{:.1%}", worse="less"),
)


def rows(n, random, unknown=0.02, length=3.0, good=0.6, sure=8.0):
    """Columns as of texts: few unknown words, lengths with a tail, two answers."""
    lengths = np.ceil(np.exp(random.normal(length, 0.6, n))).astype(int)
    return {
        "length": lengths.tolist(),
        "unknown": (random.binomial(lengths, unknown) / lengths).tolist(),
        "label": np.where(random.random(n) < good, "good", "bad").tolist(),
        "sure": random.beta(sure, 2, n).tolist(),
    }


def compared(then, now, measures=MEASURES):
    return {told["name"]: told for told in compare(measures, then, now)}


def alarms(n, m, seeds, **changed):
    """Share of seeds in which anything is called drift."""
    found = 0
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        found += any(
            t["drift"] for t in compare(MEASURES, rows(n, random), rows(m, random, **changed))
        )
    return found / seeds


def test_rows_of_one_kind_raise_no_more_alarms_than_promised():
    found = [alarms(n, m, 200) for n, m in ((300, 200), (60, 30), (120, 90))]
    assert 0 < np.mean(found) <= SURE
    assert max(found) <= 2 * SURE  # two standard errors of 200


@pytest.mark.parametrize(
    ("changed", "seen"),
    [({"unknown": 0.1}, 0.99), ({"length": 3.6}, 0.99), ({"good": 0.35}, 0.9), ({"sure": 4}, 0.99)],
)
def test_what_changed_is_seen(changed, seen):
    assert alarms(300, 200, 40, **changed) >= seen


def test_what_changed_is_named_and_nothing_else():
    for name, changed in (("unknown", {"unknown": 0.1}), ("label", {"good": 0.3})):
        random = np.random.default_rng(8)
        told = compared(rows(800, random), rows(500, random, **changed))
        assert [n for n, one in told.items() if one["drift"]] == [name]


def test_of_many_rows_a_small_difference_is_sure_and_no_drift():
    random = np.random.default_rng(2)
    told = compared(rows(60_000, random), rows(60_000, random, good=0.58, sure=8.3))
    for name in ("label", "sure"):
        assert told[name]["p"] < 1e-6
        assert told[name]["size"] < 0.1
        assert told[name]["said"].endswith("more than chance explains, but small")
    assert verdict(list(told.values()))[0] == "nothing"


def test_a_change_for_the_better_is_to_be_looked_at_and_one_for_the_worse_needs_training():
    random = np.random.default_rng(4)
    then = rows(600, random)
    for changed, word in (
        ({"sure": 3}, "retrain"),
        ({"sure": 30}, "look"),
        ({"unknown": 0.2}, "retrain"),
        ({"length": 2.0}, "look"),
        ({}, "nothing"),
    ):
        told = compare(MEASURES, then, rows(600, random, **changed))
        found, sentence = verdict(told)
        assert found == word, changed
        assert all(one["called"].lower() in sentence for one in told if one["worse"])
        if len(changed) == 1 and word == "look":
            assert {"sure": "probability", "length": "length"}[next(iter(changed))] in sentence


def test_what_is_said_is_one_sentence_with_both_figures():
    then = {"unknown": [0.02, 0.0, 0.04] * 20, "length": [10] * 60}
    now = {"unknown": [0.1, 0.2, 0.0] * 20, "length": [10] * 30 + [30] * 30}
    told = compared(then, now, MEASURES[:2])
    assert told["unknown"]["said"] == (
        "Unknown words: 10.0% against 2.0% in the held-out rows: "
        "more than chance explains, and large"
    )
    assert told["length"]["said"] == (
        "Length: 20 words in the middle against 10 words in the held-out rows: more than chance "
        "explains, and large (50% of the rows, against 100%, have at most 10 words)"
    )
    same = compared(then, then, MEASURES[:2])
    assert same["length"]["said"] == (
        "Length: 10 words in the middle against 10 words in the held-out rows: "
        "no more than chance explains"
    )


def test_answers_may_be_several_or_none_and_the_one_that_changed_most_is_shown():
    then = {"label": ["a"] * 50 + [["a", "b"]] * 30 + [None] * 20}
    now = {"label": ["a"] * 50 + [["a", "b"]] * 5 + [None] * 35 + [[]] * 10}
    (told,) = compare([Answer("label", "Answers")], then, now)
    assert told["now"] == {"a": 0.5, "don't know": 0.35, "none": 0.1, "a, b": 0.05}
    assert told["size"] == pytest.approx(0.25)
    assert told["said"].startswith("Answers: a, b 5.0% against 30.0% in the held-out rows")


def test_a_change_that_the_model_follows_is_told_and_is_no_drift():
    random = np.random.default_rng(6)
    followed = Amount("level", "Level", "shape", "{:.0f}", followed=True, in_time=True)
    columns = (
        {"level": random.normal(size=90).tolist()},
        {"level": random.normal(9, 1, 90).tolist()},
    )
    (told,) = compare([followed], *columns)
    assert not told["drift"]
    assert told["said"].endswith("more than chance explains, and large; the model follows that")


@pytest.mark.parametrize("test", ["shape", "rank"])
def test_neighbours_in_time_prove_less(test):
    random = np.random.default_rng(3)
    then, now = (np.cumsum(random.normal(size=80)).tolist() for _ in range(2))
    plain, timed = (Amount("x", "X", test, "{:.1f}", in_time=timed) for timed in (False, True))
    once, twice = (measure.compare(then, now).difference for measure in (plain, timed))
    assert once.size == twice.size
    assert once.p < 1e-6 < 0.01 < twice.p


@pytest.mark.parametrize(
    ("column", "named"),
    [
        ({"length": []}, '"length" is missing'),
        ({"length": [1, None]}, '"length" holds more than numbers'),
        ({"length": [True]}, '"length" holds more than numbers'),
        ({"unknown": [0.2, 1.5]}, '"unknown" holds more than shares from 0 to 1'),
        ({"label": [3]}, '"label" holds more than names'),
        ({"label": [["a", 3]]}, '"label" holds more than names'),
    ],
)
def test_damaged_columns_are_named(column, named):
    good = rows(40, np.random.default_rng(0))
    with pytest.raises(ValueError, match=named):
        compare(MEASURES, good | column, good)
