"""From the outputs of all steps to one vector, reading real steps only."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from elman.ops.pool import mean_and_max
from elman.runtime.spec import POOLS

__all__ = ["pool"]


def pool(output: Tensor, lengths: Tensor, pools: Sequence[str], *, bidirectional: bool) -> Tensor:
    """Concatenate the chosen poolings of `output`.

    Args:
        output: `(B, T, D·H)`, padded at the end.
        lengths: `(B,)`, valid steps of each row; a row of 0 steps pools to zeros.
        pools: of `POOLS`, in the order wanted.
        bidirectional: `last` then reads the backward half at step 0, where that direction ends.

    Returns:
        `(B, len(pools)·D·H)`.
    """
    T, some = output.shape[1], (lengths > 0)[:, None]
    mean = greatest = output
    if "mean" in pools or "max" in pools:
        mean, greatest = mean_and_max(output, lengths)
    parts = []
    for name in pools:
        if name == "mean":
            parts.append(mean)
        elif name == "max":
            parts.append(greatest)
        elif name == "last":
            part = _final(output, (lengths - 1).clamp(min=0), bidirectional)
            parts.append(torch.where(some, part, 0.0))
        elif name == "padded_last":
            parts.append(_final(output, torch.full_like(lengths, T - 1), bidirectional))
        else:
            raise ValueError(f"unknown pooling {name!r}; known: {', '.join(POOLS)}")
    return torch.cat(parts, dim=1)


def _final(output: Tensor, last: Tensor, bidirectional: bool) -> Tensor:
    rows = torch.arange(output.shape[0], device=output.device)
    end = output[rows, last]  # (B, D·H)
    if not bidirectional:
        return end
    H = output.shape[2] // 2
    return torch.cat([end[:, :H], output[:, 0, H:]], dim=1)
