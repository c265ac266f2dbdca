"""What of the sequence is used: the last steps that do the work, and where influence lies."""

from __future__ import annotations

from elman.figures import counted
from elman.judging.estimate import Estimate, Skipped
from elman.memory.measured import Measured
from elman.memory.words.numbers import number, said, steps

__all__ = ["horizon", "influence"]


def horizon(card: Measured) -> str:
    """Say how many last steps do the work."""
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
        f"{number(h.within_5.value, 0)} within 5 %."
    )


def influence(card: Measured) -> str:
    """Say from how many last steps nine tenths of all influence come."""
    i = card.influence
    if isinstance(i, Skipped) or i.mass_90 is None:
        return ""
    last = Estimate(*(lag + 1 for lag in i.mass_90))
    if last.value == 1:
        return f"Nine tenths of all influence on the answer come from the last {steps(last)[2:]}."
    return f"Nine tenths of all influence on the answer come from the last {steps(last)}."
