"""Other orders of the steps of sequences: any, within windows, or one for all sequences."""

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

Rearrange = Callable[[Tensor, Tensor, torch.Generator], Tensor]
"""(steps `(B, T, …)`, lengths `(B,)`, what is random) → the same steps in another order."""

Arrange = Callable[[int], Rearrange]
"""(seed of a training) → the order in which it reads."""


def shuffled(
    x: Tensor, lengths: Tensor, generator: torch.Generator, window: int | None = None
) -> Tensor:
    """Return the steps of each sequence in a random order, within windows of `window` steps."""
    B, T = x.shape[:2]
    step = torch.arange(T)
    keys = torch.rand(B, T, generator=generator) * 0.999
    if window is not None:
        keys += step // window
    order = keys.masked_fill(step >= lengths[:, None], torch.inf).argsort(1)
    return x[torch.arange(B)[:, None], order]


def as_it_is(x: Tensor, lengths: Tensor, generator: torch.Generator) -> Tensor:
    """Return the steps in their own order."""
    return x


def within(window: int) -> Rearrange:
    """Shuffle within windows of `window` steps."""
    return lambda x, lengths, generator: shuffled(x, lengths, generator, window)


def always(order: Rearrange) -> Arrange:
    """Read in this order in every training."""
    return lambda seed: order


def permuted(T: int, seed: int) -> Rearrange:
    """Put the steps of sequences that are all of T into one random order."""
    order = torch.randperm(T, generator=torch.Generator().manual_seed(seed))
    return lambda x, lengths, generator: x[:, order]


def windows_up_to(longest: int) -> list[int]:
    """Return 2, 4, 8, … below the longest sequence."""
    return [2**p for p in range(1, 8) if 2**p < longest]
