"""A linear path beside the recurrence: every word and pair speaks for itself, weighted.

The path reads the mean, over the words of a text, of one learnt weight for each entry of the
vocabulary: logistic regression on naive-Bayes-scaled shares (Wang & Manning 2012, "Baselines and
Bigrams"; unlike there shares, not presences, so that it streams in constant memory). It is trained
first and alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import diags
from sklearn.linear_model import LogisticRegression

from elman.judging.classes.metrics import log_loss
from elman.tasks.classify.linear.ratios import log_count_ratios, shares
from elman.tasks.classify.rows.rows import Prepared, Rows

__all__ = ["MATRIX_WORDS", "LinearPath", "fit_linear_path", "worth_a_path"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MATRIX_WORDS = 50_000_000
"""Words above which a matrix of rows by terms would not fit in a few GiB of memory."""

_MOST_OUTPUTS = 32
"""Outputs up to which the path is worth its columns."""

_STRENGTHS = (3.0, 30.0, 300.0, 3000.0)
"""Inverse penalties tried on the validation part; shares of words are small numbers."""


def worth_a_path(rows: Rows) -> bool:
    """Say whether the path fits in memory, and in few enough columns."""
    return rows.decision.outputs <= _MOST_OUTPUTS and len(rows.tokens) <= MATRIX_WORDS


@dataclass(frozen=True)
class LinearPath:
    """`weights (V, outputs)` of every vocabulary entry, `bias (outputs,)`, and the strength."""

    weights: Floats
    bias: Floats
    strength: float

    def logits(self, prepared: Prepared, rows: Ints) -> Floats:
        """Return `(len(rows), outputs)`."""
        return np.asarray(shares(prepared, rows) @ self.weights + self.bias)


def fit_linear_path(
    prepared: Prepared, train: Ints, *, strength: float | None = None, balanced: bool = False
) -> LinearPath:
    """Fit the path on some rows.

    Args:
        prepared: rows and vocabulary.
        train: row numbers to learn from.
        strength: inverse penalty; by default the one of least log loss on the validation part.
        balanced: weigh rare classes up.
    """
    decision, targets = prepared.rows.decision, prepared.rows.targets
    ratios = log_count_ratios(prepared, train, _MOST_OUTPUTS)  # (V, outputs)
    x = shares(prepared, train)
    wanted = targets[train]
    if decision.kind != "multilabel":
        K = decision.outputs
        wanted = wanted[:, None] if K == 1 else np.eye(K, dtype=np.int64)[wanted]

    def fit(strength: float) -> LinearPath:
        columns, bias = [], []
        for k in range(decision.outputs):
            present = int(wanted[:, k].sum())
            if present in (0, len(train)):  # nothing to tell apart
                columns.append(np.zeros(len(ratios)))
                bias.append(float(np.log((present + 1) / (len(train) - present + 1))))
                continue
            weights = "balanced" if balanced else None
            model = LogisticRegression(C=strength, solver="liblinear", class_weight=weights)
            model.fit(x @ diags(ratios[:, k]), wanted[:, k])
            columns.append(ratios[:, k] * model.coef_[0])
            bias.append(float(model.intercept_[0]))
        return LinearPath(np.stack(columns, axis=1), np.array(bias), strength)

    if strength is not None:
        return fit(strength)
    held = prepared.rows.validation

    def loss(path: LinearPath) -> float:
        return log_loss(decision.probabilities(path.logits(prepared, held)), targets[held])

    return min((fit(strength) for strength in _STRENGTHS), key=loss)
