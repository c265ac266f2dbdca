"""Figures of tags by hand, and points whose mean is the figure."""

from __future__ import annotations

import numpy as np
import pytest

from elman.judging.paired import paired
from elman.judging.tags.decision import TagDecision
from elman.judging.tags.metrics import ratio_interval, ratio_points, span_counts
from elman.judging.tags.yardstick import TagYardstick

NER = ("O", "B-P", "I-P", "B-L", "I-L")
TRUTH = [["B-P", "I-P", "O"], ["O"], ["B-L", "O", "B-P", "I-P"], ["X", "O"]]
SAID = [["B-P", "I-P", "O"], ["B-L"], ["B-L", "O", "B-P", "O"], ["O", "O"]]
KNOWN = np.array([1, 0, 1, 1, 0, 1, 1, 1, 1, 0], bool)


def yardstick(scheme="IOB2"):
    return TagYardstick(TagDecision(NER, scheme), TRUTH, KNOWN)


def answers(said=SAID):
    return np.eye(len(NER))[[NER.index(tag) for tags in said for tag in tags]]


def test_figures_are_those_of_the_hand():
    figures = yardstick().figures(answers())
    assert figures["accuracy"] == pytest.approx(7 / 10)  # X is none of its tags
    assert figures["accuracy_known"] == pytest.approx(4 / 7)
    assert figures["accuracy_unknown"] == 1.0
    # true: P 0:2, L 0:1, P 2:4, X 0:1; said: P 0:2, L 0:1, L 0:1, P 2:3
    assert figures["span_f1"] == pytest.approx(2 * 2 / (4 + 4))
    assert figures["ece"] == pytest.approx(0.3)
    plain = yardstick("").figures(answers())
    assert "span_f1" not in plain
    assert (yardstick("").headline, yardstick().headline) == ("accuracy", "span_f1")


def test_details_say_what_is_taken_for_what():
    details = yardstick().details(answers())
    assert details["confused"] == [
        {"truth": "O", "answer": "B-L", "words": 1},
        {"truth": "I-P", "answer": "O", "words": 1},
    ]
    assert details["per_tag"]["B-L"] == {
        "precision": 0.5,
        "recall": 1.0,
        "f1": pytest.approx(2 / 3),
        "support": 1,
    }
    assert details["per_kind"]["P"]["f1"] == pytest.approx(2 / 4)
    assert np.sum(details["confusion"]) == 9


@pytest.mark.parametrize("scheme", ["", "IOB2"])
def test_the_mean_of_the_points_is_the_headline(scheme):
    ruler = yardstick(scheme)
    other = [["B-P", "O", "O"], ["O"], ["B-L", "O", "B-P", "I-P"], ["O", "O"]]
    for said in (SAID, other):
        figures = ruler.figures(answers(said))
        points = ruler.points(answers(said))
        assert len(points) == len(ruler) == 4
        assert points.mean() == pytest.approx(figures[ruler.headline])
        assert (
            ruler.intervals(points)[f"{ruler.headline}_ci95"] == figures[f"{ruler.headline}_ci95"]
        )
    difference = paired(ruler.points(answers(SAID)), ruler.points(answers(other)))
    gap = (
        ruler.figures(answers(SAID))[ruler.headline] - ruler.figures(answers(other))[ruler.headline]
    )
    assert difference["difference"] == pytest.approx(gap)


def test_the_interval_of_a_ratio_covers_it():
    """Of 500 samples of sentences whose words hang together about 95 in 100 intervals hold it."""
    random = np.random.default_rng(5)
    held = narrow = 0
    for _ in range(500):
        lengths = random.integers(1, 30, 80)
        right = random.binomial(lengths, random.beta(8, 2, 80))
        low, high = ratio_interval(ratio_points(right.astype(float), lengths.astype(float)))
        held += low <= 0.8 <= high
        words = lengths.sum()
        narrow += abs(right.sum() / words - 0.8) <= 1.96 * np.sqrt(0.16 / words)
    assert 460 <= held <= 490
    assert narrow < 425  # as if words were drawn one by one


def test_a_figure_without_an_error_is_not_sure():
    low, high = ratio_interval(np.ones(30))
    assert (high, low) == (1.0, pytest.approx(0.886, abs=1e-3))
    assert ratio_points(np.zeros(3), np.zeros(3)).tolist() == [0, 0, 0]
    assert span_counts([["O"]], [["O"]]).f1 == 0.0


def test_strict_and_default_differ_where_a_beginning_is_missing():
    true, said = [["B-P", "I-P"]], [["I-P", "I-P"]]
    assert span_counts(true, said).f1 == 1.0
    assert span_counts(true, said, "IOB2").f1 == 0.0
