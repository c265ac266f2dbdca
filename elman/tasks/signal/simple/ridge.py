"""Ridge regression on classes, its penalty chosen by leaving out one row at a time.

Each class is regressed on apart, 1 for its rows and -1 for the others; the penalty is that of the
least squared error of rows which the regression has not seen, by the closed form of what leaving
one out does. One factor turns what it says into log-odds, by the log loss of the same answers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.optimize import minimize_scalar

from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import log_loss

__all__ = ["Ridge", "fit_ridge", "targets_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_PENALTIES = np.logspace(-1, 6, 15)


class Ridge(NamedTuple):
    """Log-odds of features: x weights + bias."""

    weights: Floats
    """`(F, outputs)`."""
    bias: Floats
    """`(outputs,)`."""
    left_out: Floats
    """`(N, outputs)` of each row it was fitted on, as if that had been left out."""

    def logits(self, features: NDArray[np.floating]) -> Floats:
        return np.asarray(features @ self.weights + self.bias)


def targets_of(decision: Decision, truth: Ints) -> Floats:
    """Return `(N, outputs)` of 1 and -1."""
    if decision.outputs == 1:
        return np.asarray(2.0 * truth[:, None] - 1)
    return 2 * np.eye(len(decision.classes))[truth] - 1


def fit_ridge(
    features: NDArray[np.floating],
    truth: Ints,
    decision: Decision,
    *,
    weights: Floats | None = None,
) -> Ridge:
    """Fit one on features `(N, F)` and class numbers `(N,)`; `weights (N,)` count rows more."""
    wanted = targets_of(decision, truth)
    root = np.ones(len(truth)) if weights is None else np.sqrt(weights / weights.mean())
    part = root * root / (root * root).sum()
    mean, centre = part @ features, part @ wanted
    spread = np.sqrt(part @ (features - mean) ** 2)
    scale = 1 / np.where(spread > 1e-9, spread, np.inf)
    x = (features - mean) * scale * root[:, None]
    y = (wanted - centre) * root[:, None]
    N, F = x.shape
    if N <= F:
        values, vectors = eigh(x @ x.T)
        seen, inner = vectors, vectors.T @ y
    else:
        values, vectors = eigh(x.T @ x)
        values = np.maximum(values, 1e-9 * values[-1])
        seen = x @ vectors / np.sqrt(values)
        inner = seen.T @ y
    values = np.maximum(values, 0)
    best: tuple[float, float, Floats] | None = None
    for penalty in _PENALTIES:
        shrunk = values / (values + penalty)
        fitted = seen @ (shrunk[:, None] * inner)
        # the mean is fitted too, which is what 1 / N stands for
        leverage = np.minimum((seen * seen) @ shrunk + root * root / N, 1 - 1e-6)
        error = (y - fitted) / (1 - leverage)[:, None]
        loss = float(np.square(error).mean())
        if best is None or loss < best[0]:
            best = loss, float(penalty), wanted - error / root[:, None]
    assert best is not None
    _, penalty, left_out = best
    if N <= F:
        coefficients = x.T @ (vectors @ (inner / (values + penalty)[:, None]))
    else:
        coefficients = vectors @ ((np.sqrt(values) / (values + penalty))[:, None] * inner)
    coefficients = coefficients * scale[:, None]
    factor = _sharpened(decision, left_out, truth)
    return Ridge(factor * coefficients, factor * (centre - mean @ coefficients), factor * left_out)


def _sharpened(decision: Decision, said: Floats, truth: Ints) -> float:
    """Return the factor that makes log-odds of what was said of left-out rows."""

    def loss(log_factor: float) -> float:
        return log_loss(decision.probabilities(np.exp(log_factor) * said), truth)

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 4), method="bounded").x))
