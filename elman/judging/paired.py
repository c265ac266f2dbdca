"""Two models on the same rows: how far apart they are, and whether chance explains it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.bootstrap import block_interval

__all__ = ["paired"]

Floats = NDArray[np.float64]


def paired(points: Floats, other: Floats, *, block: int = 1) -> dict[str, Any]:
    """Compare two models row by row: the mean difference, its 95 % interval, and p.

    Args:
        points: `(N,)` of the first model, higher is better: 1 where it is right and 0 where it is
            wrong, the share of several runs that are right, or an error with a minus sign.
        other: the same of the second model.
        block: rows that hang together, as neighbouring origins of one series do. From 2 on points
            are errors; the difference is then a share of the second model's, the interval comes
            from resampling blocks, and there is no p. Fewer than two blocks give no interval.

    Returns:
        `difference`, above 0 where the first model is better; `ci95` and `p`, or None. All are
        None where the second model makes no error at all.

    The interval of single rows is the mean's, from the spread of the differences. p is the exact
    two-sided McNemar test (1947) for single runs, the normal approximation for shares.
    """
    d = points - other
    if block > 1:
        return _of_errors(d, -other, block)
    difference = float(d.mean())
    error = float(d.std() / math.sqrt(len(d)))
    if np.isin(d, (-1, 0, 1)).all():
        b, c = int((d == 1).sum()), int((d == -1).sum())
        p = _binomial_two_sided(min(b, c), b + c)
    elif error == 0:
        p = 1.0 if difference == 0 else 0.0
    else:
        p = math.erfc(abs(difference) / error / math.sqrt(2))
    half = 1.96 * error
    return {"difference": difference, "ci95": [difference - half, difference + half], "p": p}


def _of_errors(d: Floats, errors: Floats, block: int) -> dict[str, Any]:
    whole = float(errors.mean())
    if whole == 0:
        return {"difference": None, "ci95": None, "p": None}
    enough = len(d) >= 2 * block
    interval = list(block_interval(d, block, of=errors)) if enough else None
    return {"difference": float(d.mean()) / whole, "ci95": interval, "p": None}


def _binomial_two_sided(k: int, n: int) -> float:
    """Return P(at most k or at least n-k heads) of n fair coins, in logarithms."""
    if n == 0:
        return 1.0
    logs = [math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) for i in range(k + 1)]
    return min(1.0, 2 * sum(math.exp(x - n * math.log(2)) for x in logs))
