"""The linear recurrence h' = a ⊙ h + x over time, as twins with one name.

Because it is linear in h, it need not be walked step by step: two steps are one,
a₂ ⊙ (a₁ ⊙ h + x₁) + x₂ = (a₂ a₁) ⊙ h + (a₂ x₁ + x₂), in any grouping. minGRU, minLSTM and LRU are
this recurrence with different a and x.

    reference   the loop, obvious, right in float64: the truth
    parallel    torch alone, about 2 log₂ T passes; no division, so a may be 0 or forget everything
    cpu         C++, step by step, a channel to a vector lane
    gpu         Triton

References:
    Martin & Cundy, "Parallelizing Linear Recurrent Neural Nets Over Sequence Length", 2018,
    arXiv 1709.04057. Blelloch, "Prefix Sums and Their Applications", 1990.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from elman.errors import InputError
from elman.ops import twins
from elman.ops.scan import cpu, gpu, parallel, reference
from elman.ops.twins import Choice, Twins

__all__ = ["TWINS", "explain_scan", "scan"]

TWINS: Twins = {"gpu": gpu, "cpu": cpu, "parallel": parallel, "reference": reference}
"""Implementations of `scan`, fastest first."""

_HALVES = (torch.float16, torch.bfloat16)


def scan(
    a: Tensor,
    x: Tensor,
    h_0: Tensor | None = None,
    *,
    lengths: Tensor | None = None,
    reverse: bool = False,
    twin: str | None = None,
) -> tuple[Tensor, Tensor]:
    """Compute h_t = a_t ⊙ h_{t−1} + x_t over the real steps of every row.

    Args:
        a: `(B, T, H)`, or `(H,)`, the same at every step of every row. Real or complex.
        x: `(B, T, H)`, of the type of `a`; rows shorter than T are padded at the end.
        h_0: `(B, H)`; zeros if None.
        lengths: `(B,)` integers, real steps of each row, 0 to T; all T if None.
        reverse: walk from the last real step to the first, h_t = a_t ⊙ h_{t+1} + x_t.
        twin: one of `TWINS` by name, instead of the fastest that can.

    Returns:
        h `(B, T, H)`, 0 after a row's end, and the state after each row's walk, `(B, H)`; where a
        row has no step, h_0. 16-bit numbers are carried in 32 and rounded at the end. On `cpu`
        each row's bits depend on that row alone, whatever the batch and the number of threads.

    Raises:
        InputError: shapes or types that do not fit.
        OptionError: an unknown twin, or one that does not compute this call.
    """
    _check(a, x, h_0, lengths)
    if twin is None:
        twin = twins.choose(TWINS, "scan", a, x)
    else:
        twin = twins.named(TWINS, twin, "scan", a, x)
    if x.dtype in _HALVES and twin != "gpu":
        h_0 = None if h_0 is None else h_0.float()
        h, h_n = scan(a.float(), x.float(), h_0, lengths=lengths, reverse=reverse, twin=twin)
        return h.to(x.dtype), h_n.to(x.dtype)
    if h_0 is None:
        h_0 = x.new_zeros(x.shape[0], x.shape[2])
    if twin == "cpu":
        return cpu.scan(a, x, h_0, lengths, reverse)
    return _over_real_steps(TWINS[twin].walk, a, x, h_0, lengths, reverse)


def explain_scan(a: Tensor, x: Tensor) -> Choice:
    """Say which twin `scan` runs for these tensors, and why not a faster one."""
    return twins.explain(TWINS, a, x)


def _over_real_steps(
    walk: Callable[[Tensor, Tensor, Tensor], Tensor],
    a: Tensor,
    x: Tensor,
    h_0: Tensor,
    lengths: Tensor | None,
    reverse: bool,
) -> tuple[Tensor, Tensor]:
    """Give lengths and a direction to a twin that knows neither."""
    T = x.shape[1]
    if T == 0:
        return x.clone(), h_0.clone()
    if lengths is not None:
        real = torch.arange(T, device=x.device) < lengths.to(x.device)[:, None]
        real = real[:, :, None]  # (B, T, 1)
        # A step past the end leaves the state as it is, and whatever the padding holds is not read.
        a, x = torch.where(real, a, 1), torch.where(real, x, 0)
    if reverse:
        a, x = a.flip(1) if a.dim() == 3 else a, x.flip(1)
    h = walk(a, x, h_0)
    h_n = h[:, -1]
    if reverse:
        h = h.flip(1)
    return (h if lengths is None else torch.where(real, h, 0)), h_n


def _check(a: Tensor, x: Tensor, h_0: Tensor | None, lengths: Tensor | None) -> None:
    if x.dim() != 3:
        raise InputError(f"x must be (B, T, H); its shape is {tuple(x.shape)}")
    B, _, H = x.shape
    if a.shape not in (x.shape, (H,)):
        raise InputError(f"a must be {tuple(x.shape)}, as x, or ({H},); it is {tuple(a.shape)}")
    if h_0 is not None and h_0.shape != (B, H):
        raise InputError(f"h_0 must be (B, H), here {(B, H)}; it is {tuple(h_0.shape)}")
    named = {"a": a, "x": x} | ({} if h_0 is None else {"h_0": h_0})
    if len({tensor.dtype for tensor in named.values()}) > 1:
        found = ", ".join(f"{name} {tensor.dtype}" for name, tensor in named.items())
        raise InputError(f"a, x and h_0 must be of one type; found {found}")
    if len({tensor.device for tensor in named.values()}) > 1:
        found = ", ".join(f"{name} on {tensor.device}" for name, tensor in named.items())
        raise InputError(f"a, x and h_0 must be on one device; found {found}")
    if lengths is not None and (lengths.shape != (B,) or lengths.is_floating_point()):
        raise InputError(
            f"lengths must be {B} whole numbers, one for each row; found {lengths.dtype} of "
            f"shape {tuple(lengths.shape)}"
        )
