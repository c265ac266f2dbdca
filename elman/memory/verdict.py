"""The figures of a card in plain words: each sentence says what it is derived from.

One suggestion follows, for the first of these that holds: the data is no sequence, order is worth
little, the rows cannot show what is read, the model reads nothing, gradients explode or the state
grows, gradients vanish, early steps go unread though
order matters, the state keeps what the answer does not use, early steps can be left out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from elman.judging.estimate import Estimate, Skipped
from elman.memory.gradient import GradientFlow
from elman.memory.order import OrderTest

if TYPE_CHECKING:
    from elman.memory.card import MemoryCard

__all__ = ["counted", "order_says", "said", "steps", "suggestion", "verdict"]

_GROWN = 1.5
"""Times the last step's gradient that are no longer called all of it."""

TRIFLE = 2.0
"""Points that are not worth a sequence model."""

_PLAIN = ("rnn", "rnn_relu")
_BOUNDED = ("rnn", "gru", "lstm")
"""Cells whose state a tanh keeps in bounds."""


def said(estimate: Estimate, digits: int = 1) -> str:
    """Return `12.3 [10.1, 15.0]`; ∞ where there is no end."""
    return (
        f"{_number(estimate.value, digits)} "
        f"[{_number(estimate.low, digits)}, {_number(estimate.high, digits)}]"
    )


def steps(estimate: Estimate) -> str:
    """Return `12 steps [8, 16]`."""
    one = "step" if estimate.value == 1 else "steps"
    return (
        f"{_number(estimate.value, 0)} {one} "
        f"[{_number(estimate.low, 0)}, {_number(estimate.high, 0)}]"
    )


