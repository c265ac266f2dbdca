"""The memory card: how far back a recurrent network remembers, and whether order matters.

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from elman.judging.estimate import Curve, Estimate, Skipped
    from elman.memory.card import MemoryCard
    from elman.memory.measure import memory_card

__all__ = ["Curve", "Estimate", "MemoryCard", "Skipped", "memory_card"]

_HOMES = {
    "Curve": "elman.judging.estimate",
    "Estimate": "elman.judging.estimate",
    "MemoryCard": "elman.memory.card",
    "Skipped": "elman.judging.estimate",
    "memory_card": "elman.memory.measure",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'elman.memory' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
