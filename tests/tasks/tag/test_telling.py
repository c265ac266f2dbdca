"""Sentences a person should look at: the surest errors in their place, and right ones by a rule."""

from __future__ import annotations

import numpy as np
import pytest

from elman.data.tagged.sentences import Sentence
from elman.judging.tags.decision import TagDecision
from elman.judging.tags.yardstick import TagYardstick
from elman.tasks.tag.reporter import REPORTER
from elman.tasks.tag.telling import telling

A, B = (0.9, 0.1), (0.2, 0.8)
SENTENCES = [
    Sentence(("to", "be", "or", "to", "be"), ("A", "B", "A", "B", "B"), 1),
    Sentence(("so", "it", "is", "so"), ("A", "A", "A", "A"), 7),
    Sentence(("we", "are", "we", "are"), ("B", "B", "B", "B"), 12),
    Sentence(("they", "do", "it", "too"), ("A", "A", "A", "A"), 17),
    Sentence(("no",), ("A",), 22),
]
SAID = np.array(
    [A, B, A, A, (0.3, 0.7), A, A, A, (0.6, 0.4), B, B, B, B, (0.99, 0.01), A, A, A, (1.0, 0.0)]
)


@pytest.fixture
def found():
    tags = [sentence.tags for sentence in SENTENCES]
    yardstick = TagYardstick(TagDecision(("A", "B"), ""), tags, np.ones(len(SAID), bool))
    return telling(SENTENCES, yardstick, SAID)


def test_an_error_stands_in_its_place_in_the_whole_sentence(found):
    """The first "to" is right, the second is not: a word alone does not say which."""
    (error,) = found["worst"]
    assert (error["word"], error["truth"], error["tag"]) == ("to", "B", "A")
    assert error["words"] == ["to", "be", "or", "to", "be"]
    assert error["tags"] == ["A", "B", "A", "A", "B"]
    assert error["truths"] == ["A", "B", "A", "B", "B"]
    assert error["probabilities"] == pytest.approx([0.9, 0.8, 0.9, 0.9, 0.7])


def test_right_sentences_are_the_surest_two_and_the_least_sure(found):
    """A sentence is as sure as its least sure tag; one of a single word says little."""
    assert [one["line"] for one in found["right"]] == [17, 12, 7]
    assert all(one["tags"] == one["truths"] for one in found["right"])


def test_a_page_shows_them_as_they_were_answered(found):
    report = {"held_out": found}
    assert REPORTER.example(None, report) == "to be or to be"
    without = {"held_out": {"worst": [], "right": found["right"]}}
    assert REPORTER.example(None, without) == "they do it too"
    assert REPORTER.checked(None, without)[1] == ["we", "are", "we", "are"]
