"""Whether the recurrence is worth it, in one sentence, and how sure that is.

The interval in the sentence has the sense of the sentence: "3.0 points below" is followed by how
far below it may be, "1.0 to 5.0"; a number under zero then means the other way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from elman.judging.yardstick import Yardstick

__all__ = ["Rival", "verdict"]

SURE = 0.05
"""p below which a difference is more than chance explains."""


@dataclass(frozen=True)
class Rival:
    """An opponent that was judged: figures, and `paired`, what the recurrent model has over it."""

    called: str
    """By its name in a sentence."""
    figures: dict[str, Any]
    floor: bool = False
    """Nobody's choice, and no opponent where there is another: always the most frequent class."""


def verdict(yardstick: Yardstick, rivals: list[Rival]) -> str:
    """Say who won: the recurrent model, or the best of the others."""
    if not rivals:
        return "Not set beside any opponent."
    sign = 1 if yardstick.higher_is_better else -1
    serious = [rival for rival in rivals if not rival.floor] or rivals
    best = max(serious, key=lambda rival: sign * float(rival.figures[yardstick.headline]))
    paired, words = best.figures["paired"], yardstick.wording
    if paired["difference"] is None:
        return f"Use {best.called}: it makes no error at all here."
    gain, interval, p = 100 * paired["difference"], paired["ci95"], paired["p"]
    side = 1 if gain >= 0 else -1
    said = f"{words.subject} is {abs(gain):.1f} {words.better if side > 0 else words.worse}"
    said += f" {best.called}"
    if interval is None:
        n = len(yardstick)
        few = f"one {words.row} is" if n == 1 else f"{n} {words.row}s are"
        use = "" if gain > 0 else f"; use {best.called}"
        return _capital(f"{said}{use}; {few} too few to say how sure that is.")
    low, high = sorted(100 * side * end for end in interval)
    spread = f"95 % interval {low:.1f} to {high:.1f}" + ("" if p is None else f", p = {p:.2g}")
    if not (p < SURE if p is not None else low > 0):
        return (
            f"No difference that chance does not explain: {said} ({spread}); "
            "the simpler model will do."
        )
    said = f"{said}, more than chance explains ({spread})."
    return _capital(said) if side > 0 else f"Use the simpler model: {said}"


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
