"""From the outputs of all steps to one vector, reading real steps only."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["pool"]


def pool(output: Tensor, lengths: Tensor, pools: Sequence[str], *, bidirectional: bool) -> Tensor:
    """Concatenate the chosen poolings of `output`.

    Args:
        output: `(B, T, D·H)`, padded at the end.
        lengths: `(B,)`, valid steps of each row; a row of 0 steps pools to zeros.
        pools: any of `last`, `mean`, `max`, `padded_last`, in the order wanted.
        bidirectional: `last` then reads the backward half at step 0, where that direction ends.

    Returns:
        `(B, len(pools)·D·H)`.
    """
    T = output.shape[1]
    real = (torch.arange(T, device=output.device) < lengths[:, None])[:, :, None]  # (B, T, 1)
    count = lengths.clamp(min=1)[:, None].to(output.dtype)  # (B, 1)
    some = (lengths > 0)[:, None]
    parts = []
    for name in pools:
        if name == "mean":
            part = (output * real).sum(1) / count
        elif name == "max":
            part = output.masked_fill(~real, -torch.inf).amax(1)
        elif name == "last":
            part = _final(output, (lengths - 1).clamp(min=0), bidirectional)
        elif name == "padded_last":
            parts.append(_final(output, torch.full_like(lengths, T - 1), bidirectional))
            continue
        else:
            raise ValueError(f"unknown pooling {name!r}; known: last, mean, max, padded_last")
        parts.append(torch.where(some, part, torch.zeros_like(part)))
    return torch.cat(parts, dim=1)


def _final(output: Tensor, last: Tensor, bidirectional: bool) -> Tensor:
    rows = torch.arange(output.shape[0], device=output.device)
    end = output[rows, last]  # (B, D·H)
    if not bidirectional:
        return end
    H = output.shape[2] // 2
    return torch.cat([end[:, :H], output[:, 0, H:]], dim=1)
