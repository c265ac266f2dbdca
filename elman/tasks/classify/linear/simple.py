"""The linear part of some data: fitted, and asked of the validation rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from elman.tasks.classify.linear.counts import counts
from elman.tasks.classify.linear.part import LinearPart, fit_linear, indicator
from elman.tasks.classify.rows.rows import Prepared, Rows

__all__ = ["MATRIX_WORDS", "Simple", "simple_model", "worth_fitting"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MATRIX_WORDS = 50_000_000
"""Words above which a matrix of rows by terms would not fit in a few GiB of memory."""


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
    """Fit the linear part.

    Args:
        prepared: rows as numbers.
        balanced: weigh rare classes up.
    """
    rows = prepared.rows
    every = np.concatenate([rows.train, rows.validation])
    matrix, wanted = counts(prepared, every), indicator(rows.decision, rows.targets[every])
    seen, held = matrix.cut(len(rows.train))
    learnt = fit_linear(seen, wanted[: len(rows.train)], balanced=balanced)
    return Simple(learnt.logits(held), fit_linear(matrix, wanted, balanced=balanced))
