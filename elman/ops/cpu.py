"""One layer in the C++ kernels: float32 on the CPU, forward and backward.

Lengths cost nothing but their real steps; both directions run at once. A row's result has the same
bits in any batch, with any padding and on any number of threads, and so have gradients of weights
for one order of rows.

Second derivatives go through `ops.reference`, which is slow and right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd import forward_ad

from elman import native
from elman.ops import reference
from elman.ops.cells import GATES, STATES
from elman.ops.memory import reserved

__all__ = ["layer", "layer_packed", "supports"]


_MISSING = native.missing()

_FEW_ROWS = 4


def supports(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> str | None:
    """Say what this twin lacks for a call, or None."""
    if _MISSING:
        return _MISSING
    if not x.is_cpu:
        return f"x is on {x.device}"
    dtype = x.dtype
    if dtype is not torch.float32 and (dtype is not torch.bfloat16 or torch.is_grad_enabled()):
        return f"it computes in float32, and without gradients in bfloat16, but x is {dtype}"
    if dtype is torch.bfloat16 and (cell == "lstm" or state[0].shape[1] > _FEW_ROWS):
        return "in bfloat16 torch's own is as fast but for a few rows of a plain RNN or GRU"
    for tensor in (*weights, *state):
        if not tensor.is_cpu:
            return f"x is on the cpu, and a weight or state on {tensor.device}"
        if tensor.dtype is not dtype:
            return f"x is {dtype}, and a weight or state {tensor.dtype}"
    if forward_ad._current_level >= 0:
        return "inside forward-mode differentiation"
    if torch._C._get_tracing_state() or torch.compiler.is_exporting():
        return "it is recorded, to run where elman is not"
    if torch.compiler.is_compiling():
        return None
    if type(x) is not Tensor:
        return f"x is a {type(x).__name__}, not a plain tensor"
    if torch._C._functorch.peek_interpreter_stack() is not None:
        return "inside a transform of torch.func"
    return None


def layer(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Carry a state through the real steps of every row; see `elman.ops.layer`."""
    if lengths is not None:
        lengths = lengths.to("cpu", torch.int64).contiguous()
    return _call(cell, x, weights, state, lengths, None)


