"""Mean and maximum over real steps in torch's own operations."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["mean_and_max", "supports"]


def supports(x: Tensor) -> str | None:
    """It computes everything."""
    return None


def mean_and_max(x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """Pool; see `choice`."""
    lengths = lengths.to(x.device)
    if lengths.shape != x.shape[:1]:
        raise ValueError(f"lengths must be of shape ({len(x)},), found {tuple(lengths.shape)}")
    asked = not (torch.compiler.is_compiling() or torch._C._get_tracing_state())
    if asked and len(x) and not 0 <= int(lengths.min()) <= int(lengths.max()) <= x.shape[1]:
        raise ValueError("lengths must be between 0 and the steps of the input")
    real = (torch.arange(x.shape[1], device=x.device) < lengths[:, None])[:, :, None]  # (B, T, 1)
    count = lengths.clamp(min=1)[:, None].to(x.dtype)
    mean = torch.where(real, x, 0.0).sum(1) / count
    if not x.shape[1]:
        return mean, mean
    greatest = x.masked_fill(~real, -torch.inf).max(1).values
    return mean, torch.where(lengths[:, None] > 0, greatest, 0.0)
