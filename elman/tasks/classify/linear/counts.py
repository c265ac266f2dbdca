"""Texts as a sparse matrix: how often each word and pair stands in each, over √ of its length."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from elman.data.text.vocabulary import UNKNOWN
from elman.tasks.classify.rows.rows import Prepared

__all__ = ["counts", "rarity", "ratios"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def counts(prepared: Prepared, rows: Ints) -> Any:
    """Return `(len(rows), numbers)`: how often a text has each number, divided by √ its words.

    Padding and the unknown word are columns of nothing.
    """
    lengths = np.diff(prepared.rows.offsets)[rows]
    ids = np.concatenate([np.zeros(0, np.int32), *(t.ravel() for t in prepared.terms_of(rows))])
    columns = prepared.with_terms.columns
    value = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths * columns)
    value[ids <= UNKNOWN] = 0.0
    ends = np.concatenate([[0], np.cumsum(lengths * columns)])
    matrix = csr_matrix((value, ids, ends), shape=(len(rows), prepared.with_terms.numbers))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def ratios(matrix: Any, wanted: NDArray[np.bool_]) -> Floats:
    """Return how much a column speaks for a class: log p(column | class) - log p(column | others).

    p counts a column once a row and adds one; the naive-Bayes weights of Wang & Manning (2012,
    "Baselines and Bigrams").

    Args:
        matrix: `(N, columns)`, of the training rows alone.
        wanted: `(N,)` which rows are of the class.
    """
    once = matrix.copy()
    once.data = np.ones_like(once.data)
    here = once.T @ wanted.astype(np.float64) + 1
    there = once.T @ (~wanted).astype(np.float64) + 1
    return np.asarray(np.log(here / here.sum()) - np.log(there / there.sum()))


def rarity(matrix: Any) -> Floats:
    """Return log((1 + N) / (1 + rows that have it)) + 1 of each column, as scikit-learn's idf."""
    rows, columns = matrix.shape
    having = np.bincount(matrix.indices, minlength=columns)
    return np.asarray(np.log((1 + rows) / (1 + having)) + 1)
