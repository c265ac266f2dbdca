"""The linear recurrence h' = a ⊙ h + x over time, as twins with one name.

Because it is linear in h, it need not be walked step by step: two steps are one,
a₂ ⊙ (a₁ ⊙ h + x₁) + x₂ = (a₂ a₁) ⊙ h + (a₂ x₁ + x₂), in any grouping. minGRU, minLSTM and LRU are
this recurrence with different a and x.

    reference   the loop, obvious, right in float64: the truth
    parallel    torch alone, about 2 log₂ T passes; no division, so a may be 0 or forget everything
    cpu         C++ (`ops.scan_cpu`), step by step, a channel to a vector lane
    gpu         Triton (`ops.scan_gpu`)

References:
    Martin & Cundy, "Parallelizing Linear Recurrent Neural Nets Over Sequence Length", 2018,
    arXiv 1709.04057. Blelloch, "Prefix Sums and Their Applications", 1990.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import torch
from torch import Tensor

from elman.errors import InputError, OptionError, did_you_mean
from elman.ops import scan_cpu, scan_gpu
from elman.ops.choice import Choice

__all__ = ["TWINS", "explain_scan", "scan"]

TWINS = ("gpu", "cpu", "parallel", "reference")
"""Implementations of `scan`, fastest first."""

_HALVES = (torch.float16, torch.bfloat16)

_TRITON = find_spec("triton") is not None


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
        twin = explain_scan(a, x).twin
    elif twin not in TWINS:
        raise OptionError(f'There is no twin "{twin}". {did_you_mean(twin, TWINS)}')
    elif reason := _lacks(twin, a, x):
        raise OptionError(f'Twin "{twin}" does not compute this scan: {reason}.')
    if x.dtype in _HALVES and twin != "gpu":
        h_0 = None if h_0 is None else h_0.float()
        h, h_n = scan(a.float(), x.float(), h_0, lengths=lengths, reverse=reverse, twin=twin)
        return h.to(x.dtype), h_n.to(x.dtype)
    if h_0 is None:
        h_0 = x.new_zeros(x.shape[0], x.shape[2])
    if twin == "cpu":
        return scan_cpu.scan(a, x, h_0, lengths, reverse)
    return _over_real_steps(_WALKS[twin], a, x, h_0, lengths, reverse)


def explain_scan(a: Tensor, x: Tensor) -> Choice:
    """Say which twin `scan` runs for these tensors, and why not a faster one."""
    reasons: dict[str, str] = {}
    for twin in TWINS:
        reason = _lacks(twin, a, x)
        if reason is None:
            return Choice(twin, reasons)
        reasons[twin] = reason
    raise AssertionError("the reference computes everything")


def _lacks(twin: str, a: Tensor, x: Tensor) -> str | None:
    if twin == "gpu":
        return scan_gpu.supports(a, x) if _TRITON else "Triton is not installed"
    return scan_cpu.supports(x) if twin == "cpu" else None


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


def _reference(a: Tensor, x: Tensor, h_0: Tensor) -> Tensor:
    h, steps = h_0, []
    for a_t, x_t in zip(a.expand_as(x).unbind(1), x.unbind(1), strict=True):
        h = a_t * h + x_t
        steps.append(h)
    return torch.stack(steps, 1)


def _parallel(a: Tensor, x: Tensor, h_0: Tensor) -> Tensor:
    first = (a if a.dim() == 1 else a[:, 0]) * h_0 + x[:, 0]
    return _paired(a, torch.cat([first[:, None], x[:, 1:]], 1))


def _paired(a: Tensor, x: Tensor) -> Tensor:
    """Scan from a zero state: pair the steps, scan the pairs, fill in the steps between."""
    T = x.shape[1]
    if T == 1:
        return x
    even, odd = (a, a) if a.dim() == 1 else (a[:, 0::2], a[:, 1::2])
    pairs = T // 2
    a_pair = odd * (even if a.dim() == 1 else even[:, :pairs])
    x_pair = odd * x[:, 0 : 2 * pairs : 2] + x[:, 1::2]
    h_odd = _paired(a_pair, x_pair)  # after steps 1, 3, 5 …
    later = even if a.dim() == 1 else even[:, 1:]
    h_even = later * h_odd[:, : (T - 1) // 2] + x[:, 2::2]  # after steps 2, 4, 6 …
    # 0 | 1 2 | 3 4 | …, and with T even one odd step left over.
    between = torch.stack([h_odd[:, : (T - 1) // 2], h_even], 2).flatten(1, 2)
    return torch.cat([x[:, :1], between, h_odd[:, (T - 1) // 2 :]], 1)


def _gpu(a: Tensor, x: Tensor, h_0: Tensor) -> Tensor:
    return scan_gpu.scan(a.expand_as(x), x, h_0)


_WALKS = {"gpu": _gpu, "parallel": _parallel, "reference": _reference}


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
