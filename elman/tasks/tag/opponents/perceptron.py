"""The averaged perceptron of Collins (2002), greedy from left to right.

It reads the words around, their letters, and the two tags it has just said. Its weights move only
where it is wrong; those that are used are their average over all steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from elman.data.tagged.features import ENDINGS, has_dotless, lowered, shape_of
from elman.data.tagged.sentences import Sentence
from elman.judging.tags.decision import TagDecision

__all__ = ["averaged_perceptron"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_BUCKETS = 2**18
"""Rows of the table of weights; features are hashed into them."""

_PASSES = 5
_WORDS = 1_500_000
"""Words that are read in all: of more there are fewer passes, one at least."""

_MOST_WEIGHTS = 2**25


def averaged_perceptron(
    train: Sequence[Sentence], test: Sequence[Sentence], decision: TagDecision, *, seed: int = 0
) -> Floats:
    """Return `(ΣT, K)` for the test sentences: 1 for the tag said."""
    K = len(decision.tags)
    buckets = min(_BUCKETS, 2 ** int(np.log2(_MOST_WEIGHTS / K)))
    weights, spent = np.zeros((2, buckets, K), np.float32)
    random = np.random.default_rng(seed)
    dotless = has_dotless(word for sentence in train for word in sentence.words)
    features = [_features(sentence, buckets, dotless=dotless) for sentence in train]
    wanted = [[decision.numbers[tag] for tag in sentence.tags] for sentence in train]
    words = sum(map(len, wanted))
    step = 1
    for _ in range(min(max(_WORDS // max(words, 1), 1), _PASSES)):
        for n in random.permutation(len(train)):
            first = second = K
            for fixed, true in zip(features[n], wanted[n], strict=True):
                rows = _with_tags(fixed, first, second, buckets)
                scores = weights[rows].sum(axis=0)
                said = int(scores.argmax())
                if said == true:  # a tie is no answer: averaging would turn it
                    own, scores[true] = scores[true], -np.inf
                    other = int(scores.argmax())
                    said = other if scores[other] >= own else true
                if said != true:
                    weights[rows, true] += 1.0
                    weights[rows, said] -= 1.0
                    spent[rows, true] += step
                    spent[rows, said] -= step
                first, second = said, first
                step += 1
    weights -= spent / step
    answers = []
    for sentence in test:
        first = second = K
        for fixed in _features(sentence, buckets, dotless=dotless):
            said = int(weights[_with_tags(fixed, first, second, buckets)].sum(axis=0).argmax())
            answers.append(said)
            first, second = said, first
    return np.eye(K)[np.array(answers, np.int64)]


def _features(sentence: Sentence, buckets: int, *, dotless: bool) -> Ints:
    """Return `(T, features)` of each word and those around it."""
    words = ["", "", *(word for word in sentence.words), "", ""]
    lower = [lowered(word, dotless=dotless) for word in words]
    found = []
    for t in range(2, len(words) - 2):
        word, own = words[t], lower[t]
        pieces = [f"w{word}", f"l{own}", f"s{shape_of(word)}", f"b{own[:1]}", f"c{own[:3]}"]
        pieces += [f"e{own[-n:]}|{n}" for n in ENDINGS]
        for place in (-2, -1, 1, 2):
            pieces.append(f"{place}l{lower[t + place]}")
        for place in (-1, 1):
            pieces += [f"{place}e{lower[t + place][-3:]}", f"{place}s{shape_of(words[t + place])}"]
        pieces += [f"p{lower[t - 1]} {own}", f"n{own} {lower[t + 1]}"]
        found.append([crc32(p.encode("utf-8", "surrogatepass")) % buckets for p in pieces])
    return np.array(found, np.int64)


def _with_tags(fixed: Ints, first: int, second: int, buckets: int) -> Ints:
    """Add the features of the tags before: the one, the two, and the one with the word."""
    with_word = int(fixed[1]) * 31 + first
    tags = [7919 * (first + 1), 104729 * (second + 1) + 7 * first, 1299709 + 977 * with_word]
    return np.append(fixed, np.array(tags) % buckets)
