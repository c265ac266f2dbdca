"""The linear recurrence in the C++ kernels, as a torch operator with derivatives of any order.

The gradient of a scan is a scan: with p_t the gradient of h_t, all later steps included,

    p_t = g_t + conj(a_{t+1}) ⊙ p_{t+1}        dx_t = p_t     da_t = p_t ⊙ conj(h_{t−1})

walked from the other side. So that no coefficient has to be moved by a step, the operator has an
`adjoint` form in which what is carried is multiplied after it is written, not before:

    plain     h_t = a_t ⊙ h_{t−1} + x_t          h_T is carried out
    adjoint   p_t = s_{t−1} + x_t                s_t = a_t ⊙ p_t, of which s_T is carried out

Each is the gradient of the other, so the operator differentiates itself. A first derivative alone,
the common case, comes from one kernel that does the walk and da together.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from elman import native
from elman.errors import InputError

__all__ = ["scan", "supports"]

_SCALARS = {torch.float32: 0, torch.float64: 1, torch.complex64: 2, torch.complex128: 3}
"""As `enum Scalar` of `csrc/scan.h`."""

# Asked once: torch.compile, which reads `supports`, does not follow a cached function.
_MISSING = native.missing()


def supports(a: Tensor, x: Tensor) -> str | None:
    """Say what this twin lacks for a call, or None."""
    if x.device.type != "cpu":
        return f"the tensors are on {x.device.type}"
    if x.dtype not in _SCALARS and x.dtype not in (torch.float16, torch.bfloat16):
        return f"it has no kernel for {x.dtype}"
    return _MISSING


def scan(
    a: Tensor, x: Tensor, h_0: Tensor, lengths: Tensor | None, reverse: bool
) -> tuple[Tensor, Tensor]:
    """Compute `scan` of `choice`."""
    if lengths is not None:
        lengths = lengths.to("cpu", torch.int64)
    h, h_n = _scan(a, x, h_0, lengths, reverse, False)
    return h, h_n


def _forward(
    a: Tensor, x: Tensor, before: Tensor, lengths: Tensor | None, reverse: bool, adjoint: bool
) -> tuple[Tensor, Tensor]:
    output, after = _fresh(x), _fresh(before)
    _call(a, x, before, output, after, lengths, reverse=reverse, adjoint=adjoint)
    return output, after


def _fake_forward(
    a: Tensor, x: Tensor, before: Tensor, lengths: Tensor | None, reverse: bool, adjoint: bool
) -> tuple[Tensor, Tensor]:
    return x.new_empty(x.shape), before.new_empty(before.shape)


def _backward(
    a: Tensor,
    grad_h: Tensor,
    grad_h_n: Tensor,
    h: Tensor,
    h_0: Tensor,
    lengths: Tensor | None,
    reverse: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of a, x and h_0 in one walk, against the direction of the scan."""
    grad_x, grad_h_0 = _fresh(h), _fresh(h_0)
    # One coefficient for all steps: a sum for each row, added up over the rows below.
    grad_a = _fresh(h_0) if a.dim() == 1 else _fresh(h)
    _call(
        a, grad_h, grad_h_n, grad_x, grad_h_0, lengths,
        reverse=not reverse, adjoint=True, conjugate=True, h=h, h_0=h_0, grad_a=grad_a,
    )  # fmt: skip
    return grad_a.sum(0) if a.dim() == 1 else grad_a, grad_x, grad_h_0


