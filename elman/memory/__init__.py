"""The memory card: how far back a recurrent network remembers, and whether order matters."""

from elman.judging.estimate import Curve, Estimate, Skipped
from elman.memory.card import MemoryCard, memory_card

__all__ = ["Curve", "Estimate", "MemoryCard", "Skipped", "memory_card"]
