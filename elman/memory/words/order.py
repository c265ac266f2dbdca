"""What the order test comes to, and what this model makes of the order that there is."""

from __future__ import annotations

from elman.figures import counted
from elman.judging.estimate import Skipped
from elman.memory.measured import Measured
from elman.memory.order.test import MOST_ROWS, OrderTest
from elman.memory.words.numbers import said

__all__ = ["enough", "linear_will_do", "model_order", "order", "order_says"]

TRIFLE = 2.0
"""Points that are not worth a sequence model."""


def order_says(test: OrderTest) -> str:
    """Return what the order test comes to.

    `nothing learned`: its network is no better than a guess. `no sequence`: rows of one length
    whose columns may stand in any order, so long as it is the same for all: that costs less than
    2 points, or less than half of what shuffling each row does. `little`: order is
    worth less than 2 points. `matters`: more than 0. `undecided`: the interval holds both.
    `places`: as no sequence, but neighbours are alike, as in a series.
    """
    if test.intact.low <= test.guess:
        return "nothing learned"
    columns = test.columns
    if columns is not None and columns.low <= 0 and columns.high < max(TRIFLE, test.whole.low / 2):
        alike = test.neighbours is not None and test.neighbours.low > 0
        return "places" if alike else "no sequence"
    if test.whole.high < TRIFLE:
        return "little"
    if columns is not None and columns.low <= 0 < test.whole.low:
        return "undecided"
    return "matters" if test.whole.low > 0 else "undecided"


def linear_will_do(test: OrderTest) -> bool:
    """Whether a linear model is as good as the test's network."""
    return test.linear.value < TRIFLE


def enough(test: OrderTest) -> int | None:
    """Return about how many rows would tell of an undecided order; None if the test takes fewer.

    An interval shrinks with the root of the rows, and must be narrower than what is found, or
    than what would not be worth a sequence model.
    """
    columns = test.columns
    open_ = test.whole if columns is None or test.whole.low <= 0 else columns
    shrink = (open_.high - open_.low) / 2 / max(abs(open_.value), TRIFLE)
    rows = float(f"{max(test.rows * shrink**2, 1.2 * test.rows):.1e}")
    return round(rows) if rows <= MOST_ROWS else None


def order(card: Measured) -> str:
    """Say what order is worth in this data."""
    o = card.order
    if isinstance(o, Skipped):
        return ""
    says, whole = order_says(o), o.whole
    worth = f"{whole.value:.1f} points [{whole.low:.1f}, {whole.high:.1f}]"
    if says == "nothing learned":
        return (
            f"The order test's own network learned nothing from these {counted(o.rows, 'row')}, so "
            "what order is worth stays open."
        )
    if says == "no sequence":
        assert o.columns is not None
        return (
            f"This is no sequence: all rows have {card.subject.longest} steps, and putting the "
            f"columns in another order costs {o.columns.value:.1f} points "
            f"[{o.columns.low:.1f}, {o.columns.high:.1f}]."
        )
    if says == "places":
        assert o.columns is not None
        return (
            f"All rows have {card.subject.longest} steps and only places count: permuting the "
            f"columns alike costs {said(o.columns)} points. A linear model on the steps as columns "
            "is the one to beat."
        )
    if says == "little":
        if linear_will_do(o):
            return f"Order is worth {worth} in this data: a linear model will do."
        return (
            f"Order is worth {worth} in this data: no recurrence is needed. But a linear model on "
            f"single steps loses {said(o.linear)} points: they tell only together."
        )
    if says == "matters":
        return f"Order is worth {worth} in this data: a model without it loses them."
    if o.columns is not None and o.whole.low > 0:
        return (
            f"Shuffled rows cost {worth}; whether by their order, or because columns are then not "
            "known apart, these rows do not tell."
        )
    few = f"{counted(o.rows, 'row')} are too few to say whether it matters"
    return f"Order is worth {worth} in this data: {few}."


def model_order(card: Measured) -> str:
    """Say where the model leaves order unused."""
    s, o = card.shuffled, card.order
    if isinstance(s, Skipped) or isinstance(o, Skipped) or order_says(o) != "matters":
        return ""
    if s.whole.high < o.whole.low / 2:
        return (
            f"This model loses only {said(s.whole)} points on shuffled rows: it uses little of "
            "the order that there is."
        )
    return ""
