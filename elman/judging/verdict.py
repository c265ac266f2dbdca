"""Whether the recurrence is worth it, in a sentence or two, and how sure that is.

The interval in the sentence has the sense of the sentence: "3.0 points below" is followed by how
far below it may be, "1.0 to 5.0"; a number under zero then means the other way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from elman.judging.yardstick import Yardstick

__all__ = ["Rival", "Role", "verdict"]

SURE = 0.05
"""p below which a difference is more than chance explains."""


Role = Literal["rival", "floor", "inside", "beyond", "again"]
"""Whom a model is set beside: another way to do the work; what anybody beats, as the most frequent
class; the simple model that stands inside it; of a simple model that was kept, what it would be
with a recurrence beside it; or itself, trained anew on the way."""


@dataclass(frozen=True)
class Rival:
    """An opponent that was judged: figures, and `paired`, what the recurrent model has over it."""

    called: str
    """By its name in a sentence."""
    figures: dict[str, Any]
    role: Role = "rival"


def verdict(yardstick: Yardstick, rivals: list[Rival], called: str = "") -> str:
    """Say what the recurrence adds, and who won: the model, or the best of the others.

    Args:
        yardstick: how they were judged.
        rivals: beside whom.
        called: the model in a sentence, where it is not the recurrent one.
    """
    if not rivals:
        return "Not set beside any opponent."
    parted = [_added(yardstick, rival) for rival in rivals if rival.role in ("inside", "beyond")]
    others = [rival for rival in rivals if rival.role in ("rival", "floor")]
    return " ".join([*parted, *([_won(yardstick, others, called)] if others else [])])


def _added(yardstick: Yardstick, rival: Rival) -> str:
    """Say what the recurrence adds to the simple model beside it."""
    paired, beyond, words = rival.figures["paired"], rival.role == "beyond", yardstick.wording
    gain, interval, p = paired["difference"], paired["ci95"], paired["p"]
    if gain is None:
        there = "there is" if beyond else "makes"
        return f"{_capital(rival.called)} {there} no error at all here."
    gain = 0.0 + 100 * gain * (-1 if beyond else 1)
    form = (words.shown if beyond else words.adds)[gain < 0]
    # a form without a sign names a loss, and the interval then says how large that may be
    sense = 1 if "+" in form or gain >= 0 else -1
    said = form.format(sense * gain)
    spread, apart = f"{words.row}s too few to say how sure", False
    if interval is not None:
        side = sense * (-1 if beyond else 1)
        low, high = sorted(0.0 + 100 * side * end for end in interval)
        spread = f"95 % interval {low:.1f} to {high:.1f}" + _chance(p)
        apart = low > 0 or high < 0
    if beyond:
        return (
            f"The recurrence adds nothing that held-out {words.row}s show ({said} here; {spread}), "
            "so the linear model is saved alone; --keep recurrent insists on it."
        )
    sure = "" if (p < SURE if p is not None else apart) else ", no more than chance explains"
    return f"The recurrence {said} {rival.called}{sure} ({spread})."


def _chance(p: float | None) -> str:
    """Say how often chance alone does as much, of less than 1 in 10,000 no more than that."""
    if p is None:
        return ""
    return f", p = {p:.2g}" if p >= 1e-4 else ", p < 0.0001"


def _won(yardstick: Yardstick, rivals: list[Rival], called: str) -> str:
    sign = 1 if yardstick.higher_is_better else -1
    serious = [rival for rival in rivals if rival.role != "floor"] or rivals
    best = max(serious, key=lambda rival: sign * float(rival.figures[yardstick.headline]))
    paired, words = best.figures["paired"], yardstick.wording
    if paired["difference"] is None:
        return f"Use {best.called}: it makes no error at all here."
    gain, interval, p = 100 * paired["difference"], paired["ci95"], paired["p"]
    side = 1 if gain >= 0 else -1
    subject, better = called or words.subject, words.better if side > 0 else words.worse
    said = f"{subject} is {abs(gain):.1f} {better} {best.called}"
    if interval is None:
        n = len(yardstick)
        few = f"one {words.row} is" if n == 1 else f"{n} {words.row}s are"
        use = "" if gain > 0 else f"; use {best.called}"
        return _capital(f"{said}{use}; {few} too few to say how sure that is.")
    low, high = sorted(100 * side * end for end in interval)
    spread = f"95 % interval {low:.1f} to {high:.1f}" + _chance(p)
    if not (p < SURE if p is not None else low > 0):
        if f"{abs(gain):.1f}" == "0.0":
            of = " that of" if better.endswith("that of") else ""
            said = f"{subject} is level with{of} {best.called}"
        # of two simple models neither is the simpler one
        use = "." if called else "; the simpler model will do."
        return f"No difference that chance does not explain: {said} ({spread}){use}"
    said = f"{said}, more than chance explains ({spread})."
    return (
        _capital(said)
        if side > 0
        else f"Use {best.called if called else 'the simpler model'}: {said}"
    )


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
