"""The strongest simple model of texts: every word and pair speaks for itself, weighted.

Logistic regression on counts over √ length, one a class. It is fitted in three ways and their
weights are averaged, which is again a linear model and on every set tried at least as good as the
best of the three: each column scaled by its naive-Bayes ratio (Wang & Manning 2012; unlike there
counts, not presences, so that a stream keeps one sum), by how rare it is (Spärck Jones 1972), and
by both.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import diags
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from elman.judging.classes.decision import Decision
from elman.tasks.classify.linear.counts import rarity, ratios

__all__ = ["LinearPart", "fit_linear", "indicator"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


_WAYS = ((True, False, 30.0), (False, True, 1.0), (True, True, 1.0))
"""Of each fit: scaled by ratios, scaled by rarity, inverse penalty."""


@dataclass(frozen=True)
class LinearPart:
    """`weights (numbers, outputs)` of every number of a text, and `bias (outputs,)`."""

    weights: Floats
    bias: Floats

    def logits(self, matrix: Any) -> Floats:
        """Return `(N, outputs)` of the rows of a matrix of `counts`."""
        return np.asarray(matrix @ self.weights + self.bias)


def indicator(decision: Decision, targets: Ints) -> NDArray[np.bool_]:
    """Return `(N, outputs)`: what each output should say yes to."""
    if targets.ndim == 2:
        return targets.astype(bool)
    if decision.outputs == 1:
        return np.asarray(targets[:, None] == 1)
    return np.asarray(targets[:, None] == np.arange(decision.outputs))


def fit_linear(matrix: Any, wanted: NDArray[np.bool_], *, balanced: bool = False) -> LinearPart:
    """Fit the part on some rows.

    Args:
        matrix: `counts` of the rows.
        wanted: `indicator` of them.
        balanced: weigh rare classes up.
    """
    fits = [
        _fit(matrix, wanted, counted, rare, strength, balanced=balanced)
        for counted, rare, strength in _WAYS
    ]
    weights, bias = (np.mean(parts, axis=0) for parts in zip(*fits, strict=True))
    return LinearPart(weights, bias)


def _fit(
    matrix: Any,
    wanted: NDArray[np.bool_],
    counted: bool,
    rare: bool,
    strength: float,
    *,
    balanced: bool,
) -> tuple[Floats, Floats]:
    """Return weights and bias of one way."""
    rows, outputs = wanted.shape
    weights, bias = np.zeros((matrix.shape[1], outputs)), np.zeros(outputs)
    weighed = rarity(matrix) if rare else np.ones(matrix.shape[1])
    if rare and not counted:
        scaled = matrix @ diags(weighed)
    for k in range(outputs):
        present = int(wanted[:, k].sum())
        if present in (0, rows):  # nothing to tell apart
            bias[k] = np.log((present + 1) / (rows - present + 1))
            continue
        scale = weighed
        if counted:
            scale = ratios(matrix, wanted[:, k]) * weighed
            scaled = matrix @ diags(scale)
        # The dual solver: the fastest by far on few rows and many sparse columns.
        model = LogisticRegression(
            C=strength,
            solver="liblinear",
            dual=True,
            tol=0.1,
            max_iter=300,
            class_weight="balanced" if balanced else None,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(scaled, wanted[:, k])
        weights[:, k] = scale * model.coef_[0]
        bias[k] = model.intercept_[0]
    return weights, bias
