"""What the figures of a card come to: a sentence for each that says something."""

from __future__ import annotations

from elman.memory.measured import Measured
from elman.memory.words.gradient import gradient
from elman.memory.words.order import model_order, order
from elman.memory.words.reading import horizon, influence
from elman.memory.words.state import chaos, kept

__all__ = ["verdict"]


def verdict(card: Measured) -> list[str]:
    """Return the sentences that the figures of a card allow."""
    parts = (horizon, gradient, influence, kept, chaos, order, model_order)
    return [sentence for part in parts if (sentence := part(card))]
