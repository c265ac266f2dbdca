"""An explanation as a section of a page: the coloured steps, the course of the answer, states."""

from __future__ import annotations

import numpy as np

from elman.attribution.explained import METHODS, Explained
from elman.attribution.text import lines
from elman.web.blocks import Block, Code, Curve, Line, Said, Section, States, Table, Words

__all__ = ["section"]


def section(explained: Explained) -> Section:
    """Return what a page shows of an explanation."""
    e, step = explained, explained.wording.step
    places = list(range(1, len(e.words) + 1))
    blocks: list[Block] = [
        Said(f"{e.answer}{e.sure}", "verdict"),
        Said(f"What each {step} adds to {e.score:+.3f}, the {e.score_name}.", "quiet"),
        Words(e.words, e.drawn.tolist(), e.answer),
        Curve(
            step,
            e.wording.course,
            [Line(e.wording.course, places, e.trajectory.course.tolist())],
            caption=f"What was said after each {step} ({e.trajectory.source}).",
        ),
    ]
    if e.states.size:  # a linear model has none
        largest = float(np.abs(e.states).max()) or 1.0
        blocks.append(States((e.states / largest).round(4).tolist(), e.words))
    methods = list(e.shares)
    rows: list[list[str | float | None]] = [
        [word, *(float(e.shares[name].values[n]) for name in methods)]
        for n, word in enumerate(e.words)
    ]
    told = "; ".join(f"{name}: {METHODS[name]}" for name in methods)
    blocks += [Table((step, *methods), rows, told), *(Said(note, "quiet") for note in e.notes)]
    return Section(f"Why {e.answer}?", [*blocks, Code("\n".join(lines(e)))])
