"""The card as one page of text: figures, intervals, and small bars for the curves."""

from __future__ import annotations

import math
from itertools import pairwise

from elman.draw import bars
from elman.figures import counted, percent
from elman.judging.estimate import Curve, Estimate, Skipped
from elman.memory.measured import Measured
from elman.memory.words.numbers import percents, said, steps
from elman.memory.words.order import order_says
from elman.width import folded, right

__all__ = ["text"]

_LABEL = 20
_COLUMN = 9

_Point = tuple[int, float, float, float]
"""Place, value, low, high."""


def text(card: Measured, width: int) -> str:
    """Return the card, so many columns wide at most."""
    places = (width - _LABEL) // _COLUMN
    lines = [*_head(card, width), ""]
    lines += [line for sentence in card.verdict for line in folded(sentence, width, first="• ")]
    lines += ["", *folded(card.suggestion, width, first="→ "), ""]
    for name, part in (
        ("truncation horizon", _horizon(card, places)),
        ("gradient flow", _gradient(card)),
        ("influence by lag", _influence(card, places)),
        ("gate time-scales", _gates(card)),
        ("Lyapunov exponents", _lyapunov(card)),
        ("delay probe", _delay(card, places)),
        ("order test", _order(card)),
        ("the model shuffled", _shuffled(card)),
    ):
        lines += _block(name, part, width)
    measured = f"[a, b]: 95 % interval. {card.seconds:.0f} s, seed {card.subject.seed}."
    lines += ["", *folded(measured, width)]
    return "\n".join(line.rstrip() for line in lines)


def _head(card: Measured, width: int) -> list[str]:
    s = card.subject
    span = counted(s.longest, "step")
    if s.shortest < s.longest:
        span = f"{s.shortest} to {span}, median {s.median}"
    first = (
        f"memory card  {s.module}, {s.parameters:,} parameters; {s.rows} "
        f"{'labelled' if s.labelled else 'unlabelled'} {'row' if s.rows == 1 else 'rows'} of {span}"
    )
    lines = folded(first, width)
    lines += folded("  " + "; ".join(s.layers), width)
    for note in s.notes:
        lines += folded("  " + note, width)
    return lines


def _horizon(card: Measured, places: int) -> list[str]:
    h = card.horizon
    if isinstance(h, Skipped):
        return [h.reason]
    percent = h.figure in ("accuracy", "agreement")
    picked = _thinned(h.curve, places)
    shown = [f"{100 * v:.1f}" if percent else f"{v:.3g}" for _, v, *_ in picked]
    drawn = _bars(h.curve, upward=h.figure != "loss")
    lines = [
        f"{h.figure}{', %,' if percent else ''} given the last n steps alone  {drawn}",
        *_columns([f"n={n}" for n, *_ in picked], shown, picked, 100 if percent else 1),
    ]
    full = percents(Estimate(*(100 * v for v in h.full))) if percent else said(h.full, 4)
    full = f"full {full}"
    if h.within_1 is None or h.within_5 is None:
        why = h.nothing or "no better than an answer that does not read"
        return [*lines, f"{full}; {why}"]
    return [
        *lines,
        f"{full}; within 1 % from {steps(h.within_1)}, within 5 % from {steps(h.within_5)}",
    ]


def _gradient(card: Measured) -> list[str]:
    g = card.gradient
    if isinstance(g, Skipped):
        return [g.reason]
    lines = []
    flows = [("through the recurrence", g.alone)]
    if g.all is not g.alone:
        flows.append(("by every way", g.all))
    for name, flow in flows:
        lines.append(
            f"{name:<23}{_bars(flow.curve, logarithmic=True)} k = 0 … {flow.curve.at[-1]}, "
            "logarithmic"
        )
        lines.append(
            f"  rate a step {said(flow.rate, 3)}, half-life {said(flow.half_life)} steps, "
            f"after {counted(g.length, 'step')} {_scientific(flow.at_length)}"
        )
    return lines


def _influence(card: Measured, places: int) -> list[str]:
    i = card.influence
    if isinstance(i, Skipped):
        return [i.reason]
    picked = _thinned(i.curve, places)
    lines = [
        f"change of the answer, {i.unit}  {_bars(i.curve)}",
        *_columns([f"k={k}" for k, *_ in picked], [f"{v:.2g}" for _, v, *_ in picked], picked),
    ]
    mass = (
        "no replacement changes anything"
        if i.mass_90 is None
        else (f"90 % of what lags 0 to {i.curve.at[-1]} bring lies up to lag {said(i.mass_90, 0)}")
    )
    return [*lines, mass]


def _gates(card: Measured) -> list[str]:
    if isinstance(card.gates, Skipped):
        return [card.gates.reason]
    return [
        f"{g.layer}: median {said(g.median)} steps, 5 % below {said(g.shortest)}, 5 % above "
        f"{said(g.longest)}; open {said(g.open, 2)}, shut {said(g.shut, 2)}"
        for g in card.gates
    ]


