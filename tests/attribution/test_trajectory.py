"""Where the mind was made up, and the largest jump, of paths drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest

from elman.attribution.trajectory import Trajectory


def path(answers, scores=(), start=0.0, probabilities=()):
    return Trajectory(
        tuple(answers),
        np.array(scores, np.float64),
        np.array(probabilities) if probabilities is not None else None,
        start,
        "stream",
    )


@pytest.mark.parametrize(
    ("answers", "word"), [("aaa", 0), ("aba", 2), ("bab", 2), ("bbaa", 2), ("a", 0), ("abbbb", 1)]
)
def test_mind_is_made_up_where_the_answer_stays(answers, word):
    assert path(answers).made_up == word


def test_a_forecast_makes_up_no_mind():
    assert path(["1.5", "1.6"], probabilities=None).made_up is None


def test_largest_jump_counts_the_first_word_and_keeps_its_sign():
    assert path("abc", [3.0, 1.0, 2.0]).largest_jump == (0, 3.0)
    assert path("abc", [3.0, 0.5, 2.0], start=2.0).largest_jump == (1, -2.5)
