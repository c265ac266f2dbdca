"""The memory card: how far back a recurrent network remembers, and whether order matters."""

from elman.memory.card import MemoryCard, memory_card
from elman.memory.estimate import Curve, Estimate, Skipped

__all__ = ["Curve", "Estimate", "MemoryCard", "Skipped", "memory_card"]