def _fake_backward(
    a: Tensor,
    grad_h: Tensor,
    grad_h_n: Tensor,
    h: Tensor,
    h_0: Tensor,
    lengths: Tensor | None,
    reverse: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    return a.new_empty(a.shape), h.new_empty(h.shape), h_0.new_empty(h_0.shape)


def _save(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
    a, _, before, lengths, ctx.reverse, ctx.adjoint = inputs
    ctx.save_for_backward(a, before, output[0], lengths)
    ctx.set_materialize_grads(False)


def _differentiate(ctx: Any, grad: Tensor | None, grad_n: Tensor | None) -> tuple[Any, ...]:
    a, before, output, lengths = ctx.saved_tensors
    if grad is None:
        # One row of zeros read over and over.
        grad = output.new_zeros(output.shape[2]).expand(output.shape)
    if grad_n is None:
        grad_n = torch.zeros_like(before)
    if not (ctx.adjoint or torch.is_grad_enabled()):
        grad_a, grad_x, grad_before = _scan_backward(
            a, grad, grad_n, output, before, lengths, ctx.reverse
        )
        return grad_a, grad_x, grad_before, None, None, None
    grad_x, grad_before = _scan(a.conj(), grad, grad_n, lengths, not ctx.reverse, not ctx.adjoint)
    if ctx.adjoint:
        grad_a = _preceding(grad_x, grad_n, lengths, reverse=not ctx.reverse) * output.conj()
    else:
        grad_a = grad_x * _preceding(output, before, lengths, reverse=ctx.reverse).conj()
    if a.dim() == 1:
        grad_a = grad_a.sum((0, 1))
    return grad_a, grad_x, grad_before, None, None, None


# Not by `torch.library.custom_op`: that imports the compiler at the first call.
torch.library.define(
    "elman::scan",
    "(Tensor a, Tensor x, Tensor before, Tensor? lengths, bool reverse, bool adjoint) "
    "-> (Tensor, Tensor)",
)
torch.library.define(
    "elman::scan_backward",
    "(Tensor a, Tensor grad_h, Tensor grad_h_n, Tensor h, Tensor h_0, Tensor? lengths, "
    "bool reverse) -> (Tensor, Tensor, Tensor)",
)
torch.library.impl("elman::scan", "cpu", _forward)
torch.library.impl("elman::scan_backward", "cpu", _backward)
torch.library.register_fake("elman::scan", _fake_forward)
torch.library.register_fake("elman::scan_backward", _fake_backward)
torch.library.register_autograd("elman::scan", _differentiate, setup_context=_save)

_scan, _scan_backward = torch.ops.elman.scan, torch.ops.elman.scan_backward


def _preceding(h: Tensor, h_0: Tensor, lengths: Tensor | None, *, reverse: bool) -> Tensor:
    """The state before every step of a plain scan."""
    T = h.shape[1]
    if not reverse:
        return torch.cat([h_0[:, None], h], 1)[:, :T]
    if lengths is None:
        return torch.cat([h, h_0[:, None]], 1)[:, 1:]
    last = torch.arange(T) == lengths[:, None] - 1  # (B, T)
    shifted = torch.cat([h, torch.zeros_like(h_0)[:, None]], 1)[:, 1:]
    return torch.where(last[:, :, None], h_0[:, None], shifted)


def _call(
    a: Tensor,
    x: Tensor,
    before: Tensor,
    output: Tensor,
    after: Tensor,
    lengths: Tensor | None,
    *,
    reverse: bool,
    adjoint: bool,
    conjugate: bool = False,
    h: Tensor | None = None,
    h_0: Tensor | None = None,
    grad_a: Tensor | None = None,
) -> None:
    """Fill `output`, `after` and `grad_a`; see `csrc/scan.h`."""
    B, T, H = x.shape
    # Named, so that copies live until the kernel has read them.
    a, x, before = _readable(a), _readable(x), before.contiguous()
    lengths = None if lengths is None else lengths.contiguous()
    h_0 = None if h_0 is None else h_0.contiguous()
    a_row, a_step = (0, 0) if a.dim() == 1 else a.stride()[:2]
    walk = native.Scan(
        scalar=_SCALARS[x.dtype],
        B=B,
        T=T,
        H=H,
        threads=torch.get_num_threads(),
        reverse=reverse,
        adjoint=adjoint,
        conjugate=conjugate,
        lengths=_address(lengths),
        a=a.data_ptr(),
        a_row=a_row,
        a_step=a_step,
        x=x.data_ptr(),
        x_row=x.stride(0),
        x_step=x.stride(1),
        before=before.data_ptr(),
        output=output.data_ptr(),
        after=after.data_ptr(),
        h=_address(h),
        h_0=_address(h_0),
        grad_a=_address(grad_a),
    )
    try:
        walk.run()
    except ValueError:
        raise InputError(f"lengths must be between 0 and the {T} steps of x: {lengths}") from None


def _readable(x: Tensor) -> Tensor:
    """With neighbouring channels side by side; torch itself carries out a conjugation put off."""
    return x if x.shape[-1] == 1 or x.stride(-1) == 1 else x.contiguous()


def _fresh(like: Tensor) -> Tensor:
    return torch.empty_like(like, memory_format=torch.contiguous_format)


def _address(x: Tensor | None) -> int:
    return 0 if x is None else x.data_ptr()
