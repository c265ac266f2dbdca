"""Ridge regressions on features that nothing was learnt for: statistics, and many convolutions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from elman.runtime.arrays import Steps
from elman.tasks.signal.rows.rows import Prepared
from elman.tasks.signal.simple.draw import drawn
from elman.tasks.signal.simple.model import balanced, features_of, some
from elman.tasks.signal.simple.ridge import fit_ridge

__all__ = ["convolutions", "statistics"]

Floats = NDArray[np.float64]
Features = Callable[[Sequence[Steps]], NDArray[np.floating]]

_FEATURES = 9_996
"""MiniRocket's."""
_MOST_NUMBERS = 27_000_000
"""Features by rows, at most; of more rows there are fewer features, 2,000 at least."""


def convolutions(prepared: Prepared, *, weigh: bool = False) -> Floats:
    """Return probabilities `(len(test), K)` by many convolutions."""
    rows = prepared.rows
    every = len(some(rows.train)) + len(rows.validation)
    count = max(2_000, min(_FEATURES, _MOST_NUMBERS // every))
    found = drawn(prepared.steps(rows.train), count, seed=0)
    return _answered(prepared, lambda steps: features_of(found, steps), weigh=weigh)


def statistics(prepared: Prepared, *, weigh: bool = False) -> Floats:
    """Return probabilities `(len(test), K)` by statistics of each channel."""
    return _answered(
        prepared, lambda rows: np.stack([_statistics(steps) for steps in rows]), weigh=weigh
    )


def _answered(prepared: Prepared, features: Features, *, weigh: bool) -> Floats:
    rows = prepared.rows
    every = np.concatenate([some(rows.train), rows.validation])
    truth = rows.truth[every]
    weights = balanced(truth, len(rows.decision.classes)) if weigh else None
    ridge = fit_ridge(features(prepared.steps(every)), truth, rows.decision, weights=weights)
    return rows.decision.probabilities(ridge.logits(features(prepared.steps(rows.test))))


def _statistics(steps: Steps) -> Floats:
    """Mean, spread, extremes, quartiles, mean change and length of one signal, `(8 C + 1,)`."""
    x = np.asarray(steps, np.float64)
    if not len(x):
        x = np.zeros((1, steps.shape[1]))
    change = np.abs(np.diff(x, axis=0)).mean(axis=0) if len(x) > 1 else np.zeros(x.shape[1])
    quartiles = np.quantile(x, [0.25, 0.5, 0.75], axis=0)
    parts = [x.mean(0), x.std(0), x.min(0), x.max(0), *quartiles, change, [np.log(len(x))]]
    return np.concatenate(parts)
