"""The linear part of some data: its form chosen, fitted, and asked of the validation rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from elman.tasks.classify.linear.choose import FORMS, Known, choose_form
from elman.tasks.classify.linear.counts import counts
from elman.tasks.classify.linear.part import LinearPart
from elman.tasks.classify.rows.rows import Prepared, Rows

__all__ = ["MATRIX_WORDS", "Simple", "simple_model", "worth_fitting"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MATRIX_WORDS = 50_000_000
"""Words above which a matrix of rows by terms would not fit in a few GiB of memory."""

_FEW = 3000
"""Rows up to which the form is chosen with every row held out in turn: a tenth says little."""

_FOLDS = 5


@dataclass(frozen=True)
class Simple:
    """The linear part.

    Args:
        held: its logits of the validation rows, of which it then knew nothing, `(N, outputs)`.
        part: fitted on training and validation rows: what is saved.
    """

    held: Floats
    part: LinearPart

    def logits(self, prepared: Prepared, rows: Ints) -> Floats:
        """Return `(len(rows), outputs)`."""
        return self.part.logits(counts(prepared, rows))


def worth_fitting(rows: Rows) -> bool:
    """Say whether the matrix fits in memory."""
    return len(rows.tokens) <= MATRIX_WORDS


def simple_model(prepared: Prepared, *, balanced: bool = False) -> Simple:
    """Choose the form of the linear part and fit it.

    Args:
        prepared: rows as numbers.
        balanced: weigh rare classes up.
    """
    rows = prepared.rows
    every = np.concatenate([rows.train, rows.validation])
    known = Known(rows.decision, counts(prepared, every), rows.targets[every], balanced)
    learnt, judged = np.arange(len(rows.train)), np.arange(len(rows.train), len(every))
    form = FORMS[0]
    if len(every) <= _FEW:
        form = choose_form(known, _folds(rows, every))
    held = known.held_out([(learnt, judged)], form)
    return Simple(held, known.fit(np.arange(len(every)), form))


def _folds(rows: Rows, every: Ints) -> list[tuple[Ints, Ints]]:
    """Cut all rows into folds, so that equal texts, and what belongs together, are never apart."""
    number = rows.hashes[every][:, 0].astype(np.int64) * 256 + rows.hashes[every][:, 1]
    if rows.groups is not None:
        number = rows.groups[every]
    fold = number % _FOLDS
    both = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(_FOLDS)]
    return [(learnt, judged) for learnt, judged in both if len(learnt) and len(judged)]
