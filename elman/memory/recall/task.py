"""The recall task: a symbol, then noise, then name the symbol. How far back can a cell be taught?

One of 8 symbols stands at the first of T steps (or, `place="anywhere"`, at any but the last), the
others are drawn from 10 further signs; after the last step the net names the symbol. Chance is 1/8.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

__all__ = ["SYMBOLS", "Noise", "Signs", "sequences"]

SYMBOLS = 8


class Noise(Protocol):
    """What stands around the symbol: numbers from 8 on, below `signs`."""

    signs: int

    def draw(self, n: int, steps: int, generator: torch.Generator) -> Tensor:
        """Return `(n, steps)`."""


class Signs:
    """Ten signs, each step drawn by itself."""

    signs = SYMBOLS + 10

    def draw(self, n: int, steps: int, generator: torch.Generator) -> Tensor:
        return torch.randint(SYMBOLS, self.signs, (n, steps), generator=generator)


def sequences(
    n: int, steps: int, place: str, generator: torch.Generator, noise: Noise | None = None
) -> tuple[Tensor, Tensor]:
    """Draw signs `(n, steps)` and the symbol `(n,)` that stands among them."""
    ids = (noise or Signs()).draw(n, steps, generator)
    symbol = torch.randint(SYMBOLS, (n,), generator=generator)
    at = torch.randint(steps - 1, (n,), generator=generator) if place == "anywhere" else 0
    ids[torch.arange(n), at] = symbol
    return ids, symbol
