"""From the outputs of all steps to one vector, reading real steps only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
            part = torch.bmm(real.to(output.dtype).transpose(1, 2), output)[:, 0] / count
        elif name == "max":
            part = _Max.apply(output, real)  # type: ignore[no-untyped-call]
        elif name == "last":
            part = _final(output, (lengths - 1).clamp(min=0), bidirectional)
        elif name == "padded_last":
            parts.append(_final(output, torch.full_like(lengths, T - 1), bidirectional))
            continue
        else:
            raise ValueError(f"unknown pooling {name!r}; known: last, mean, max, padded_last")
        parts.append(torch.where(some, part, torch.zeros_like(part)))
    return torch.cat(parts, dim=1)


class _Max(torch.autograd.Function):
    """The greatest of each feature over the real steps; its gradient goes to one step alone.

    torch's own keeps what it compared, and looks for ties in it: twice the time.
    """

    @staticmethod
    def forward(ctx: Any, output: Tensor, real: Tensor) -> Tensor:
        greatest, at = output.masked_fill(~real, -torch.inf).max(1)  # (B, D·H)
        ctx.save_for_backward(at)
        ctx.shape = output.shape
        return greatest

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (at,) = ctx.saved_tensors
        return grad.new_zeros(ctx.shape).scatter(1, at[:, None], grad[:, None]), None


def _final(output: Tensor, last: Tensor, bidirectional: bool) -> Tensor:
    rows = torch.arange(output.shape[0], device=output.device)
    end = output[rows, last]  # (B, D·H)
    if not bidirectional:
        return end
    H = output.shape[2] // 2
    return torch.cat([end[:, :H], output[:, 0, H:]], dim=1)
