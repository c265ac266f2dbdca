"""How much more alike neighbouring columns are than columns in a random order."""

from __future__ import annotations

import numpy as np
import torch

from elman.judging.estimate import Estimate
from elman.memory.rows.examples import Examples

__all__ = ["neighbours_of"]

_MOST_COLUMNS = 256
_ORDERS = 400


def neighbours_of(examples: Examples, random: np.random.Generator) -> Estimate | None:
    """Return mean |correlation| of neighbours, less that in random orders, whose spread it has.

    None of ids, and of fewer than three steps. All rows have one length.
    """
    T = len(examples.x[0])
    if examples.ids or T < 3:
        return None
    columns = torch.stack(examples.x).double().numpy()[:, :_MOST_COLUMNS]  # (N, T, I)
    columns = columns - columns.mean(0)
    columns /= np.maximum(columns.std(0), 1e-12)
    alike = np.abs(np.einsum("nsi,nti->sti", columns, columns) / len(columns)).mean(2)  # (T, T)
    orders = np.array([random.permutation(len(alike)) for _ in range(_ORDERS)])
    by_chance = alike[orders[:, :-1], orders[:, 1:]].mean(1)
    found = float(np.diagonal(alike, 1).mean())
    low, high = np.quantile(by_chance, [0.025, 0.975])
    return Estimate(found - float(by_chance.mean()), found - float(high), found - float(low))
