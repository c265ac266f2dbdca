"""Tags are chosen among those that a scheme allows, by the largest product."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from elman.judging.tags.decision import TagDecision
from elman.judging.tags.schemes import may_begin, may_end, may_follow, spans_of

TAGS = {
    "IOB2": ("O", "B-A", "I-A", "B-B", "I-B"),
    "IOB1": ("O", "B-A", "I-A", "I-B"),
    "BIOES": ("O", "B-A", "I-A", "E-A", "S-A", "S-B"),
}


def probabilities(words, tags, seed):
    p = np.random.default_rng(seed).dirichlet(np.full(tags, 0.4), words)
    return p / p.sum(axis=1, keepdims=True)


def allowed(tags, scheme):
    steps = all(may_follow(a, b, scheme) for a, b in itertools.pairwise(tags))
    return steps and may_begin(tags[0], scheme) and may_end(tags[-1], scheme)


@pytest.mark.parametrize("scheme", TAGS)
def test_the_best_of_all_that_is_allowed_is_said(scheme):
    tags = TAGS[scheme]
    decision = TagDecision(tags, scheme)
    lengths = np.array([4, 0, 1, 5, 3])
    changed = 0
    for seed in range(20):
        p = probabilities(lengths.sum(), len(tags), seed)
        chosen, begin = decision.choose(p, lengths), 0
        for length in lengths[lengths > 0]:
            own = p[begin : begin + length]
            ways = [
                way
                for way in itertools.product(range(len(tags)), repeat=int(length))
                if allowed([tags[k] for k in way], scheme)
            ]
            best = max(ways, key=lambda way: np.log(own[range(length), way]).sum())
            assert chosen[begin : begin + length].tolist() == list(best)
            changed += (own.argmax(1) != best).any()
            begin += length
    assert changed > 10


def test_which_tags_may_be_neighbours():
    told = {
        scheme: {
            f"{a} {b}" for a, b in itertools.product(tags, repeat=2) if not may_follow(a, b, scheme)
        }
        for scheme, tags in TAGS.items()
    }
    assert told["IOB2"] == {"O I-A", "O I-B", "B-A I-B", "I-A I-B", "B-B I-A", "I-B I-A"}
    assert told["IOB1"] == {"O B-A", "I-B B-A"}
    after_open = {f"{a} {b}" for a in ("B-A", "I-A") for b in ("O", "B-A", "S-A", "S-B")}
    after_closed = {f"{a} {b}" for a in ("O", "E-A", "S-A", "S-B") for b in ("I-A", "E-A")}
    assert told["BIOES"] == after_open | after_closed
    assert [tag for tag in TAGS["BIOES"] if not may_end(tag, "BIOES")] == ["B-A", "I-A"]
    assert [tag for tag in TAGS["IOB1"] if not may_begin(tag, "IOB1")] == ["B-A"]


def test_without_spans_every_word_is_for_itself():
    decision = TagDecision(("N", "V", "D"))
    p = probabilities(50, 3, 1)
    assert (decision.choose(p, np.array([20, 30])) == p.argmax(1)).all()
    (first, second) = decision.taggings(p, [("w",) * 20, ("w",) * 30])
    assert first.tags + second.tags == tuple("NVD"[k] for k in p.argmax(1))
    assert first.probabilities + second.probabilities == tuple(p.max(1).tolist())
    assert first.spans is None


def test_spans_are_told_with_the_tags():
    decision = TagDecision(TAGS["IOB2"], "IOB2")
    p = np.eye(5)[[1, 2, 0, 3]]
    (said,) = decision.taggings(p, [("New", "York", "is", "big")])
    assert said.tags == ("B-A", "I-A", "O", "B-B")
    assert said.spans == tuple(spans_of(said.tags)) == (("A", 0, 2), ("B", 3, 4))


def test_a_temperature_changes_no_tag():
    z = np.random.default_rng(0).normal(size=(30, 4))
    cold, hot = TagDecision(tuple("abcd")), TagDecision(tuple("abcd"), temperature=3.0)
    assert (cold.probabilities(z).argmax(1) == hot.probabilities(z).argmax(1)).all()
    assert np.allclose(hot.probabilities(z), np.exp(z / 3) / np.exp(z / 3).sum(1, keepdims=True))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"tags": ("a",)}, "1 tags, not two at least"),
        ({"tags": ("a", "b", "a")}, '"a" stands twice'),
        ({"tags": ("a", "b"), "temperature": 0.0}, "temperature is 0.0"),
    ],
)
def test_what_cannot_be_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        TagDecision(**given).check()
