"""Mean and maximum over the real steps of every row: one walk in C++, or torch's own operations."""

from __future__ import annotations

from torch import Tensor

from elman.ops import twins
from elman.ops.pool import cpu, reference
from elman.ops.twins import Twins

__all__ = ["TWINS", "mean_and_max"]

TWINS: Twins = {"cpu": cpu, "reference": reference}
"""Implementations of `mean_and_max`, fastest first."""


def mean_and_max(x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean and the greatest of each feature over the real steps.

    Where several steps have the greatest, its gradient goes to one of them.

    Args:
        x: `(B, T, H)`, padded at the end.
        lengths: `(B,)`, 0 to T; a row of 0 steps gives zeros.

    Returns:
        Two tensors `(B, H)`.
    """
    twin = TWINS[twins.choose(TWINS, "pool", x)]
    result: tuple[Tensor, Tensor] = twin.mean_and_max(x, lengths)
    return result
