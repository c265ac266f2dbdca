"""Other orders of a sequence's steps: any, within windows, or one for all sequences."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = [
    "Arrange",
    "Rearrange",
    "always",
    "as_it_is",
    "permuted",
    "shuffled",
    "windows_up_to",
    "within",
]

Rearrange = Callable[[Tensor, torch.Generator], Tensor]
"""(steps of one sequence, what is random) → the same steps in another order."""

Arrange = Callable[[int], Rearrange]
"""(seed of a training) → the order in which it reads."""


def shuffled(x: Tensor, generator: torch.Generator, window: int | None = None) -> Tensor:
    """Return the steps of one sequence in a random order, within windows of `window` steps."""
    T = len(x)
    block = torch.zeros(T) if window is None else torch.arange(T) // window
    keys = block + torch.rand(T, generator=generator) * 0.999
    return x[keys.argsort()]


def as_it_is(x: Tensor, generator: torch.Generator) -> Tensor:
    """Return the steps in their own order."""
    return x


def within(window: int) -> Rearrange:
    """Shuffle within windows of `window` steps."""
    return lambda x, generator: shuffled(x, generator, window)


def always(order: Rearrange) -> Arrange:
    """Read in this order in every training."""
    return lambda seed: order


def permuted(T: int, seed: int) -> Rearrange:
    """Put the steps of every sequence of T into one random order."""
    order = torch.randperm(T, generator=torch.Generator().manual_seed(seed))
    return lambda x, generator: x[order]


def windows_up_to(longest: int) -> list[int]:
    """Return 2, 4, 8, … below the longest sequence."""
    return [2**p for p in range(1, 8) if 2**p < longest]
