"""What the state keeps, beside what is used of it, and whether it grows."""

from __future__ import annotations

from elman.figures import counted
from elman.judging.estimate import Skipped
from elman.memory.measured import Measured
from elman.memory.words.numbers import number, said

__all__ = ["chaos", "grows", "kept"]

_BOUNDED = ("rnn", "gru", "lstm")
"""Cells whose state a tanh keeps in bounds."""


def kept(card: Measured) -> str:
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
                f"the last {number(used.value, 0)} do for it."
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


def grows(card: Measured) -> bool:
    """Whether differences of the state grow along the data."""
    y = card.lyapunov
    return not isinstance(y, Skipped) and y.exponents[0].low > 1e-4


def chaos(card: Measured) -> str:
    """Say whether small differences of the state grow, and if that is chaos."""
    y = card.lyapunov
    if isinstance(y, Skipped) or not grows(card):
        return ""
    bounded = set(card.subject.cells) <= set(_BOUNDED)
    what = "it is chaotic on this data" if bounded else "it grows without bound"
    return f"Small differences of the state grow (λ₁ = {said(y.exponents[0], 3)} a step): {what}."
