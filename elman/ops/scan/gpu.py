"""The linear recurrence h_t = a_t ⊙ h_{t−1} + x_t in Triton, a thread to a channel.

float32, complex64, bfloat16 and float16; the state is carried in float32. Its derivative is a walk
of the same kind from the end, and so is the derivative of that: any order is right.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor

__all__ = ["supports", "walk"]

_TRITON = find_spec("triton") is not None

_DTYPES = (torch.float32, torch.complex64, torch.bfloat16, torch.float16)

_STEPS = 8
"""Steps read together: enough to hide the way to memory behind the walk of those before."""

_BLOCK = 32
"""Channels of one program: one warp, a thread each."""


def supports(a: Tensor, x: Tensor) -> str | None:
    """Return why it cannot compute this call, or None."""
    if not _TRITON:
        return "Triton is not installed"
    interpreted = os.environ.get("TRITON_INTERPRET") == "1"
    if not (x.device.type == "cuda" or (x.device.type == "cpu" and interpreted)):
        return f"x is on the {x.device.type}"
    if x.dtype not in _DTYPES:
        return f"x is {x.dtype}, and it computes float32, complex64, bfloat16 and float16"
    return None


def walk(a: Tensor, x: Tensor, h_0: Tensor | None = None) -> Tensor:
    """Compute h_t = a_t ⊙ h_{t−1} + x_t over time.

    Args:
        a: `(B, T, H)`, of any strides, or `(H,)`, the same at every step.
        x: `(B, T, H)`, of any strides and the dtype of `a`.
        h_0: `(B, H)`, the state before the first step; 0 when left out.

    Returns:
        h `(B, T, H)`.
    """
    B, T, H = x.shape
    if h_0 is None:
        h_0 = x.new_zeros(B, H)
    if T == 0:
        return x
    h: Tensor = _scan(a.expand_as(x), x, h_0)
    return h


@torch.library.custom_op("elman::gpu_scan", mutates_args=())
def _scan(a: Tensor, x: Tensor, h_0: Tensor) -> Tensor:
    from elman.ops.scan.gpu_kernels import forward

    h = x.new_empty(x.shape)
    B, T, H = x.shape
    if h.numel():
        a, x = _parts(a), _parts(x)
        with _device_of(x):
            forward[_programs(B, H)](
                a, x, _parts(h_0.contiguous()), _parts(h), T, H,
                *a.stride()[:3], *x.stride()[:3], **_options(h),
            )  # fmt: skip
    return h


@_scan.register_fake
def _blank(a: Tensor, x: Tensor, h_0: Tensor) -> Tensor:
    return x.new_empty(x.shape)


@torch.library.custom_op("elman::gpu_scan_backward", mutates_args=())
def _backward(a: Tensor, h: Tensor, h_0: Tensor, d_h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    from elman.ops.scan.gpu_kernels import backward

    d_a, d_x, d_h_0 = _blank_backward(a, h, h_0, d_h)
    B, T, H = h.shape
    if h.numel():
        a, d_h = _parts(a), _parts(d_h)
        with _device_of(h):
            backward[_programs(B, H)](
                a, _parts(h), _parts(h_0.contiguous()), d_h,
                _parts(d_a), _parts(d_x), _parts(d_h_0), T, H,
                *a.stride()[:3], *d_h.stride()[:3], **_options(h),
            )  # fmt: skip
    return d_a, d_x, d_h_0


@_backward.register_fake
def _blank_backward(
    a: Tensor, h: Tensor, h_0: Tensor, d_h: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    return h.new_empty(h.shape), h.new_empty(h.shape), h.new_empty(h_0.shape)


def _remember(ctx: Any, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    a, _, h_0 = inputs
    ctx.save_for_backward(a, h_0, output)


def _differentiate(ctx: Any, d_h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    a, h_0, h = ctx.saved_tensors
    if not torch.is_grad_enabled():
        d_a, d_x, d_h_0 = _backward(a, h, h_0, d_h)
        return d_a, d_x, d_h_0
    later = torch.cat([a[:, 1:], torch.zeros_like(a[:, :1])], 1).conj()
    d_x = _scan(later.flip(1), d_h.flip(1), torch.zeros_like(h_0)).flip(1)
    before = torch.cat([h_0[:, None], h[:, :-1]], 1)
    return before.conj() * d_x, d_x, a[:, 0].conj() * d_x[:, 0]


_scan.register_autograd(_differentiate, setup_context=_remember)


def _parts(x: Tensor) -> Tensor:
    """Complex numbers as pairs of real ones, `(…, 2)`; others as they are."""
    return torch.view_as_real(x) if x.is_complex() else x


def _device_of(x: Tensor) -> Any:
    guard: Any = torch.cuda.device_of
    return guard(x)


def _programs(B: int, H: int) -> tuple[int, int]:
    return B, -(-H // _BLOCK)


def _options(h: Tensor) -> dict[str, Any]:
    return {
        "COMPLEX": h.is_complex(),
        "STEPS": _STEPS,
        "BLOCK": _BLOCK,
        "num_warps": 1,
        "enable_fp_fusion": True,
    }
