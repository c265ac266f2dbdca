"""One step of a cell in the C++ kernels, and back.

A step takes the kernels microseconds, so here what Python does is what a step costs: every tensor
is looked at once, and nothing is made that is not returned or kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import forward_ad

from elman import native
from elman.cells import GATES, STATES
from elman.ops.buffers import reserved
from elman.ops.plain import not_plain
from elman.ops.recurrent import reference
from elman.ops.recurrent.weights import Direction

__all__ = ["Tensors", "step", "supports"]

Tensors = Sequence[Tensor | None]
"""x, h, c, weight_ih, weight_hh, bias_ih, bias_hh. x is `(…, I)`, h and c `(…, H)` of as many rows,
one or more axes or none; c is None but for an LSTM, and both biases may be."""

# Asked once: torch.compile, which reads `supports`, does not follow a cached function.
_MISSING = native.missing()
_NUMBERS, _Call = native.CELLS, native.Step
_KEPT = {"gru": 4, "lstm": 5}
"""Floats that `csrc/step.h` keeps of a row and unit for backward."""
_LARGE = 1 << 18
_Parameter, _float32, _functorch = nn.Parameter, torch.float32, torch._C._functorch


def supports(cell: str, tensors: Tensors) -> str | None:
    """Say what the kernel lacks for a step, or None."""
    if _MISSING:
        return _MISSING
    given = [tensor for tensor in tensors if tensor is not None]
    for tensor in given:
        if type(tensor) not in (Tensor, _Parameter):
            return f"a {type(tensor).__name__} is not a plain tensor"
        if not tensor.is_cpu or tensor.dtype is not _float32:
            return f"it runs float32 on the cpu, and there is {tensor.dtype} on {tensor.device}"
    if torch.compiler.is_compiling():
        return "inside torch.compile"
    if torch._C._is_any_autocast_enabled():
        return "inside autocast"
    return not_plain(given[0]) or (None if _size_of(cell, tensors) else "a size does not fit")


def _size_of(cell: str, tensors: Sequence[Any]) -> tuple[int, int, int] | None:
    """B, I and H of a step; None where a size is not what the kernel, on trust, would read."""
    x, h, c, weight_ih, weight_hh, bias_ih, bias_hh = tensors
    I, shape = x.shape[-1], h.shape  # noqa: E741
    H = shape[-1]
    rows = GATES[cell] * H
    if not rows or not I or weight_ih.shape != (rows, I) or weight_hh.shape != (rows, H):
        return None
    B = h.numel() // H
    if x.numel() != B * I or (c is not None and c.shape != shape):
        return None
    if bias_ih is not None and bias_ih.shape != (rows,):
        return None
    if bias_hh is not None and bias_hh.shape != (rows,):
        return None
    return B, I, H


def step(cell: str, tensors: Tensors) -> tuple[Tensor, ...] | None:
    """Take one step.

    Args:
        cell: `rnn`, `rnn_relu`, `gru` or `lstm`.
        tensors: which they are.

    Returns:
        The next h and, of an LSTM, c, in the form of h; None where `supports` says why.
    """
    # What `supports` says, at a tenth of its cost.
    if (
        torch.compiler.is_compiling()
        or _MISSING
        or forward_ad._current_level >= 0
        or _functorch.peek_interpreter_stack() is not None
        or torch._C._is_any_autocast_enabled()
        or torch._C._get_tracing_state()
        or torch.compiler.is_exporting()
    ):
        return None
    lying = True
    for tensor in tensors:
        if tensor is None:
            continue
        kind = type(tensor)
        if kind is not _Parameter and kind is not Tensor:
            return None
        if tensor.dtype is not _float32 or not tensor.is_cpu:
            return None
        if not tensor.is_contiguous() or (kind is Tensor and tensor.is_neg()):
            lying = False
    size = _size_of(cell, tensors)
    if size is None:
        return None
    if torch.is_grad_enabled():
        for tensor in tensors:
            if tensor is not None and tensor.requires_grad:
                found: tuple[Tensor, ...] = _apply(cell, size, lying, *tensors)
                return found
    return _forward(cell, size, tensors if lying else _laid(tensors), keep=False)


def _laid(tensors: Sequence[Tensor | None]) -> list[Tensor | None]:
    """As the kernel reads them: one float after another."""
    return [None if each is None else each.resolve_neg().contiguous() for each in tensors]


def _like(tensor: Tensor) -> Tensor:
    """Room for its gradient; where that is large, room that was used before."""
    return torch.empty_like(tensor) if tensor.numel() < _LARGE else reserved(*tensor.shape)


def _forward(
    cell: str, size: tuple[int, int, int], tensors: Sequence[Any], *, keep: bool
) -> tuple[Tensor, ...]:
    """h', c' of an LSTM and, if it is kept, what backward reads: gates, or h' itself."""
    x, h, c, weight_ih, weight_hh, bias_ih, bias_hh = tensors
    h_n = torch.empty_like(h)
    found: tuple[Tensor, ...] = (h_n,)
    c_n = gates = 0
    if c is not None:
        found = (h_n, torch.empty_like(c))
        c_n = found[1].data_ptr()
    if keep:
        # what backward reads beside what is given; last, so that states may be changed in place
        kept = h_n if cell not in _KEPT else h.new_empty(size[0], _KEPT[cell], size[2])
        found = (*found, kept)
        gates = kept.data_ptr()
    _Call(
        _NUMBERS[cell],
        *size,
        torch.get_num_threads(),
        x.data_ptr(),
        h.data_ptr(),
        0 if c is None else c.data_ptr(),
        weight_ih.data_ptr(),
        weight_hh.data_ptr(),
        0 if bias_ih is None else bias_ih.data_ptr(),
        0 if bias_hh is None else bias_hh.data_ptr(),
        h_n.data_ptr(),
        c_n,
        gates,
    ).forward()
    return found


