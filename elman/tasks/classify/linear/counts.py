"""Texts as a sparse matrix: how often each word and pair stands in each, over √ of its length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.text.vocabulary import UNKNOWN
from elman.tasks.classify.rows.rows import Prepared

__all__ = ["Counts", "counts", "rarity", "ratios"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_TOGETHER = 2**20
"""Words whose numbers are sorted at once."""


@dataclass(frozen=True)
class Counts:
    """What of each row is not 0: `values` in the columns `ids`, ascending, up to `ends` `(N,)`."""

    ends: Ints
    ids: NDArray[np.int32]
    values: Floats
    columns: int

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def owners(self) -> Ints:
        """The row of each value."""
        return np.repeat(np.arange(len(self)), np.diff(self.ends, prepend=0))

    def cut(self, row: int) -> tuple[Counts, Counts]:
        """Return the rows before one, and those from it on."""
        at = int(self.ends[row - 1]) if row else 0
        before = Counts(self.ends[:row], self.ids[:at], self.values[:at], self.columns)
        return before, Counts(self.ends[row:] - at, self.ids[at:], self.values[at:], self.columns)

    def times(self, weights: Floats) -> Floats:
        """Return `(N, K)` of weights `(columns, K)`."""
        owners, found = self.owners, np.zeros((len(self), weights.shape[1]))
        for k, of in enumerate(weights.T):
            each = self.values * of.take(self.ids)
            found[:, k] = np.bincount(owners, each, minlength=len(self))
        return found

    def matrix(self, values: Floats | None = None) -> Any:
        """Return it as scipy's, perhaps with other values."""
        from scipy.sparse import csr_matrix  # a sixth of a second, for who asks

        ends = np.concatenate([[0], self.ends])
        held = self.values if values is None else values
        return csr_matrix((held, self.ids, ends), shape=(len(self), self.columns))


def counts(prepared: Prepared, rows: Ints) -> Counts:
    """Return `(len(rows), numbers)`: how often a text has each number, divided by √ its words.

    Padding and the unknown word are columns of nothing.
    """
    offsets = prepared.rows.offsets
    turns = np.cumsum(offsets[rows + 1] - offsets[rows]) // _TOGETHER
    parts = np.split(rows, np.flatnonzero(np.diff(turns)) + 1)
    found = zip(*(_counted(prepared, part) for part in parts), strict=True)
    lengths, ids, values = map(np.concatenate, found)
    return Counts(np.cumsum(lengths), ids, values, prepared.with_terms.numbers)


def _counted(prepared: Prepared, rows: Ints) -> tuple[Ints, NDArray[np.int32], Floats]:
    """Return how many different numbers each row has, these, and what stands in their columns."""
    offsets = prepared.rows.offsets
    words = offsets[rows + 1] - offsets[rows]
    texts = [np.zeros(0, np.int32), *(t.ravel() for t in prepared.terms_of(rows))]
    ids, numbers = np.concatenate(texts), prepared.with_terms.numbers
    owners = np.repeat(np.arange(len(rows)), words * prepared.with_terms.columns)
    keys = np.sort((owners * numbers + ids)[ids > UNKNOWN])
    new = np.diff(keys, prepend=-1) != 0
    owners, ids = np.divmod(keys, numbers)
    once = 1 / np.sqrt(np.maximum(words, 1))
    lengths = np.bincount(owners[new], minlength=len(rows)).astype(np.int64)
    values = np.bincount(np.cumsum(new) - 1, once[owners]).astype(np.float64)
    return lengths, ids[new].astype(np.int32), values


def ratios(matrix: Counts, wanted: NDArray[np.bool_]) -> Floats:
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
    owners = matrix.owners
    here = np.zeros((matrix.columns, wanted.shape[1]))
    for k, of in enumerate(wanted.T):
        here[:, k] = np.bincount(matrix.ids[of[owners]], minlength=matrix.columns)
    there = np.bincount(matrix.ids, minlength=matrix.columns)[:, None] - here
    # of a class without a word, or of the only one with words, neither nothing nor all
    share = (here.sum(axis=0) + 1) / (len(matrix.ids) + 2)
    spoken = np.log((here + 2 * share) / share)
    return np.asarray(spoken - np.log((there + 2 * (1 - share)) / (1 - share)))


def rarity(matrix: Counts) -> Floats:
    """Return log((1 + N) / (1 + rows that have it)) + 1 of each column, as scikit-learn's idf."""
    having = np.bincount(matrix.ids, minlength=matrix.columns)
    return np.asarray(np.log((1 + len(matrix)) / (1 + having)) + 1)
