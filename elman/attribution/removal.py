"""What a score loses where steps are not there: one of them, or all that come later in an order.

What it means that a step is not there is the score's to say: its neighbours meet, or it is at the
mean.
"""

from __future__ import annotations

import numpy as np

from elman.attribution.explained import Shares
from elman.attribution.shapley import PlaceScore, shapley_values

__all__ = ["ORDERS_MOST", "by_orders", "one_by_one", "orders_for"]

ORDERS_MOST = 256

_READ_STEPS = 4_000_000
"""Steps that all Shapley orders together may read: short sequences get the most orders."""


def by_orders(score: PlaceScore, steps: int, *, baseline: str, cost: int | None = None) -> Shares:
    """Return what each step adds when it comes, over random orders.

    Args:
        score: of parts of the sequence, given as the places that are there.
        steps: of the whole sequence.
        baseline: in words, what no steps are.
        cost: steps of a network that one scoring takes, where it is not as many as there are.
    """
    orders = orders_for(steps, cost)
    values, error, start, end = shapley_values(score, steps, orders=orders)
    return Shares(
        values,
        start=start,
        end=end,
        baseline=baseline,
        error=float(error.max()),
        error_kind=f"{orders} orders, largest standard error of a share",
        evaluations=orders * (steps - 1) + 2,
    )


def one_by_one(score: PlaceScore, steps: int, *, end: float) -> Shares:
    """Return how much lower the score is than `end`, that of all steps, without each of them."""
    places = np.arange(steps)
    return Shares(end - score([np.delete(places, n) for n in places]))


def orders_for(steps: int, cost: int | None = None) -> int:
    """Return how many orders of the steps are worth their time: even, 4 to `ORDERS_MOST`."""
    return 2 * max(2, min(ORDERS_MOST // 2, _READ_STEPS // (steps * (cost or steps))))