def layer_packed(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    batch_sizes: Tensor,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """As `layer`, over the data of a `PackedSequence`, with nothing unpacked.

    Args:
        cell: as there.
        x: `(N, I)`, the real steps by time and, within a step, by row.
        weights: as there.
        state: rows by falling length, as in the packed data.
        batch_sizes: `(T,)` rows still going at each step.

    Returns:
        Output `(N, D·H)` in the order of x, and the final states.
    """
    rows = torch.arange(state[0].shape[1], device="cpu")
    lengths = (batch_sizes[:, None] > rows).sum(0)
    return _call(cell, x, weights, state, lengths, batch_sizes.cumsum(0) - batch_sizes)


def _call(
    cell: str,
    x: Tensor,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None,
    offsets: Tensor | None,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Run the kernel itself, within autograd, or as one operator of `torch.compile`."""
    _check(cell, x, weights, state, lengths)
    keep = torch.is_grad_enabled() and any(t.requires_grad for t in (x, *state, *weights))
    if torch.compiler.is_compiling():
        results = torch.ops.elman.layer(x, list(state), list(weights), lengths, offsets, cell, keep)
    elif keep:
        results = _Layer.apply(  # type: ignore[no-untyped-call]
            x, lengths, offsets, cell, len(state), *state, *weights
        )
    else:
        return _run(x, state, weights, lengths, offsets, cell, False)[:2]
    return results[0], tuple(results[1 : 1 + STATES[cell]])


def _check(
    cell: str,
    x: Tensor,
    weights: Sequence[Tensor],
    state: Sequence[Tensor],
    lengths: Tensor | None,
) -> None:
    """Let nothing through whose size or type the kernels would take on trust."""
    D, B, H = state[0].shape
    rows = GATES[cell] * H
    shapes = ((rows, x.shape[-1]), (rows, H), (rows,), (rows,))[: len(weights) // D]
    whole = len(weights) == D * len(shapes) and len(state) == STATES[cell]
    if lengths is not None and lengths.shape != (B,):
        raise ValueError(f"lengths must be of shape ({B},), found {tuple(lengths.shape)}")
    wanted = [*((D, B, H) for _ in state), *shapes * D]
    for tensor, shape in zip((*state, *weights), wanted, strict=whole):
        if tensor.shape != shape or tensor.dtype is not x.dtype or not tensor.is_cpu:
            whole = False
    if not whole:
        found = ", ".join(str((*t.shape,)) for t in (*state, *weights))
        raise RuntimeError(
            f"{cell} with x of {x.shape[-1]} features and states {(D, B, H)} in {x.dtype}: "
            f"expected {STATES[cell]} such states and weights {', '.join(map(str, shapes))} "
            f"for each of {D} directions, all on the cpu and of that type; found {found}"
        )


class _Size(NamedTuple):
    B: int
    T: int
    I: int  # noqa: E741
    H: int
    D: int


def _size(x: Tensor, state: Sequence[Tensor], offsets: Tensor | None) -> _Size:
    D, B, H = state[0].shape
    return _Size(B, x.shape[1] if offsets is None else offsets.shape[0], x.shape[-1], H, D)


def _like_steps(x: Tensor, features: int, new: Callable[..., Tensor]) -> Tensor:
    """A tensor for every step of x, laid out as x is: by rows, by time, or packed."""
    *steps, _ = x.shape
    if len(steps) == 2 and x.stride(0) < x.stride(1):
        return new(steps[1], steps[0], features).transpose(0, 1)
    return new(*steps, features)


def _strides(x: Tensor) -> tuple[int, int]:
    """From row to row and from step to step, in floats; packed steps are one list."""
    row, *step, _ = x.stride()
    return (row, step[0]) if step else (row, row)


def _address(tensor: Tensor | None) -> int:
    return 0 if tensor is None else tensor.data_ptr()


def _weight_addresses(weights: Sequence[Tensor], D: int) -> list[int]:
    """`weight_ih[2], weight_hh[2], bias_ih[2], bias_hh[2]`; 0 where there is none."""
    each = len(weights) // D
    addresses = [0] * 8
    for d in range(D):
        for k in range(each):
            addresses[2 * k + d] = weights[d * each + k].data_ptr()
    return addresses


def _fields(
    size: _Size,
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
    output: Tensor,
    ends: Sequence[Tensor],
    reserve: Tensor | None,
) -> list[int]:
    """The fields of `Layer` in `csrc/elman.h` that forward and backward share."""
    return [
        native.CELLS[cell],
        *size,
        torch.get_num_threads(),
        0 if lengths is None else lengths.data_ptr(),
        0 if offsets is None else offsets.data_ptr(),
        x.data_ptr(),
        *_strides(x),
        output.data_ptr(),
        *_strides(output),
        *_pair(state),
        *_pair(ends),
        0 if reserve is None else reserve.data_ptr(),
        *_weight_addresses(weights, size.D),
    ]


def _pair(parts: Sequence[Tensor]) -> tuple[int, int]:
    """Addresses of h and c; 0 where there is none."""
    if not parts:
        return 0, 0
    return parts[0].data_ptr(), parts[1].data_ptr() if len(parts) == 2 else 0


def _plain(x: Tensor) -> Tensor:
    """x with its features side by side, as the kernels read them."""
    x = x.resolve_neg()
    return x if x.stride(-1) == 1 or x.shape[-1] == 1 else x.contiguous()


def _forward(
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
    keep: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Output, h_n, c_n (empty but for LSTM) and what backward needs (empty when not kept)."""
    output, ends, reserve = _run(x, state, weights, lengths, offsets, cell, keep)
    # Each its own: an operator's results must not share memory.
    return (
        output,
        ends[0],
        ends[1] if len(ends) == 2 else x.new_empty(0),
        x.new_empty(0) if reserve is None else reserve,
    )


def _run(
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
    keep: bool,
) -> tuple[Tensor, tuple[Tensor, ...], Tensor | None]:
    """Output, final states, and what backward needs, if it is kept and there is any."""
    if x.dtype is torch.bfloat16:
        return *_run_half(x, state, weights, lengths, offsets, cell), None
    size = _size(x, state, offsets)
    x, state = _plain(x), [part.resolve_neg().contiguous() for part in state]
    weights = [weight.contiguous() for weight in weights]
    output = _like_steps(x, size.D * size.H, reserved)
    ends = tuple([torch.empty_like(part) for part in state])
    reserve = None
    if keep and (each := native.reserve_size(cell, size.H)):
        steps = size.B * size.T if offsets is None else x.shape[0]
        reserve = reserved(size.D * steps * each)
    native.layer_forward(
        _fields(size, x, state, weights, lengths, offsets, cell, output, ends, reserve)
    )
    return output, ends, reserve


def _run_half(
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """As `_run`, of bfloat16: weights are read as they are, all sums and states are float32."""
    size = _size(x, state, offsets)
    steps, state = _plain(x.float()), [part.float().contiguous() for part in state]
    weights = [(w if w.dim() == 2 else w.float()).contiguous() for w in weights]
    output = _like_steps(steps, size.D * size.H, reserved)
    ends = [torch.empty_like(part) for part in state]
    native.layer_forward(
        _fields(size, steps, state, weights, lengths, offsets, cell, output, ends, None), half=True
    )
    return output.to(x.dtype), tuple([end.to(x.dtype) for end in ends])


def _backward(
    grads: Sequence[Tensor | None],
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    output: Tensor,
    reserve: Tensor,
    cell: str,
    wanted: Sequence[bool],
) -> list[Tensor]:
    """Gradients of x, states and weights, in that order; empty where not wanted."""
    size = _size(x, state, offsets)
    x, state = _plain(x), [part.resolve_neg().contiguous() for part in state]
    weights = [weight.contiguous() for weight in weights]
    grad_output = None if grads[0] is None else _plain(grads[0])
    grad_ends = [None if grad is None else grad.contiguous() for grad in grads[1:]]
    need_x, need_state = wanted[0], wanted[1 : 1 + len(state)]
    need_weights = wanted[1 + len(state) :]
    per_direction = [_like_steps(x, size.I, reserved) for _ in range(size.D)] if need_x else []
    grad_state = [torch.empty_like(part) if any(need_state) else None for part in state]
    grad_weights = [
        torch.empty_like(weight) if need else x.new_empty(0)
        for weight, need in zip(weights, need_weights, strict=True)
    ]
    native.layer_backward(
        [
            *_fields(size, x, state, weights, lengths, offsets, cell, output, (), reserve),
            _address(grad_output),
            *(_strides(grad_output) if grad_output is not None else (0, 0)),
            _address(grad_ends[0]),
            _address(grad_ends[1]) if cell == "lstm" else 0,
            *[part.data_ptr() for part in per_direction] + [0] * (2 - len(per_direction)),
            *(_strides(per_direction[0]) if need_x else (0, 0)),
            _address(grad_state[0]),
            _address(grad_state[1]) if len(state) == 2 else 0,
            *_weight_addresses(grad_weights, size.D),
        ]
    )
    grad_x = x.new_empty(0)
    if need_x:
        grad_x = per_direction[0] if size.D == 1 else per_direction[0].add_(per_direction[1])
    return [
        grad_x,
        *(x.new_empty(0) if part is None else part for part in grad_state),
        *grad_weights,
    ]


class _Layer(torch.autograd.Function):
    """The kernels within autograd. Tensors after the fifth argument: states, then weights."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, lengths: Any, offsets: Any, cell: str, n: int, *tensors: Any
    ) -> Any:
        results = _forward(x, tensors[:n], tensors[n:], lengths, offsets, cell, True)
        _save(ctx, x, tensors[:n], tensors[n:], lengths, offsets, cell, results)
        ctx.mark_non_differentiable(*results[1 + n :])
        return results

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        wanted = [ctx.needs_input_grad[0], *ctx.needs_input_grad[5:]]
        found = _differentiate(ctx, grads, wanted, _backward)
        return found[0], None, None, None, None, *found[1:]


def _save(
    ctx: Any,
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
    results: Sequence[Tensor],
) -> None:
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(x, lengths, offsets, results[0], results[3], *state, *weights)
    ctx.cell, ctx.states = cell, len(state)


def _differentiate(
    ctx: Any, grads: Sequence[Tensor | None], wanted: Sequence[bool], run: Any
) -> list[Tensor | None]:
    """Gradients of x, states and weights by `run`; None where not wanted."""
    x, lengths, offsets, output, reserve, *tensors = ctx.saved_tensors
    state, weights = tensors[: ctx.states], tensors[ctx.states :]
    if torch.is_grad_enabled():
        return _differentiable(ctx.cell, grads, x, state, weights, lengths, offsets, wanted)
    arguments = (x, state, weights, lengths, offsets, output, reserve, ctx.cell, list(wanted))
    found = run(list(grads[:3]), *arguments)
    return [grad if need else None for grad, need in zip(found, wanted, strict=True)]


def _differentiable(
    cell: str,
    grads: Sequence[Tensor | None],
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    wanted: Sequence[bool],
) -> list[Tensor | None]:
    """The same gradients by equations that can themselves be differentiated."""
    steps, real = x, None
    if offsets is not None and lengths is not None:
        t = torch.arange(len(offsets), device=x.device)
        real = t[:, None] < lengths  # (T, B)
        index = torch.where(real, offsets[:, None] + torch.arange(len(lengths), device=x.device), 0)
        steps = x[index.T]  # (B, T, I)
    output, ends = reference.layer(
        cell, steps, weights=weights, state=tuple(state), lengths=lengths
    )
    if real is not None:
        output = output.transpose(0, 1)[real]
    pairs = [
        (result, grad)
        for result, grad in zip((output, *ends), grads, strict=False)
        if grad is not None
    ]
    inputs = [t for t, need in zip((x, *state, *weights), wanted, strict=True) if need]
    found = iter(
        torch.autograd.grad(
            [result for result, _ in pairs],
            inputs,
            [grad for _, grad in pairs],
            create_graph=True,
            allow_unused=True,
        )
    )
    return [next(found) if need else None for need in wanted]


def _fake_forward(
    x: Tensor,
    state: list[Tensor],
    weights: list[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
    keep: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    x = _plain(x)
    size = _size(x, state, offsets)
    steps = size.B * size.T if offsets is None else x.shape[0]
    kept = size.D * steps * native.reserve_size(cell, size.H) if keep else 0
    output = _like_steps(x, size.D * size.H, x.new_empty)
    h_n = x.new_empty(state[0].shape)
    c_n = x.new_empty(state[1].shape if cell == "lstm" else (0,))
    return output, h_n, c_n, x.new_empty(kept)


def _fake_backward(
    grads: list[Tensor | None],
    x: Tensor,
    state: list[Tensor],
    weights: list[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    output: Tensor,
    reserve: Tensor,
    cell: str,
    wanted: list[bool],
) -> list[Tensor]:
    x = _plain(x)
    like = [
        _like_steps(x, x.shape[-1], x.new_empty),
        *(t.new_empty(t.shape) for t in (*state, *weights)),
    ]
    return [t if need else x.new_empty(0) for t, need in zip(like, wanted, strict=True)]


def _setup(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
    x, state, weights, lengths, offsets, cell, _ = inputs
    _save(ctx, x, state, weights, lengths, offsets, cell, output)


def _op_backward(ctx: Any, *grads: Tensor | None) -> tuple[Any, ...]:
    n = ctx.states
    x_needed, state_needed, weights_needed = ctx.needs_input_grad[:3]
    wanted = [x_needed, *state_needed, *weights_needed]
    found = _differentiate(ctx, grads, wanted, torch.ops.elman.layer_backward)
    return found[0], found[1 : 1 + n], found[1 + n :], None, None, None, None


torch.library.define(
    "elman::layer",
    "(Tensor x, Tensor[] state, Tensor[] weights, Tensor? lengths, Tensor? offsets, str cell, "
    "bool keep) -> (Tensor, Tensor, Tensor, Tensor)",
)
torch.library.define(
    "elman::layer_backward",
    "(Tensor?[] grads, Tensor x, Tensor[] state, Tensor[] weights, Tensor? lengths, "
    "Tensor? offsets, Tensor output, Tensor reserve, str cell, bool[] wanted) -> Tensor[]",
)
torch.library.impl("elman::layer", "cpu", _forward)
torch.library.impl("elman::layer_backward", "cpu", _backward)
torch.library.register_fake("elman::layer", _fake_forward)
torch.library.register_fake("elman::layer_backward", _fake_backward)
torch.library.register_autograd("elman::layer", _op_backward, setup_context=_setup)
