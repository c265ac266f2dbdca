"""How many fresh sequences a net answers right."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn

from elman.memory.recall.task import Noise, sequences

__all__ = ["Right", "judge", "lengths_to"]

_AT_ONCE = 250


class Right(NamedTuple):
    """How many of n sequences were answered right."""

    right: int
    n: int

    @property
    def accuracy(self) -> float:
        return self.right / self.n


def judge(
    net: nn.Module,
    n: int,
    steps: int,
    place: str,
    generator: torch.Generator,
    noise: Noise | None = None,
) -> Right:
    """Count right answers on n fresh sequences, in pieces that fit in memory."""
    right = 0
    with torch.no_grad():
        for begin in range(0, n, _AT_ONCE):
            ids, symbol = sequences(min(_AT_ONCE, n - begin), steps, place, generator, noise)
            right += int((net(ids).argmax(1) == symbol).sum())
    return Right(right, n)


def lengths_to(longest: int, asked: int) -> list[int]:
    """Lengths to judge at: the powers of two up to `longest`, and the length asked for."""
    grid = {2**k for k in range(1, 40) if 2**k < longest}
    return sorted(grid | {asked, longest})
