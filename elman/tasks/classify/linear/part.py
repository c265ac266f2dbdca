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

import numpy as np
from numpy.typing import NDArray

from elman import native
from elman.judging.classes.decision import Decision
from elman.tasks.classify.linear.counts import Counts, rarity, ratios

__all__ = ["LinearPart", "fit_linear", "indicator"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


_RATIOS, _RARE, _BOTH = 30.0, 1.0, 1.0
"""Inverse penalty of each regression, by how its columns are scaled."""

_ENOUGH, _PASSES = 0.1, 300
"""The largest gradient in a pass over the rows after which none follows, and passes at most."""

_SEED = 209652396
"""What scikit-learn's `random_state=0` gives the solver to shuffle rows by."""


@dataclass(frozen=True)
class LinearPart:
    """`weights (numbers, outputs)` of every number of a text, and `bias (outputs,)`."""

    weights: Floats
    bias: Floats

    def logits(self, matrix: Counts) -> Floats:
        """Return `(N, outputs)` of the rows of a matrix of `counts`."""
        return np.asarray(matrix.times(self.weights) + self.bias)


def indicator(decision: Decision, targets: Ints) -> NDArray[np.bool_]:
    """Return `(N, outputs)`: what each output should say yes to."""
    if targets.ndim == 2:
        return targets.astype(bool)
    if decision.outputs == 1:
        return np.asarray(targets[:, None] == 1)
    return np.asarray(targets[:, None] == np.arange(decision.outputs))


def fit_linear(matrix: Counts, wanted: NDArray[np.bool_], *, balanced: bool = False) -> LinearPart:
    """Fit the part on some rows.

    Args:
        matrix: `counts` of the rows.
        wanted: `indicator` of them.
        balanced: weigh rare classes up.
    """
    rows = len(wanted)
    weights, bias = np.zeros((matrix.columns, wanted.shape[1])), np.zeros(wanted.shape[1])
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
    matrix: Counts, wanted: NDArray[np.bool_], scale: Floats, strength: float, *, balanced: bool
) -> tuple[Floats, float]:
    """Return weights and bias of one regression on scaled columns."""
    fit = _by_library if native.missing() else _by_kernel
    values = matrix.values * scale.take(matrix.ids)
    weights, bias = fit(matrix, values, wanted, strength, balanced=balanced)
    return scale * weights, bias


def _by_kernel(
    matrix: Counts, values: Floats, wanted: NDArray[np.bool_], strength: float, *, balanced: bool
) -> tuple[Floats, float]:
    """Fit as `_by_library` does, to the bit, without its second of imports and its copies."""
    sides = len(wanted) / (2 * np.bincount(wanted, minlength=2)) if balanced else np.ones(2)
    strengths = np.where(wanted, strength * sides[1], -strength * sides[0])
    order, enough = np.argsort(wanted, kind="stable"), np.array([_ENOUGH])
    weights = np.zeros(matrix.columns + 1)
    native.Logistic(
        N=len(matrix),
        columns=matrix.columns,
        ends=matrix.ends.ctypes.data,
        ids=matrix.ids.ctypes.data,
        values=values.ctypes.data,
        order=order.ctypes.data,
        strengths=strengths.ctypes.data,
        enough=enough.ctypes.data,
        passes=_PASSES,
        seed=_SEED,
        weights=weights.ctypes.data,
    ).run()
    return weights[:-1], float(weights[-1])


def _by_library(
    matrix: Counts, values: Floats, wanted: NDArray[np.bool_], strength: float, *, balanced: bool
) -> tuple[Floats, float]:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    # The dual solver: the fastest by far on few rows and many sparse columns.
    model = LogisticRegression(
        C=strength,
        solver="liblinear",
        dual=True,
        tol=_ENOUGH,
        max_iter=_PASSES,
        class_weight="balanced" if balanced else None,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix.matrix(values), wanted)
    return model.coef_[0], float(model.intercept_[0])
