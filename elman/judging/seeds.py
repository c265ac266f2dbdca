"""One model over several seeds: means of its figures, and how far the seeds lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.yardstick import Numbers, Yardstick

__all__ = ["mean_points", "over_seeds"]


def mean_points(yardsticks: Sequence[Yardstick], runs: Sequence[Numbers]) -> NDArray[np.float64]:
    """Return `(N,)` the points of each row, averaged over runs."""
    points = [y.points(numbers) for y, numbers in zip(yardsticks, runs, strict=True)]
    return np.asarray(np.mean(points, axis=0))


def over_seeds(yardsticks: Sequence[Yardstick], runs: Sequence[Numbers]) -> dict[str, Any]:
    """Return means over seeds; intervals are those of the rows.

    Args:
        yardsticks: one a run, as each decides in a way of its own.
        runs: the answers of each.

    Returns:
        Every figure of a run, and its `…_median` where it is one number, which a seed gone wrong
        moves less; beside them `…_sd` of the headline over seeds, and `seeds`, the headlines.
    """
    first = yardsticks[0]
    each = [y.figures(numbers) for y, numbers in zip(yardsticks, runs, strict=True)]
    headlines = [float(figures[first.headline]) for figures in each]
    averaged = {name: _mean([figures[name] for figures in each]) for name in each[0]}
    averaged |= {
        f"{name}_median": float(np.median([figures[name] for figures in each]))
        for name, mean in averaged.items()
        if isinstance(mean, float)
    }
    averaged |= first.intervals(mean_points(yardsticks, runs))
    spread = float(np.std(headlines, ddof=1)) if len(headlines) > 1 else 0.0
    return averaged | {f"{first.headline}_sd": spread, "seeds": headlines}


def _mean(values: Sequence[Any]) -> Any:
    if any(value is None for value in values):
        return None
    if isinstance(values[0], str):
        return values[0]
    if all(isinstance(value, dict) for value in values):
        shared = [name for name in values[0] if all(name in value for value in values)]
        return {name: _mean([value[name] for value in values]) for name in shared}
    mean = np.mean(values, axis=0)
    return float(mean) if np.ndim(mean) == 0 else mean.tolist()
