"""Where the gradient goes on its way back."""

from __future__ import annotations

import math

from elman.figures import counted
from elman.judging.estimate import Skipped
from elman.memory.measured import Measured
from elman.memory.measures.gradient import VANISHED, GradientFlow
from elman.memory.words.numbers import said

__all__ = ["gradient", "helped"]

_GROWN = 1.5
"""Times the last step's gradient that are no longer called all of it."""


def helped(g: GradientFlow) -> bool:
    """Whether another way than the recurrence brings the gradient to the first steps."""
    return g.all.at_length.value > VANISHED >= g.alone.at_length.value


def gradient(card: Measured) -> str:
    """Say whether the gradient vanishes, arrives or explodes."""
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
        if helped(g):
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


def _share(value: float) -> str:
    """A share of the last step's gradient."""
    if value == 0:
        return "nothing"
    if value > 10:
        return f"{value:.3g} times the last step's"
    return f"{value:.1%}" if value >= 1e-3 else f"{value:.0e} of it"
