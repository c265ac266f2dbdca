"""The one thing to try first.

It follows for the first of these that holds: the data is no sequence, order is worth little, the
rows cannot show what is read, the model reads nothing, gradients explode or the state grows,
gradients vanish, early steps go unread though order matters, the state keeps what the answer does
not use, early steps can be left out, the rows do not tell what order is worth.
"""

from __future__ import annotations

from elman.judging.estimate import Skipped
from elman.memory.measured import Measured
from elman.memory.words.gradient import helped
from elman.memory.words.numbers import number
from elman.memory.words.order import enough, linear_will_do, order_says
from elman.memory.words.state import grows

__all__ = ["suggestion"]

_PLAIN = ("rnn", "rnn_relu")


def suggestion(card: Measured) -> str:
    """Return the one thing to try first."""
    return (
        _of_order(card)
        or _of_reading(card)
        or _of_gradient(card)
        or _of_horizon(card)
        or _of_few_rows(card)
        or "Nothing in these figures asks for a change."
    )


def _of_order(card: Measured) -> str:
    if isinstance(card.order, Skipped):
        return ""
    says = order_says(card.order)
    if says == "no sequence":
        return "Use a model for tables (logistic regression, boosted trees) on these columns."
    if says == "places":
        return "Compare with a linear model on the steps as columns (lags): it is cheaper."
    if says != "little":
        return ""
    if linear_will_do(card.order):
        return (
            "Compare with a linear model on counts of the steps: it reads no order, and is cheaper."
        )
    return (
        "Compare with a model that sees which steps come together (boosted trees or a small "
        "network on their counts): it reads no order, and is cheaper."
    )


def _of_reading(card: Measured) -> str:
    horizon = card.horizon
    if isinstance(horizon, Skipped):
        return ""
    if horizon.nothing:
        return f"Measure it on other rows: {horizon.nothing}."
    if horizon.within_1 is None:
        return (
            "Train longer or on more rows before looking at its memory: it has learned nothing yet."
        )
    return ""


def _of_gradient(card: Measured) -> str:
    gradient, length = card.gradient, card.subject.median
    if isinstance(gradient, Skipped):
        return ""
    if gradient.fate == "explodes" or grows(card):
        return "Clip the gradient's norm (at 1, say), or start from smaller recurrent weights."
    if gradient.fate != "vanishes" or helped(gradient):
        return ""
    if gradient.alone.half_life.value > gradient.length:
        return (
            "The recurrence is not at fault: what cuts the gradient is the way out of the "
            "state. Open the output gate (a bias of 0 or above), or pool over all steps."
        )
    if set(card.subject.cells) <= set(_PLAIN):
        return (
            "Use an LSTM or GRU, or start the recurrent weights from the identity; or pool "
            "over all steps, which brings the gradient to early ones directly."
        )
    return (
        f"Start the gates for {length} steps (chrono initialisation, bias of the forget "
        f"gate ln U(1, {max(length - 1, 2)})), or pool over all steps."
    )


def _of_horizon(card: Measured) -> str:
    horizon, delay, order = card.horizon, card.delay, card.order
    if isinstance(horizon, Skipped) or horizon.within_1 is None:
        return ""
    matters = not isinstance(order, Skipped) and order_says(order) == "matters"
    if matters and not isinstance(delay, Skipped) and delay.reach.low > 2 * horizon.within_1.high:
        return "Pool the states of all steps: the state keeps more than its last value tells."
    if horizon.within_1.high <= horizon.longest / 2:
        last = number(horizon.within_1.high, 0)
        return f"Give it the last {last} steps alone: as good here, and cheaper."
    return ""


def _of_few_rows(card: Measured) -> str:
    if isinstance(card.order, Skipped) or order_says(card.order) != "undecided":
        return ""
    simpler = "a linear model on counts of the steps, which reads no order, is the one to beat"
    if (rows := enough(card.order)) is None:
        return f"What order is worth is too little for this test to show; so {simpler}."
    return (
        f"Measure it on more rows: about {rows:,} would tell what order is worth. Until then "
        f"{simpler}."
    )
