"""Texts as numbers, so that they travel as every other answer does.

Row n is how sure the model is of text n, then the numbers of its characters, then zeros.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["numbers_of", "scores_of", "texts_of"]

Floats = NDArray[np.float64]


def numbers_of(texts: Sequence[str], scores: Sequence[float] | None = None) -> Floats:
    """Return texts as `(N, 1 + L)`; a NUL in one would be its end, so there is none."""
    longest = max(map(len, texts), default=0)
    found = np.zeros((len(texts), 1 + longest))
    for row, text in zip(found, texts, strict=True):
        row[1 : 1 + len(text)] = [ord(character) for character in text]
    if scores is not None:
        found[:, 0] = scores
    return found


def texts_of(numbers: Floats) -> list[str]:
    """Return the texts of `numbers_of`."""
    rows = numbers[:, 1:].astype(np.int64)
    ends = (rows != 0).sum(axis=1)
    return ["".join(map(chr, row[:end])) for row, end in zip(rows.tolist(), ends, strict=True)]


def scores_of(numbers: Floats) -> Floats:
    """Return how sure the model is of each text."""
    return numbers[:, 0]
