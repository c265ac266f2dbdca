"""What outputs are worth, in points: of accuracy, or of the variance explained."""

from __future__ import annotations

import math

import numpy as np
from torch import Tensor

from elman.judging.bootstrap import resampled_means
from elman.judging.estimate import Estimate, Floats
from elman.memory.rows.examples import Examples

__all__ = ["figure_of", "mean_of", "worth_of"]


def figure_of(examples: Examples) -> str:
    """Return the name of what points are points of."""
    return "accuracy" if examples.kind == "class" else "variance explained"


def worth_of(examples: Examples, outputs: Tensor) -> Floats:
    """Return the points of each row `(N,)`, whose mean is the figure in %."""
    assert examples.y is not None
    if examples.kind == "class":
        return 100 * examples.right(outputs)
    y = examples.y.double()
    spread = ((y - y.mean(0)) ** 2).mean().clamp(min=1e-12)
    error = ((outputs.double() - y) ** 2).mean(1)
    return np.asarray((100 * (1 - error / spread)).numpy())


def mean_of(values: Floats, seed: int) -> Estimate:
    """Return the mean of `(N, folds)` values; its interval is over rows, or wider over folds."""
    drawings = resampled_means(np.nanmean(values, 1), seed)
    error, folds = float(drawings[1:].std()), np.nanmean(values, 0)
    if len(folds) > 1:
        error = max(error, float(folds.std(ddof=1)) / math.sqrt(len(folds)))
    mean = float(drawings[0])
    return Estimate(mean, mean - 1.96 * error, mean + 1.96 * error)
