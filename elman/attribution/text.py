"""An explanation as lines for a terminal: one page, as wide as the screen, at most 100 columns.

On a narrow screen bars are shorter, and the last methods are left out of the table.

A text of many words shows those with the largest shares, and the trajectory in one line.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from elman.attribution.agreement import top
from elman.attribution.explained import WORDING, Explained
from elman.draw.bars import row, sided
from elman.figures import percent
from elman.width import columns, cut, folded, left, right, wide

__all__ = ["lines", "moving_units"]

_MOST_WORDS = 24
"""Texts of up to so many words are shown whole."""

_HALF = 0.5
"""Probability below which a class may be the first of several, but no mind is made up."""

_SHOWN_WORDS = 16
_SHOWN_UNITS = 12
_MOST = 100
_FULL, _SHORT = 9, 6
"""Half a bar on a screen that is wide enough, and on others."""

_WORD, _CELL, _AFTER = 13, 8, 13
"""Columns of a word, of a figure, and of what is said after a word."""

_NAMES = {
    "shapley": "share",
    "gradients": "gradients",
    "removed": "removed",
    "unknown": "unknown",
}
_HEADS = _NAMES | {"gradients": "gradient"}


def lines(explained: Explained) -> list[str]:
    """Return the screen of an explanation."""
    shown = [*_head(explained), "", *_table(explained), "", *_sums(explained)]
    shown += ["", *_mind(explained)]
    if explained.states.size:  # a linear model has none
        shown += ["", *_states(explained)]
    shown += ["", *_agreement(explained)]
    return [part for line in [*shown, *explained.notes] for part in folded(line, _room())]


def _room() -> int:
    return min(columns(), _MOST)


def moving_units(states: NDArray[np.float32], most: int) -> list[int]:
    """Return the units of `(T, units)` states whose steps are longest in all, in their order."""
    length = np.abs(np.diff(states, axis=0, prepend=0)).sum(0)
    return sorted(int(n) for n in np.argsort(-length, kind="stable")[:most])


def _head(e: Explained) -> list[str]:
    return [f"{e.answer}{e.sure}", f"score {e.score:+.3f}: {e.score_name}"]


def _table(e: Explained) -> list[str]:
    """One line a word: bar, shares by every method, the answer after it."""
    drawn, wording, T = e.drawn, e.wording, len(e.words)
    places = list(range(T))
    if T > _MOST_WORDS:
        places = sorted(np.argsort(-np.abs(drawn), kind="stable")[:_SHOWN_WORDS].tolist())
    full = float(np.abs(drawn).max()) or 1.0
    digits = 2 if full >= 0.1 else 4
    named, half = list(e.shares), _FULL
    cells = {name: max(_CELL, len(_HEADS[name]) + 1) for name in named}
    taken = 5 + _WORD + 1 + 2 + _AFTER
    if taken + 2 * half + 1 + sum(cells.values()) > _room():
        half = _SHORT
    while taken + 2 * half + 1 + sum(cells[name] for name in named) > _room():
        named.pop()
    titles = "".join(right(_HEADS[name], cells[name]) for name in named)
    sides = (
        wording.sides if wide(wording.sides) <= 2 * half + 1 else " ".join(wording.sides.split())
    )
    head = f"{'':>4} {left(wording.step, _WORD)} {sides:^{2 * half + 1}}{titles}  "
    shown = [head + cut(wording.after, _AFTER)]
    for n in places:
        word = e.words[n] + ("" if e.known[n] else "*")
        numbers = "".join(f"{e.shares[name].values[n]:>+{cells[name]}.{digits}f}" for name in named)
        bar = sided(drawn[n] / full, half)
        line = f"{n + 1:>4} {left(word, _WORD)} {bar}{numbers}  "
        shown.append(line + cut(_after(e, n), _room() - wide(line)))
    if len(places) < T:
        rest = np.setdiff1d(np.arange(T), places)
        numbers = "".join(
            f"{e.shares[name].values[rest].sum():>+{cells[name]}.{digits}f}" for name in named
        )
        name = f"… {len(rest):,} others"
        shown.append(f"{'':>4} {left(name, _WORD)} {sided(0.0, half)}{numbers}")
    if not all(e.known[n] for n in places):
        shown.append("     * not in the vocabulary")
    return shown


def _after(e: Explained, n: int) -> str:
    """The probability of the answer after word n, and what was said there if it was another."""
    path, said = e.trajectory, e.trajectory.answers[n]
    if e.kind == "value":
        return said
    if said != e.answer:
        return f"{percent(path.course[n])} {said}"
    return f"{percent(path.course[n])}{' ◄' if n == path.made_up else ''}"


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
        there, end = path.course[path.made_up], path.course[-1]
        at = f'at "{e.words[path.made_up]}" ({place})'
        sure = f"{percent(there)} there, {percent(end)} at the end"
        # of several classes the first may have less than half
        told = "mind made up" if there >= _HALF else "ahead, but without a half,"
        shown.append(f"{told} {at}: from there {e.answer}, {sure}")
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
    each = min(3, max(1, (_room() - 6) // len(e.words)))
    shown = [
        f"hidden state, the {len(units)} of {e.states.shape[1]} units that move most, each from "
        "its lowest to its highest"
    ]
    if each == 3:
        words = e.wording.step == WORDING["class"].step
        heads = e.words if words else [str(n) for n in range(1, len(e.words) + 1)]
        shown.append(" " * 6 + "".join(left(_two(head), 3) for head in heads).rstrip())
    for unit in units:
        values = e.states[:, unit].astype(np.float64)
        blocks = _row(values, float(values.min()), float(values.max()))
        shown.append(f"{unit:>4}  " + "".join(block * each for block in blocks))
    return shown


def _two(word: str) -> str:
    """As much of the beginning of a word as fits into two columns."""
    return word[:1] if wide(word[:2]) > 2 else word[:2]


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
        shown.append("  " + " ".join(looks))
    return shown


def _several(step: str) -> str:
    return f"{step}es" if step.endswith("ch") else f"{step}s"


def _row(values: NDArray[np.float64], low: float, high: float) -> str:
    """One block a value, from low to high; of more than the width, means of equal stretches."""
    if len(values) > _room() - 6:
        values = np.array([part.mean() for part in np.array_split(values, _room() - 6)])
    return row(values, low, high)