def counted(n: int, noun: str) -> str:
    """Return `1 step`, `2 steps`."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def verdict(card: MemoryCard) -> list[str]:
    """Return the sentences that the figures of a card allow."""
    parts = [_horizon, _gradient, _influence, _kept, _chaos, _order, _model_order]
    return [sentence for part in parts if (sentence := part(card))]


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


def suggestion(card: MemoryCard) -> str:
    """Return the one thing to try first."""
    order, gradient, horizon = card.order, card.gradient, card.horizon
    says = None if isinstance(order, Skipped) else order_says(order)
    length = card.subject.median
    if says == "no sequence":
        return "Use a model for tables (logistic regression, boosted trees) on these columns."
    if says == "places":
        return "Compare with a linear model on the steps as columns (lags): it is cheaper."
    if says == "little" and not isinstance(order, Skipped):
        if _linear(order):
            return (
                "Compare with a linear model on counts of the steps: it reads no order, and is "
                "cheaper."
            )
        return (
            "Compare with a model that sees which steps come together (boosted trees or a small "
            "network on their counts): it reads no order, and is cheaper."
        )
    if not isinstance(horizon, Skipped) and horizon.nothing:
        return f"Measure it on other rows: {horizon.nothing}."
    if not isinstance(horizon, Skipped) and horizon.within_1 is None:
        return (
            "Train longer or on more rows before looking at its memory: it has learned nothing yet."
        )
    if not isinstance(gradient, Skipped):
        if gradient.fate == "explodes" or _grows(card):
            return "Clip the gradient's norm (at 1, say), or start from smaller recurrent weights."
        if gradient.fate == "vanishes" and not _helped(gradient):
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
    if not isinstance(horizon, Skipped) and horizon.within_1 is not None:
        if not isinstance(card.delay, Skipped) and (
            card.delay.reach.low > 2 * horizon.within_1.high and says == "matters"
        ):
            return "Pool the states of all steps: the state keeps more than its last value tells."
        if horizon.within_1.high <= horizon.longest / 2:
            n = _number(horizon.within_1.high, 0)
            return f"Give it the last {n} steps alone: as good here, and cheaper."
    return "Nothing in these figures asks for a change."


def _horizon(card: MemoryCard) -> str:
    h = card.horizon
    if isinstance(h, Skipped):
        return ""
    if h.nothing:
        return f"Whether it reads the sequence is open: {h.nothing}."
    if h.within_1 is None or h.within_5 is None:
        return (
            f"The model is no better than an answer that does not read ({h.figure} "
            f"{said(h.full, 3)}): it uses nothing of the sequence."
        )
    all_of_it = h.within_1.value >= h.longest
    if all_of_it and h.within_5.value >= h.longest:
        all_steps = counted(h.longest, "step")
        return f"It uses the whole sequence: with fewer than all {all_steps} it is worse."
    return (
        f"Its last {steps(h.within_1)} of at most {h.longest} do the work: with them alone it "
        f"comes within 1 % of its full {'accuracy' if h.figure == 'accuracy' else 'result'}, with "
        f"{_number(h.within_5.value, 0)} within 5 %."
    )


def _gradient(card: MemoryCard) -> str:
    g = card.gradient
    if isinstance(g, Skipped):
        return ""
    K, flow = counted(g.length, "step"), g.alone
    left = flow.at_length.value
    if g.fate == "explodes":
        return (
            f"The gradient explodes: through the recurrence it grows by {said(flow.rate, 3)} a "
            f"step, {_share(left)} after the data's {K}."
        )
    if g.fate == "vanishes":
        sentence = f"after the data's {K} {_share(left)} is left: it vanishes"
        if flow.half_life.value > g.length:
            sentence = f"{sentence}, not by decay but on the way from the state to the answer"
        if _helped(g):
            sentence += ", but pooling over the steps carries it to the first ones"
    elif flow.half_life.value < math.inf:
        sentence = f"after the data's {K} {_share(left)} is left: it arrives"
    elif flow.rate.low > 1 and left > _GROWN:
        return (
            f"Through the recurrence the gradient grows by {said(flow.rate, 3)} a step, "
            f"×{left:.3g} over the data's {K}."
        )
    else:
        return (
            f"The gradient does not decay: after the data's {K} through the recurrence "
            f"{_share(left)} is there."
        )
    if flow.half_life.value > g.length:
        return f"Through the recurrence the gradient is cut; {sentence}."
    halves = f"halves every {said(flow.half_life)} steps"
    return f"Through the recurrence the gradient {halves}; {sentence}."


def _influence(card: MemoryCard) -> str:
    i = card.influence
    if isinstance(i, Skipped) or i.mass_90 is None:
        return ""
    last = Estimate(*(lag + 1 for lag in i.mass_90))
    if last.value == 1:
        return f"Nine tenths of all influence on the answer come from the last {steps(last)[2:]}."
    return f"Nine tenths of all influence on the answer come from the last {steps(last)}."


def _kept(card: MemoryCard) -> str:
    """Gates and probe beside the horizon: what could be kept, is kept, is used."""
    h, d = card.horizon, card.delay
    used = None if isinstance(h, Skipped) or h.within_1 is None else h.within_1
    if not isinstance(d, Skipped):
        far = counted(round(d.reach.value), "step")
        if d.reach.value < 0:
            return "A linear reader finds nothing of the inputs in the state."
        if used is not None and d.reach.low > 2 * used.high:
            return (
                f"The state holds what came {far} before, and the answer does not use it: "
                f"the last {_number(used.value, 0)} do for it."
            )
        return f"A linear reader finds in the state what came up to {far} before."
    if not isinstance(card.gates, Skipped) and used is not None:
        longest = max(card.gates, key=lambda g: g.longest.value).longest
        if longest.low > 2 * used.high:
            return (
                f"The slowest gates could keep {said(longest, 0)} steps: there is memory that is "
                "not used."
            )
    return ""


def _chaos(card: MemoryCard) -> str:
    y = card.lyapunov
    if isinstance(y, Skipped) or not _grows(card):
        return ""
    bounded = set(card.subject.cells) <= set(_BOUNDED)
    what = "it is chaotic on this data" if bounded else "it grows without bound"
    return f"Small differences of the state grow (λ₁ = {said(y.exponents[0], 3)} a step): {what}."


def _grows(card: MemoryCard) -> bool:
    """Whether differences of the state grow along the data."""
    y = card.lyapunov
    return not isinstance(y, Skipped) and y.exponents[0].low > 1e-4


def _order(card: MemoryCard) -> str:
    o = card.order
    if isinstance(o, Skipped):
        return ""
    says, worth = (
        order_says(o),
        f"{o.whole.value:.1f} points [{o.whole.low:.1f}, {o.whole.high:.1f}]",
    )
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
        if _linear(o):
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
    return f"Order is worth {worth} in this data: too few rows to say whether it matters."


def _model_order(card: MemoryCard) -> str:
    s, o = card.shuffled, card.order
    if isinstance(s, Skipped) or isinstance(o, Skipped) or order_says(o) != "matters":
        return ""
    if s.whole.high < o.whole.low / 2:
        return (
            f"This model loses only {said(s.whole)} points on shuffled rows: it uses little of "
            "the order that there is."
        )
    return ""


def _linear(o: OrderTest) -> bool:
    """Whether a linear model is as good as the test's network."""
    return o.linear.value < TRIFLE


def _helped(g: GradientFlow) -> bool:
    """Whether another way than the recurrence brings the gradient to the first steps."""
    return g.all.at_length.value > 1e-3 >= g.alone.at_length.value


def _share(value: float) -> str:
    """A share of the last step's gradient."""
    if value == 0:
        return "nothing"
    if value > 10:
        return f"{value:.3g} times the last step's"
    return f"{value:.1%}" if value >= 1e-3 else f"{value:.0e} of it"


def _number(value: float, digits: int) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if math.isnan(value):
        return "–"
    small = value != 0 and abs(value) < 0.5 * 10**-digits
    return f"{value:.{digits}g}" if small and digits else f"{value:.{digits}f}"
