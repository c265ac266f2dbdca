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
from scipy.sparse import csr_matrix

from elman.judging.classes.decision import Decision
from elman.tasks.classify.linear.counts import rarity, ratios

__all__ = ["LinearPart", "fit_linear", "indicator"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


_RATIOS, _RARE, _BOTH = 30.0, 1.0, 1.0
"""Inverse penalty of each regression, by how its columns are scaled."""


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
    rows = len(wanted)
    weights, bias = np.zeros((matrix.shape[1], wanted.shape[1])), np.zeros(wanted.shape[1])
    present = wanted.sum(axis=0)
    told = np.flatnonzero((present > 0) & (present < rows))
    constant = np.setdiff1d(np.arange(len(present)), told)
    bias[constant] = np.log((present[constant] + 1) / (rows - present[constant] + 1))
    rare, speaks = rarity(matrix), ratios(matrix, wanted[:, told])
    for k, ratio in zip(told, speaks.T, strict=True):
        ways = (ratio, _RATIOS), (rare, _RARE), (ratio * rare, _BOTH)
        fits = [_fit(matrix, wanted[:, k], *way, balanced=balanced) for way in ways]
        weights[:, k], bias[k] = (np.mean(parts, axis=0) for parts in zip(*fits, strict=True))
    return LinearPart(weights, bias)


def _fit(
    matrix: Any, wanted: NDArray[np.bool_], scale: Floats, strength: float, *, balanced: bool
) -> tuple[Floats, float]:
    """Return weights and bias of one regression on scaled columns."""
    # a second, which only those wait for who fit this part
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    data = matrix.data * scale.take(matrix.indices)
    scaled = csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)
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
        model.fit(scaled, wanted)
    return scale * model.coef_[0], float(model.intercept_[0])
