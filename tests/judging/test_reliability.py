"""How often answers are right, by how sure they are; and which of them a person should look at."""

from __future__ import annotations

import numpy as np
import pytest

from elman.judging.classes.decision import Decision
from elman.judging.classes.telling import telling
from elman.judging.reliability import reliability


def test_the_equally_sure_are_counted_together():
    sure = np.array([0.55] * 10 + [0.95] * 20 + [0.75] * 4)
    right = np.array([1] * 6 + [0] * 4 + [1] * 19 + [0] + [0] * 4)
    low, high = reliability(sure, right)  # of four alone nothing is told
    assert (low["rows"], high["rows"]) == (10, 20)
    assert [low["said"], high["said"]] == pytest.approx([0.55, 0.95])
    assert [low["right"], high["right"]] == pytest.approx([0.6, 0.95])
    assert low["right_ci95"][0] < 0.4 < 0.8 < low["right_ci95"][1]


def test_one_stretch_alone_says_nothing_of_reliability():
    assert reliability(np.full(50, 0.9), np.ones(50)) == []
    assert reliability(np.zeros(0), np.zeros(0)) == []


def test_a_certain_answer_belongs_to_the_last_stretch():
    (_, last) = reliability(np.array([0.1] * 5 + [1.0] * 5), np.array([0] * 5 + [1] * 5))
    assert (last["said"], last["right"]) == (1.0, 1.0)


P = np.array(
    [[0.1, 0.9], [0.8, 0.2], [0.45, 0.55], [0.02, 0.98], [0.3, 0.7], [0.6, 0.4], [0.05, 0.95]]
)


def test_errors_come_surest_first_and_right_answers_from_both_classes():
    found = telling(Decision(("a", "b"), "binary"), P, np.array([1, 0, 1, 1, 0, 1, 0]))
    assert found["worst"].tolist() == [6, 4, 5]
    assert found["right"].tolist() == [3, 1, 2]  # surest, surest of the other, nearest to a half


def test_right_answers_of_one_class_are_its_surest_two_and_its_least_sure():
    found = telling(Decision(("a", "b"), "binary"), P[[0, 2, 3, 4, 6]], np.ones(5, np.int64))
    assert found["right"].tolist() == [2, 4, 1]
    assert found["worst"].tolist() == []


def test_no_answer_is_shown_twice_and_none_that_is_not_given():
    one = telling(Decision(("a", "b"), "binary"), P[:1], np.array([1]))
    assert one["right"].tolist() == [0]
    unsure = Decision(("a", "b"), "binary", unsure_below=0.6)
    assert telling(unsure, P, np.array([1, 0, 1, 1, 0, 1, 0]))["right"].tolist() == [3, 1]
    none = telling(Decision(("a", "b"), "binary"), P[:1], np.array([0]))
    assert none["right"].tolist() == []


def test_rows_of_several_labels_are_right_whole():
    decision = Decision(("x", "y"), "multilabel", thresholds=(0.5, 0.5))
    truth = np.array([[1, 1], [0, 1], [1, 0]])
    p = np.array([[0.9, 0.8], [0.1, 0.99], [0.9, 0.9]])
    found = telling(decision, p, truth)
    assert (found["worst"].tolist(), found["right"].tolist()) == ([2], [1, 0])
