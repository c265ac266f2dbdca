"""Mean and maximum over the real steps of every row: one walk in C++, or torch's own operations."""

from __future__ import annotations

import struct
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad

from elman import native
from elman.ops.memory import reserved

__all__ = ["mean_and_max"]

_PACK = struct.Struct("12q").pack

_MISSING = native.missing()


def mean_and_max(x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean and the greatest of each feature over the real steps.

    Where several steps have the greatest, its gradient goes to one of them.

    Args:
        x: `(B, T, H)`, padded at the end.
        lengths: `(B,)`, 0 to T; a row of 0 steps gives zeros.

    Returns:
        Two tensors `(B, H)`.
    """
    plain = type(x) is Tensor and x.is_cpu and x.dtype is torch.float32
    if not plain or _MISSING or torch.compiler.is_compiling() or forward_ad._current_level >= 0:
        return _composed(x, lengths)
    if torch._C._get_tracing_state() or torch._C._functorch.peek_interpreter_stack() is not None:
        return _composed(x, lengths)
    result: tuple[Tensor, Tensor] = _Pool.apply(x, lengths)  # type: ignore[no-untyped-call]
    return result


def _composed(x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
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


class _Pool(torch.autograd.Function):
    """`csrc/pool.h`. A second derivative is that of `_composed`."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        B, _, H = x.shape
        lengths = lengths.to("cpu", torch.int64).contiguous()
        mean, greatest = x.new_empty(B, H), x.new_empty(B, H)
        at = torch.empty(B, H, dtype=torch.int32, device="cpu")
        _call(x, lengths, mean, greatest, at, None)
        ctx.save_for_backward(x, lengths, at)
        return mean, greatest

    @staticmethod
    def backward(ctx: Any, grad_mean: Tensor, grad_greatest: Tensor) -> tuple[Tensor, None]:
        x, lengths, at = ctx.saved_tensors
        if torch.is_grad_enabled():
            pooled = _composed(x, lengths)
            grads = (grad_mean, grad_greatest)
            return torch.autograd.grad(pooled, x, grads, create_graph=True)[0], None
        grad_x = reserved(*x.shape)
        _call(x, lengths, grad_mean.contiguous(), grad_greatest.contiguous(), at, grad_x)
        return grad_x, None


def _call(
    x: Tensor,
    lengths: Tensor,
    mean: Tensor,
    greatest: Tensor,
    at: Tensor,
    grad_x: Tensor | None,
) -> None:
    x = x.resolve_neg()
    x = x if x.stride(-1) == 1 or x.shape[-1] == 1 else x.contiguous()
    B, T, H = x.shape
    if lengths.shape != (B,):
        raise ValueError(f"lengths must be of shape ({B},), found {tuple(lengths.shape)}")
    fields = _PACK(
        B, T, H, torch.get_num_threads(),
        lengths.data_ptr(),
        x.data_ptr(), x.stride(0), x.stride(1),
        mean.data_ptr(), greatest.data_ptr(), at.data_ptr(),
        0 if grad_x is None else grad_x.data_ptr(),
    )  # fmt: skip
    library = native.library()
    assert library is not None
    if library.elman_pool(fields):
        raise ValueError("lengths must be between 0 and the steps of the input")
