"""What was measured: every measure of one module on one set of sequences, and what they come to.

A measure that does not apply, or that time did not allow, is `Skipped` with the reason.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from elman.judging.estimate import Curve, Estimate, Skipped
from elman.memory.measures.delay import DelayProbe
from elman.memory.measures.gradient import GradientFlow
from elman.memory.measures.horizon import Horizon
from elman.memory.measures.influence import Influence
from elman.memory.measures.lyapunov import Lyapunov
from elman.memory.measures.timescales import GateTimes
from elman.memory.order.shuffled_model import ShuffledModel
from elman.memory.order.test import OrderTest

__all__ = ["Measured", "Subject"]


@dataclass(frozen=True)
class Subject:
    """What the card is about."""

    module: str
    layers: tuple[str, ...]
    """As `rnn: LSTM(32, 64)`."""
    cells: tuple[str, ...]
    parameters: int
    rows: int
    shortest: int
    median: int
    longest: int
    labelled: bool
    seed: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """The figures of a card, and the words that follow from them."""

    subject: Subject
    horizon: Horizon | Skipped
    gradient: GradientFlow | Skipped
    influence: Influence | Skipped
    gates: tuple[GateTimes, ...] | Skipped
    lyapunov: Lyapunov | Skipped
    delay: DelayProbe | Skipped
    shuffled: ShuffledModel | Skipped
    order: OrderTest | Skipped
    verdict: tuple[str, ...] = ()
    suggestion: str = ""
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the card as JSON values; what is infinite or has no value becomes None."""
        result: dict[str, Any] = _plain(self)
        return result


def _plain(value: Any) -> Any:
    """JSON values: an estimate is {"value", "ci95"}, a skipped measure {"skipped": reason}."""
    if isinstance(value, Estimate):
        return {"value": _number(value.value), "ci95": [_number(value.low), _number(value.high)]}
    if isinstance(value, Curve):
        return {
            "at": list(value.at),
            "value": [_number(v) for v in value.value],
            "ci95": [[_number(a), _number(b)] for a, b in zip(value.low, value.high, strict=True)],
        }
    if isinstance(value, Skipped):
        return {"skipped": value.reason}
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return _number(value) if isinstance(value, float) else value


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