class _Step(torch.autograd.Function):
    """`csrc/step.h`. A second derivative is that of `reference`."""

    @staticmethod
    def forward(
        ctx: Any,
        cell: str,
        size: tuple[int, int, int],
        lying: bool,
        *tensors: Tensor | None,
    ) -> tuple[Tensor, ...]:
        found = _forward(cell, size, tensors if lying else _laid(tensors), keep=True)
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(*tensors, found[-1])
        ctx.cell, ctx.size, ctx.lying = cell, size, lying
        return found[: STATES[cell]]

    @staticmethod
    def backward(ctx: Any, *grads: Tensor | None) -> tuple[Tensor | None, ...]:
        (*tensors, kept), wanted, cell = ctx.saved_tensors, ctx.needs_input_grad[3:], ctx.cell
        if torch.is_grad_enabled():
            return None, None, None, *_differentiable(cell, tensors, grads, wanted)
        if not ctx.lying:
            tensors = _laid(tensors)
        # Named, so that copies live until the kernel has read them.
        into = [None if grad is None else grad.resolve_neg().contiguous() for grad in grads]
        out = [
            _like(tensor) if need else None for tensor, need in zip(tensors, wanted, strict=True)
        ]
        states = STATES[cell]
        addresses = [0 if each is None else each.data_ptr() for each in (*tensors, *into, *out)]
        _Call(
            _NUMBERS[cell],
            *ctx.size,
            torch.get_num_threads(),
            *addresses[:7],
            0 if cell in _KEPT else kept.data_ptr(),
            0,
            kept.data_ptr() if cell in _KEPT else 0,
            addresses[7],
            addresses[8] if states == 2 else 0,
            *addresses[7 + states :],
        ).backward()
        return None, None, None, *out


# Past the part of it that is for torch.func, which `step` has ruled out: a fifth of a step's time.
_apply: Any = super(torch.autograd.Function, _Step).apply


def _differentiable(
    cell: str, tensors: Sequence[Any], grads: Tensors, wanted: Sequence[bool]
) -> list[Tensor | None]:
    """The gradients by equations that can themselves be differentiated."""
    x, h, c, *weights = tensors
    state = tuple(part.reshape(-1, h.shape[-1]) for part in (h, c) if part is not None)
    rows = x.reshape(-1, x.shape[-1])
    after, _ = reference.step(cell, rows, state, Direction(*weights))
    return reference.gradients([each.view_as(h) for each in after], grads, tensors, wanted)
