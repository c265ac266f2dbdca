"""Whether a call fits together, which the C++ kernels take on trust; and where packed steps lie."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from elman.cells import GATES, STATES

__all__ = ["check", "packed"]


def packed(state: Sequence[Tensor], batch_sizes: Tensor) -> tuple[Tensor, Tensor]:
    """Lengths of the rows of packed steps, and at which row each step begins."""
    rows = torch.arange(state[0].shape[1], device="cpu")
    lengths = (batch_sizes[:, None] > rows).sum(0)
    return lengths, batch_sizes.cumsum(0) - batch_sizes


def check(
    cell: str,
    x: Tensor,
    weights: Sequence[Tensor],
    state: Sequence[Tensor],
    lengths: Tensor | None,
    dtype: torch.dtype | None = None,
) -> None:
    """Let nothing through whose size or type the kernels would take on trust.

    Args:
        cell, x, weights, state, lengths: of the layer.
        dtype: of weights and states; that of x when left out.
    """
    D, B, H = state[0].shape
    rows, dtype = GATES[cell] * H, dtype or x.dtype
    shapes = ((rows, x.shape[-1]), (rows, H), (rows,), (rows,))[: len(weights) // D]
    whole = len(weights) == D * len(shapes) and len(state) == STATES[cell]
    if lengths is not None and lengths.shape != (B,):
        raise ValueError(f"lengths must be of shape ({B},), found {tuple(lengths.shape)}")
    wanted = ((D, B, H),) * len(state) + shapes * D
    for tensor, shape in zip((*state, *weights), wanted, strict=whole):
        if tensor.shape != shape or tensor.dtype is not dtype or not tensor.is_cpu:
            whole = False
    if not whole:
        found = ", ".join(str((*t.shape,)) for t in (*state, *weights))
        raise RuntimeError(
            f"{cell} with x of {x.shape[-1]} features and states {(D, B, H)} in {dtype}: "
            f"expected {STATES[cell]} such states and weights {', '.join(map(str, shapes))} "
            f"for each of {D} directions, all on the cpu and of that type; found {found}"
        )
