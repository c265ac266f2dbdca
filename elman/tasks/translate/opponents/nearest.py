"""The translation of the most similar sentence that is known: a translation memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from elman.data.parallel.pieces import words_of

__all__ = ["nearest"]

TOGETHER = 256
"""Sentences that are compared with all others at a time."""


def nearest(sources: Sequence[str], targets: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Return the translation of the known source that is most like each asked one.

    By the cosine of words, the rare ones counting more; the first of equal ones.

    Args:
        sources: known sentences.
        targets: their translations.
        asked: sentences to translate.
    """
    counter = TfidfVectorizer(analyzer=_words, sublinear_tf=True)
    known = counter.fit_transform(sources).T.tocsr()
    rows = counter.transform(asked)
    found = []
    for start in range(0, len(asked), TOGETHER):
        likeness = rows[start : start + TOGETHER] @ known
        found += np.asarray(likeness.argmax(axis=1)).ravel().tolist()
    return [targets[row] for row in found]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in words_of(text)]
