"""Sentences as the numbers that a recipe reads."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from elman.data.tagged.features import WordFeatures, has_dotless, lowered
from elman.data.text.vocabulary import SPECIAL_WORDS, Vocabulary
from elman.tasks.tag.recipe import Recipe
from elman.tasks.tag.rows.rows import Prepared, Rows

__all__ = ["encode"]

_FEWEST = 2**12


def encode(rows: Rows, recipe: Recipe) -> Prepared:
    """Number the words of the training part, and read all sentences by these numbers."""
    learnt = [word for of in rows.part(rows.train) for word in of.words]
    dotless = has_dotless(learnt)
    counted = Counter(lowered(word, dotless=dotless) for word in learnt)
    for special in SPECIAL_WORDS:
        counted.pop(special, None)
    words = sorted(counted, key=lambda word: (-counted[word], word))[: recipe.max_words - 2]
    vocabulary = Vocabulary((*SPECIAL_WORDS, *words))
    features = WordFeatures(vocabulary, _buckets(len(words), recipe), dotless)
    numbers = rows.decision.numbers
    return Prepared(
        rows=rows,
        features=features,
        ids=np.concatenate([features.encode(of.words) for of in rows.sentences]),
        offsets=np.cumsum([0, *(len(of.words) for of in rows.sentences)]),
        labels=np.array(
            [numbers.get(tag, -1) for of in rows.sentences for tag in of.tags], np.int64
        ),
        counts=np.array([0, 0, *(counted[word] for word in words)], np.int64),
    )


def _buckets(words: int, recipe: Recipe) -> int:
    """Return how many ids the letters of so many words need: a table that is too large is slow."""
    needed = 2 ** math.ceil(math.log2(max(2 * words, 1)))
    return int(min(max(needed, _FEWEST), recipe.buckets))
