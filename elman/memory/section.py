"""The card as a section of a page: its sentences, then its curves."""

from __future__ import annotations

from collections.abc import Iterator

from elman.judging.estimate import Curve, Estimate, Skipped
from elman.memory.measured import Measured
from elman.memory.text import text
from elman.memory.title import TITLE
from elman.web import blocks
from elman.web.blocks import Block, Code, Facts, Line, Said, Section

__all__ = ["section"]

_COLUMNS = 80


def section(card: Measured) -> Section:
    """Return what a page shows of a card."""
    found: list[Block] = [Said(sentence, "verdict") for sentence in card.verdict]
    if card.suggestion:
        found.append(Said(f"→ {card.suggestion}"))
    found += [Said(note, "quiet") for note in card.subject.notes]
    if facts := list(_facts(card)):
        found.append(Facts(facts))
    return Section(TITLE, [*found, *_curves(card), Code(text(card, _COLUMNS))])


def _facts(card: Measured) -> Iterator[tuple[str, str]]:
    subject = card.subject
    yield (
        "measured on",
        f"{subject.rows:,} {'' if subject.labelled else 'unlabelled '}rows of "
        f"{subject.shortest:,} to {subject.longest:,} steps",
    )
    if not isinstance(card.lyapunov, Skipped) and card.lyapunov.exponents:
        yield "largest Lyapunov exponent, a step", _said(card.lyapunov.exponents[0])
    if not isinstance(card.delay, Skipped):
        yield "a linear reader finds what came before, steps", _said(card.delay.reach)
    if not isinstance(card.order, Skipped):
        yield "order is worth, points", _said(card.order.whole)


def _curves(card: Measured) -> Iterator[blocks.Curve]:
    if not isinstance(card.horizon, Skipped):
        yield blocks.Curve(
            "last steps given",
            card.horizon.figure,
            [_line(card.horizon.figure, card.horizon.curve)],
            logarithmic_x=True,
            caption="Truncation horizon: how good it is if it sees the last steps alone.",
        )
    if not isinstance(card.gradient, Skipped):
        flows = [_line("through the recurrence", card.gradient.alone.curve)]
        if card.gradient.all is not card.gradient.alone:
            flows.append(_line("by every way", card.gradient.all.curve))
        yield blocks.Curve(
            "steps before the last",
            "gradient, as a share of the last step's",
            flows,
            logarithmic=True,
            caption="Gradient flow: how much of the gradient is left so many steps back.",
        )
    if not isinstance(card.influence, Skipped):
        yield blocks.Curve(
            "steps before the last",
            f"change of the answer, {card.influence.unit}",
            [_line("step replaced", card.influence.curve)],
            caption="Influence by lag: how much the answer changes if that step is another.",
        )
    if not isinstance(card.delay, Skipped):
        yield blocks.Curve(
            "steps before the state",
            card.delay.figure,
            [_line("read back", card.delay.curve), _line("floor", card.delay.floor)],
            caption="Delay probe: what a linear reader finds in the state of what came before.",
        )
    windows = []
    if not isinstance(card.order, Skipped) and card.order.windows is not None:
        windows.append(_line("this data", card.order.windows))
    if not isinstance(card.shuffled, Skipped) and card.shuffled.windows.at:
        windows.append(_line("this model", card.shuffled.windows))
    if windows:
        yield blocks.Curve(
            "steps in a shuffled window",
            "points lost",
            windows,
            logarithmic_x=True,
            caption="Order test: what is lost where order within such windows is.",
        )


def _line(name: str, curve: Curve) -> Line:
    return Line(name, curve.at, curve.value, curve.low, curve.high)


def _said(estimate: Estimate) -> str:
    return f"{estimate.value:.3g} [{estimate.low:.3g}, {estimate.high:.3g}]"
