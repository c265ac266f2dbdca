"""Which form of the linear part suits the data, and what it says of rows it has not learnt from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.calibration import calibrated
from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import log_loss
from elman.tasks.classify.linear.part import Form, LinearPart, fit_linear, indicator

__all__ = ["FORMS", "Known", "choose_form"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Fold = tuple[Ints, Ints]
"""Rows to learn from, and rows to judge on."""

FORMS = (Form(True), *(Form(False, strength) for strength in (1.0, 3.0, 10.0)))
"""Those tried on few rows; of many the first is taken."""


@dataclass(frozen=True)
class Known:
    """Labelled rows that the linear part may learn from.

    Args:
        decision: how logits become probabilities.
        matrix: `counts` of the rows.
        targets: their classes.
        balanced: weigh rare classes up.
    """

    decision: Decision
    matrix: Any
    targets: Ints
    balanced: bool = False

    def fit(self, rows: Ints, form: Form) -> LinearPart:
        """Fit a form on some of the rows."""
        wanted = indicator(self.decision, self.targets[rows])
        return fit_linear(self.matrix[rows], wanted, form, balanced=self.balanced)

    def held_out(self, folds: list[Fold], form: Form) -> Floats:
        """Return the logits of the judged rows of all folds, each from its fold's learnt rows."""
        return np.concatenate(
            [self.fit(learnt, form).logits(self.matrix[judged]) for learnt, judged in folds]
        )


def choose_form(known: Known, folds: list[Fold]) -> Form:
    """Return the form of least log loss on the judged rows of all folds."""
    truth = known.targets[np.concatenate([judged for _, judged in folds])]

    def loss(form: Form) -> float:
        logits = known.held_out(folds, form)
        # how sure the answers sound is put right later, so it does not count here
        fitting = calibrated(known.decision, logits, truth)
        return log_loss(fitting.probabilities(logits), truth)

    return min(FORMS, key=loss)
