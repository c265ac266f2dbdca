"""The most frequent tag of each word; of one never seen, that of rare words that look like it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from elman.data.tagged.features import shape_of
from elman.data.tagged.sentences import Sentence
from elman.judging.tags.decision import TagDecision

__all__ = ["most_frequent"]

_RARE = 2
"""Occurrences up to which a word is rare: what is not seen is like these."""


def most_frequent(
    train: Sequence[Sentence], test: Sequence[Sentence], decision: TagDecision
) -> NDArray[np.float64]:
    """Return `(ΣT, K)` for the test sentences: 1 for the tag said."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sentence in train:
        for word, tag in zip(sentence.words, sentence.tags, strict=True):
            counts[word][tag] += 1
    shapes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    everything: Counter[str] = Counter()
    for word, tags in counts.items():
        if tags.total() <= _RARE:
            shapes[shape_of(word)].update(tags)
            everything.update(tags)
    usual = (everything or Counter(decision.tags[:1])).most_common(1)[0][0]
    said = []
    for sentence in test:
        for word in sentence.words:
            own = counts.get(word) or shapes.get(shape_of(word))
            tag = own.most_common(1)[0][0] if own else usual
            said.append(decision.numbers[tag])
    return np.eye(len(decision.tags))[np.array(said, np.int64)]
