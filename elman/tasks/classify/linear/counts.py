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
    """Return how much a column speaks for each class, `(columns, classes)`.

    log p(column | class) - log p(column | the others), the naive-Bayes weights of Wang & Manning
    (2012, "Baselines and Bigrams"). A column counts once a row, and a share of two is added to its
    counts on either side, as large as that side: one to each where both have as much text, as
    there. To add one to each whatever their size makes every word that a rare class lacks speak
    for it.

    Args:
        matrix: `(N, columns)`, of the training rows alone.
        wanted: `(N, classes)` which rows are of each class; of each at least one, and not all.
    """
    once = csr_matrix((np.ones_like(matrix.data), matrix.indices, matrix.indptr), matrix.shape)
    here = np.asarray(once.T @ wanted.astype(np.float64))
    there = np.bincount(matrix.indices, minlength=matrix.shape[1])[:, None] - here
    # of a class without a word, or of the only one with words, neither nothing nor all
    share = (here.sum(axis=0) + 1) / (len(matrix.indices) + 2)
    spoken = np.log((here + 2 * share) / share)
    return np.asarray(spoken - np.log((there + 2 * (1 - share)) / (1 - share)))


def rarity(matrix: Any) -> Floats:
    """Return log((1 + N) / (1 + rows that have it)) + 1 of each column, as scikit-learn's idf."""
    rows, columns = matrix.shape
    having = np.bincount(matrix.indices, minlength=columns)
    return np.asarray(np.log((1 + rows) / (1 + having)) + 1)