def _lyapunov(card: Measured) -> list[str]:
    y = card.lyapunov
    if isinstance(y, Skipped):
        return [y.reason]
    n = len(y.exponents)
    last = f", λ{chr(0x2080 + n)} {said(y.exponents[-1], 3)}" if n > 1 else ""
    return [
        f"λ₁ {said(y.exponents[0], 3)} a step{last}",
        f"slowest direction {said(y.slowest)} steps; {said(y.dimensions, 0)} of {y.measured} "
        f"directions last {counted(y.length, 'step')}",
    ]


def _delay(card: Measured, places: int) -> list[str]:
    d = card.delay
    if isinstance(d, Skipped):
        return [d.reason]
    # words are named by shares, numbers are told by correlations
    shares = d.figure.startswith("words")
    picked, scale = _thinned(d.curve, places), 100 if shares else 1
    shown = [f"{scale * v:.{1 if shares else 2}f}" for _, v, *_ in picked]
    floor = percent(max(d.floor.high)) if shares else f"{max(d.floor.high):.2f}"
    return [
        f"{d.figure}{', above the majority, %' if shares else ''}  {_bars(d.curve)}",
        *_columns([f"k={k}" for k, *_ in picked], shown, picked, scale),
        f"reads back to lag {said(d.reach, 0)}; floor {floor}; capacity {said(d.capacity)}",
    ]


def _order(card: Measured) -> list[str]:
    o = card.order
    if isinstance(o, Skipped):
        return [o.reason]
    lines = [
        f"a small GRU of its own on {counted(o.rows, 'row')}: {o.figure} {percents(o.intact)} "
        f"(guess {o.guess:.1f}%)",
    ]
    if order_says(o) == "nothing learned":
        return [*lines, "this small network learned nothing here, so order cannot be priced"]
    lines.append(f"points lost without order {said(o.whole)}")
    lines.append(f"points lost by a linear model on single steps {said(o.linear)}")
    if o.columns is not None:
        lines.append(f"points lost with all columns permuted alike {said(o.columns)}")
    if o.neighbours is not None:
        lines.append(f"correlation of neighbouring columns above chance {said(o.neighbours, 2)}")
    return [*lines, *_windows(o.windows)]


def _shuffled(card: Measured) -> list[str]:
    s = card.shuffled
    if isinstance(s, Skipped):
        return [s.reason]
    return [f"points of {s.figure} lost {said(s.whole)}", *_windows(s.windows)]


def _windows(curve: Curve | None) -> list[str]:
    if curve is None or not curve.at:
        return []
    parts = [
        f"{w}: {v:.1f} [{a:.1f}, {b:.1f}]"
        for w, v, a, b in zip(curve.at[:4], curve.value, curve.low, curve.high, strict=False)
    ]
    return ["in windows of " + ", ".join(parts)]


def _block(name: str, lines: list[str], width: int) -> list[str]:
    wrapped = [part for line in lines for part in folded(line, width - _LABEL)]
    return [f"{name if n == 0 else '':<{_LABEL}}{line}" for n, line in enumerate(wrapped)]


def _columns(
    heads: list[str], values: list[str], points: list[_Point], scale: float = 1
) -> list[str]:
    """Three lines: where, how much, and half of the interval."""
    halves = [f"±{scale * (high - low) / 2:.2g}" for _, _, low, high in points]
    return ["".join(right(cell, _COLUMN) for cell in row) for row in (heads, values, halves)]


def _thinned(curve: Curve, most: int) -> list[_Point]:
    """A few of the places of a curve, first and last among them."""
    points = list(zip(*curve, strict=True))
    if len(points) <= most:
        return points
    places = sorted({round(k * (len(points) - 1) / (most - 1)) for k in range(most)})
    return [points[k] for k in places]


def _bars(curve: Curve, *, logarithmic: bool = False, upward: bool = True) -> str:
    """A bar for each place (at most 32), as high as the value; a logarithm over six decades."""
    values = [v for _, v, *_ in _thinned(curve, 32)]
    if len(curve.at) > 32 and upward and not logarithmic:
        # the highest of its neighbours, so that a lone place stands out
        cuts = [round(k * len(curve.at) / 32) for k in range(33)]
        values = [max(curve.value[a:b]) for a, b in pairwise(cuts)]
    if logarithmic:
        values = [math.log10(min(max(v, 1e-6), 1e6)) + 6 if v == v else 0.0 for v in values]
        top = max(*values, 6.0)
        return "".join(bars.block(v / top) for v in values)
    finite = [v for v in values if math.isfinite(v)] or [0.0]
    low, high = (min(0.0, *finite), max(finite)) if upward else (min(finite), max(finite))
    spread = (high - low) or 1.0
    return "".join(bars.block((v - low) / spread) if math.isfinite(v) else " " for v in values)


def _scientific(estimate: tuple[float, float, float]) -> str:
    value, low, high = (f"{v:.2g}" for v in estimate)
    return f"{value} [{low}, {high}]"
