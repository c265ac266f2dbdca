"""What is told of answers that come bit by bit, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from elman.judging.classes.decision import Decision
from elman.judging.classes.streamed import Streamed, StreamedYardstick

TWO = Decision(("no", "yes"), "binary")
TRUTH = np.array([1, 0, 1, 0])


def both(yes):
    p = np.asarray(yes, np.float64)
    return np.stack([1 - p, p], axis=-1)


WAY = both(
    [
        [0.95, 0.97, 0.99, 0.99],  # sure of it at once
        [0.95, 0.4, 0.05, 0.02],  # surely wrong, then right
        [0.5, 0.6, 0.7, 0.8],  # never sure
        [0.3, 0.92, 0.93, 0.96],  # sure and wrong from the second on
    ]
)
STREAMED = Streamed(WAY[:, -1], np.arange(4), np.array([0.25, 0.5, 0.75, 1.0]), WAY, {"ms": 1.0})


def test_how_early_an_answer_stands():
    yardstick = StreamedYardstick(TWO, TRUTH, STREAMED)
    details = yardstick.details(WAY[:, -1])
    early = details["early"]
    assert early["accuracy"] == [0.5, 0.75, 0.75, 0.75]
    assert early["settled"] == 0.5  # of 0.25, 0.75 and 0.5
    assert early["unsettled"] == 0.25
    assert early["stopped_accuracy"] == 0.5
    assert early["heard"] == pytest.approx((0.25 + 0.25 + 1 + 0.5) / 4)
    assert details["pace"] == {"ms": 1.0}
    assert details["confusion"] == [[1, 1], [0, 2]]


def test_figures_whole_and_streamed():
    whole = both([0.9, 0.9, 0.9, 0.9])
    figures = StreamedYardstick(TWO, TRUTH, STREAMED).figures(whole)
    assert (figures["accuracy"], figures["streamed_accuracy"]) == (0.5, 0.75)
    low, high = figures["streamed_accuracy_ci95"]
    assert 0 < low < 0.75 < high < 1
    alone = StreamedYardstick(TWO, TRUTH)
    assert alone.figures(whole).keys() == figures.keys()
    assert alone.figures(whole)["streamed_accuracy"] is None
    assert "early" not in alone.details(whole)


def test_a_threshold_of_the_model_counts_for_both():
    strict = StreamedYardstick(TWO, TRUTH, STREAMED).deciding(
        Decision(("no", "yes"), "binary", thresholds=(0.97,))
    )
    assert strict.streamed is STREAMED
    assert strict.figures(WAY[:, -1])["streamed_accuracy"] == 0.75  # yes, no, no, no


def test_of_rows_never_sure_there_is_no_share():
    never = Streamed(WAY[2:3, -1], np.array([0]), STREAMED.shares, WAY[2:3], {})
    early = StreamedYardstick(TWO, TRUTH[2:3], never).details(WAY[2:3, -1])["early"]
    assert (early["settled"], early["unsettled"], early["heard"]) == (None, 1.0, 1.0)
