"""Influence by lag: how much the answer changes when the step k before the end is another one.

The step is replaced by one drawn from all steps of the data. The change is KL(p ‖ p') of class
probabilities, in nats, or the squared change of values as a share of their variance. The lag of
90 % mass is the smallest k whose steps 0 … k bring nine tenths of all change, summed over lags; a
row that is too short for a lag adds nothing to it.

But: a step drawn at random makes sequences that the data does not hold, and where a step also says
something of its neighbour (a pair of words) only its own half is replaced.

References:
    M2 of docs/memory.md: Khandelwal et al., 2018, arXiv 1805.04623, section 4, per lag.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from elman.memory.estimate import Curve, Estimate, Floats, curve_of, estimate_of, resampled_means
from elman.memory.examples import Examples

__all__ = ["Influence", "influence_by_lag", "spaced_lags"]

_LAGS = 32
_DRAWS = 2
_FEWEST_ROWS = 12
"""Rows that must reach back to a lag for it to be measured."""


@dataclass(frozen=True)
class Influence:
    """Change of the answer by lag; lag 0 is the last step."""

    curve: Curve
    unit: str
    mass_90: Estimate | None
    """Lag; None where no replacement changes anything."""


def spaced_lags(longest: int) -> list[int]:
    """Return 0 … `longest`, all of the first and then ever fewer, 32 at most."""
    if longest < _LAGS:
        return list(range(longest + 1))
    wide = np.geomspace(1, longest + 1, _LAGS) - 1
    return sorted({round(float(k)) for k in wide} | set(range(8)))


def influence_by_lag(
    module: nn.Module, examples: Examples, *, max_lag: int, seed: int
) -> Influence:
    """Replace one step at a time and watch the answer."""
    random = torch.Generator().manual_seed(seed)
    pool, full = examples.steps(), examples.answers(module)
    enough = int(np.sort(examples.lengths)[-min(_FEWEST_ROWS, len(examples))])
    lags = spaced_lags(min(enough - 1, max_lag))
    changes = np.full((len(examples), len(lags)), np.nan)
    for column, lag in enumerate(lags):
        rows = [n for n, x in enumerate(examples.x) if len(x) > lag]
        part, before = examples.take(rows), full[rows]
        total = np.zeros(len(rows))
        for _ in range(_DRAWS):
            drawn = pool[torch.randint(len(pool), (len(rows),), generator=random)]
            others = [x.clone() for x in part.x]
            for x, step in zip(others, drawn, strict=True):
                x[-1 - lag] = step
            total += part.change(before, part.of(others).answers(module))
        changes[rows, column] = total / _DRAWS
    drawings = resampled_means(changes, seed)
    mass = resampled_means(np.nan_to_num(changes), seed)
    unit = "nats" if examples.kind == "class" else "share of the variance of the answers"
    return Influence(curve_of(lags, drawings), unit, _mass_lag(lags, mass))


def _mass_lag(lags: list[int], mass: Floats, share: float = 0.9) -> Estimate | None:
    """The smallest lag up to which lies a share of all, lags that were left out interpolated."""
    every = np.arange(lags[-1] + 1)
    reached = []
    for row in mass:
        sums = np.cumsum(np.interp(every, lags, row))
        reached.append(float(np.argmax(sums >= share * sums[-1])) if sums[-1] > 0 else np.nan)
    places = np.array(reached)
    return None if np.isnan(places[0]) else estimate_of(places)
