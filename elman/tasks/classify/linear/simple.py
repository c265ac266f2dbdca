"""The linear part of some data: fitted, and asked of the validation rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from elman.tasks.classify.linear.counts import counts
from elman.tasks.classify.linear.part import LinearPart, fit_linear, indicator
from elman.tasks.classify.rows.rows import Prepared

__all__ = ["Simple", "simple_model"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_TOGETHER = 50_000
"""Rows that are asked at a time."""


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
        return _logits(self.part, prepared, rows)


def _logits(part: LinearPart, prepared: Prepared, rows: Ints) -> Floats:
    starts = range(0, max(len(rows), 1), _TOGETHER)
    return np.concatenate(
        [part.logits(counts(prepared, rows[start : start + _TOGETHER])) for start in starts]
    )


def simple_model(prepared: Prepared, *, balanced: bool = False) -> Simple:
    """Fit the linear part.

    Args:
        prepared: rows as numbers.
        balanced: weigh rare classes up.
    """
    rows, (train, validation) = prepared.rows, prepared.rows.few
    every = np.concatenate([train, validation])
    matrix, wanted = counts(prepared, every), indicator(rows.decision, rows.targets[every])
    seen, held = matrix.cut(len(train))
    learnt = fit_linear(seen, wanted[: len(train)], balanced=balanced)
    if len(validation) < len(rows.validation):
        logits = _logits(learnt, prepared, rows.validation)
    else:
        logits = learnt.logits(held)
    return Simple(logits, fit_linear(matrix, wanted, balanced=balanced))
