"""What a translator says."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Translation"]


@dataclass(frozen=True)
class Translation:
    """A sentence in the other language."""

    text: str
    score: float
    """Its logarithmic probability, by its length as the search ranks; higher is better. It compares
    translations of one sentence, and is no measure of how right one is."""
