"""Influence by lag: how much the answer changes when the step k before the end is another one.

The step is replaced by one drawn from all steps of the data. Every lag is measured, on all rows
that reach back to it; of more than 64 lags, each on a random share of them (12 rows at least),
another for each lag, so that the work is that of 64. The change is KL(p ‖ p') of class
probabilities, in nats, or the squared change of values as a share of their variance. The lag of
90 % mass is the smallest k whose steps 0 … k bring nine tenths of all change, summed over lags; a
row that is too short for a lag adds nothing to it.

But: a step drawn at random makes sequences that the data does not hold, and where a step also says
something of its neighbour (a pair of words) only its own half is replaced.

References:
    M2 of docs/memory.md: Khandelwal et al., 2018, arXiv 1805.04623, section 4, per lag.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from elman.judging.bootstrap import resampled_means
from elman.judging.estimate import Curve, Estimate, Floats, curve_of, estimate_of
from elman.memory.rows.examples import Examples

__all__ = ["Influence", "influence_by_lag"]

_LAGS = 64
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


def influence_by_lag(
    module: nn.Module, examples: Examples, *, max_lag: int, seed: int
) -> Influence:
    """Replace one step at a time and watch the answer."""
    random = torch.Generator().manual_seed(seed)
    pool, full = examples.steps(), examples.outputs(module)
    enough = int(np.sort(examples.lengths)[-min(_FEWEST_ROWS, len(examples))])
    lags = list(range(min(enough - 1, max_lag) + 1))
    changes = np.full((len(examples), len(lags)), np.nan)
    reaches = examples.lengths[:, None] > np.arange(len(lags))
    for lag in lags:
        rows = np.flatnonzero(reaches[:, lag])
        some = max(math.ceil(len(rows) * _LAGS / len(lags)), _FEWEST_ROWS)
        if some < len(rows):
            rows = np.sort(rows[torch.randperm(len(rows), generator=random)[:some].numpy()])
        part, before = examples.take(rows.tolist()), full[torch.from_numpy(rows)]
        total = np.zeros(len(rows))
        for _ in range(_DRAWS):
            drawn = pool[torch.randint(len(pool), (len(rows),), generator=random)]
            others = [x.clone() for x in part.x]
            for x, step in zip(others, drawn, strict=True):
                x[-1 - lag] = step
            total += part.change(before, part.of(others).outputs(module))
        changes[rows, lag] = total / _DRAWS
    drawings = resampled_means(changes, seed)
    # a drawing without a row for a lag has nothing to say of it
    mass = np.nan_to_num(drawings) * resampled_means(reaches, seed)
    unit = "nats" if examples.kind == "class" else "share of the variance of the answers"
    return Influence(curve_of(lags, drawings), unit, _mass_lag(mass))


def _mass_lag(mass: Floats, share: float = 0.9) -> Estimate | None:
    """The smallest lag up to which lies a share of all."""
    reached = []
    for row in mass:
        sums = np.cumsum(row)
        reached.append(float(np.argmax(sums >= share * sums[-1])) if sums[-1] > 0 else np.nan)
    places = np.array(reached)
    return None if np.isnan(places[0]) else estimate_of(places)
