"""Mean and maximum over real steps in one walk of the C++ kernels, and back in another."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from elman import native
from elman.ops.buffers import reserved
from elman.ops.plain import not_plain
from elman.ops.pool import reference

__all__ = ["mean_and_max", "supports"]

# Asked once: torch.compile, which reads `supports`, does not follow a cached function.
_MISSING = native.missing()


def supports(x: Tensor) -> str | None:
    """Say what this twin lacks for a call, or None."""
    if _MISSING:
        return _MISSING
    if not x.is_cpu:
        return f"x is on {x.device}"
    if x.dtype is not torch.float32:
        return f"it computes in float32, but x is {x.dtype}"
    if torch.compiler.is_compiling():
        return "inside torch.compile"
    return not_plain(x)


def mean_and_max(x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """Pool; see `choice`."""
    result: tuple[Tensor, Tensor] = _Pool.apply(x, lengths)  # type: ignore[no-untyped-call]
    return result


class _Pool(torch.autograd.Function):
    """`csrc/pool.h`. A second derivative is that of `reference`."""

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
            pooled = reference.mean_and_max(x, lengths)
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
    native.Pool(
        B=B,
        T=T,
        H=H,
        threads=torch.get_num_threads(),
        lengths=lengths.data_ptr(),
        x=x.data_ptr(),
        x_row=x.stride(0),
        x_step=x.stride(1),
        mean=mean.data_ptr(),
        greatest=greatest.data_ptr(),
        at=at.data_ptr(),
        grad_x=0 if grad_x is None else grad_x.data_ptr(),
    ).run()
