"""An explanation as lines for a terminal: one page, at most 100 columns.

A text of many words shows those with the largest shares, and the trajectory in one line.
"""

from __future__ import annotations

import textwrap

import numpy as np
from numpy.typing import NDArray

from elman.attribution.agreement import top
from elman.attribution.explained import WORDING, Explained
from elman.draw.bars import row, sided

__all__ = ["lines", "moving_units"]

_MOST_WORDS = 24
"""Texts of up to so many words are shown whole."""

_SHOWN_WORDS = 16
_SHOWN_UNITS = 12
_HALF_BAR = 9
_WIDTH = 80
_NAMES = {
    "shapley": "share",
    "gradients": "gradients",
    "removed": "removed",
    "unknown": "unknown",
}


def lines(explained: Explained) -> list[str]:
    """Return the screen of an explanation."""
    shown = [*_head(explained), "", *_table(explained), "", *_sums(explained)]
    shown += ["", *_mind(explained)]
    if explained.states.size:  # a linear model has none
        shown += ["", *_states(explained)]
    shown += ["", *_agreement(explained)]
    return [*shown, *explained.notes]


def moving_units(states: NDArray[np.float32], most: int) -> list[int]:
    """Return the units of `(T, units)` states whose steps are longest in all, in their order."""
    length = np.abs(np.diff(states, axis=0, prepend=0)).sum(0)
    return sorted(int(n) for n in np.argsort(-length, kind="stable")[:most])


def _head(e: Explained) -> list[str]:
    return [f"{e.answer}{e.sure}", f"score {e.score:+.3f}: {e.score_name}"[:100]]


def _table(e: Explained) -> list[str]:
    """One line a word: bar, shares by every method, the answer after it."""
    drawn, wording, T = e.drawn, e.wording, len(e.words)
    places = list(range(T))
    if T > _MOST_WORDS:
        places = sorted(np.argsort(-np.abs(drawn), kind="stable")[:_SHOWN_WORDS].tolist())
    full = float(np.abs(drawn).max()) or 1.0
    digits = 2 if full >= 0.1 else 4
    titles = "".join(f"{_NAMES[name]:>10}" for name in e.shares)
    sides = f"{wording.sides:^{2 * _HALF_BAR + 1}}"
    shown = [f"{'':>4} {wording.step:<14.14} {sides}{titles}  {wording.after}"]
    for n in places:
        word = e.words[n] + ("" if e.known[n] else "*")
        numbers = "".join(f"{part.values[n]:>+10.{digits}f}" for part in e.shares.values())
        bar = sided(drawn[n] / full, _HALF_BAR)
        shown.append(f"{n + 1:>4} {word:<14.14} {bar}{numbers}  {_after(e, n)}"[:100])
    if len(places) < T:
        rest = np.setdiff1d(np.arange(T), places)
        numbers = "".join(f"{part.values[rest].sum():>+10.{digits}f}" for part in e.shares.values())
        name = f"… {len(rest):,} others"
        shown.append(f"{'':>4} {name:<14.14} {sided(0.0, _HALF_BAR)}{numbers}")
    if not all(e.known[n] for n in places):
        shown.append("     * not in the vocabulary")
    return shown


def _after(e: Explained, n: int) -> str:
    """The probability of the answer after word n, and what was said there if it was another."""
    path, said = e.trajectory, e.trajectory.answers[n]
    if e.kind == "value":
        return said
    if said != e.answer:
        return f"{path.course[n]:>4.0%} {said:.9}"
    return f"{path.course[n]:>4.0%}{' ◄' if n == path.made_up else ''}"


def _sums(e: Explained) -> list[str]:
    shown = []
    for name, part in e.shares.items():
        error = part.completeness_error
        if part.start is None or part.end is None or error is None:
            continue
        shown.append(
            f"{_NAMES[name]}: sum {part.values.sum():+.3f}, the score goes from {part.start:+.3f} "
            f"({part.baseline}) to {part.end:+.3f};"
        )
        shown.append(
            f"  off by {error:.2%}, {part.error_kind} {part.error:.2g}, {part.evaluations:,} "
            f"{'gradients' if name == 'gradients' else 'parts scored'}"
        )
    return shown


def _mind(e: Explained) -> list[str]:
    path, step, T = e.trajectory, e.wording.step, len(e.words)
    word, jump = path.largest_jump
    shown = []
    if path.made_up is not None:
        place = f"{step} {path.made_up + 1} of {T}"
        shown.append(f'mind made up at "{e.words[path.made_up]}" ({place}): from there {e.answer}')
    shown.append(f'largest jump at "{e.words[word]}" ({step} {word + 1}): {jump:+.2f}')
    if T > _MOST_WORDS:
        low, high = 0.0, 1.0
        if e.kind == "value":
            low, high = float(path.course.min()), float(path.course.max())
        shown.append(f"{e.wording.course} from {step} 1 to {T:,}:")
        shown.append(_row(path.course, low, high))
    if path.source == "prefixes":
        shown.append(
            "The model reads both ways and cannot stream: each answer is of a text that ends there."
        )
    return shown


def _states(e: Explained) -> list[str]:
    """A picture of the units that move most, a column a word; of a long text, of several words."""
    units = moving_units(e.states, _SHOWN_UNITS)
    each = min(3, max(1, _WIDTH // len(e.words)))
    shown = [
        f"hidden state, the {len(units)} of {e.states.shape[1]} units that move most, each from "
        "its lowest to its highest"
    ]
    if each == 3:
        words = e.wording.step == WORDING["class"].step
        heads = e.words if words else map(str, range(1, len(e.words) + 1))
        shown.append(" " * 6 + "".join(f"{head[:2]:<3}" for head in heads))
    for unit in units:
        values = e.states[:, unit].astype(np.float64)
        blocks = _row(values, float(values.min()), float(values.max()))
        shown.append(f"{unit:>4}  " + "".join(block * each for block in blocks))
    return shown


def _agreement(e: Explained) -> list[str]:
    shown = ["agreement of the methods: rank correlation, and how many of the top two are shared"]
    pairs = [
        f"{_NAMES[a.one]} and {_NAMES[a.other]} "
        + ("-" if a.rank_correlation is None else f"{a.rank_correlation:+.2f}")
        + f", {a.shared_top} of 2"
        for a in e.agreement
    ]
    shown += [f"  {'; '.join(pairs[n : n + 2])}" for n in range(0, len(pairs), 2)]
    if len({tuple(top(part.values)) for part in e.shares.values()}) > 1:
        step = e.wording.step
        looks = [
            f"Where they differ, {_several(step)} act together:",
            *(["a gradient sees the whole as it fades in,"] if "gradients" in e.shares else []),
            f"removal at this whole alone, a share at the {step} in every part of the whole.",
        ]
        shown += textwrap.wrap(" ".join(looks), 88, initial_indent="  ", subsequent_indent="  ")
    return shown


def _several(step: str) -> str:
    return f"{step}es" if step.endswith("ch") else f"{step}s"


def _row(values: NDArray[np.float64], low: float, high: float) -> str:
    """One block a value, from low to high; of more than the width, means of equal stretches."""
    if len(values) > _WIDTH:
        values = np.array([part.mean() for part in np.array_split(values, _WIDTH)])
    return row(values, low, high)
