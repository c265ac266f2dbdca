"""One layer's call of the C++ kernels, forward and backward: sizes, addresses, room for results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from elman import native
from elman.ops.buffers import reserved

__all__ = ["backward", "by_time", "forward", "like_steps", "plain", "size_of"]

_WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
_PLACES = {
    (D, each): tuple(w + suffix for suffix in ("", "_reverse")[:D] for w in _WEIGHTS[:each])
    for D in (1, 2)
    for each in (2, 4)
}
"""Fields of `native.Layer` for the weights of D directions of so many each, in their order."""

_GRADIENTS = {key: tuple(f"grad_{place}" for place in places) for key, places in _PLACES.items()}


def size_of(
    x: Tensor, state: Sequence[Tensor], offsets: Tensor | None
) -> tuple[int, int, int, int, int]:
    """B, T, I, H and the number of directions of a call."""
    D, B, H = state[0].shape
    return B, x.shape[1] if offsets is None else offsets.shape[0], x.shape[-1], H, D


def by_time(x: Tensor, features: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Shape and strides of what has a value for every step of x, laid by time as torch's is."""
    *steps, _ = x.shape
    if len(steps) == 1:
        return (*steps, features), (features, 1)
    rows = max(steps[0], 1)
    return (*steps, features), (features, rows * features, 1)


def like_steps(x: Tensor, features: int, new: Callable[..., Tensor]) -> Tensor:
    """A tensor for every step of x, laid out as x is: by rows, by time, or packed."""
    *steps, _ = x.shape
    if len(steps) == 2 and x.stride(0) < x.stride(1):
        return new(steps[1], steps[0], features).transpose(0, 1)
    return new(*steps, features)


def plain(x: Tensor) -> Tensor:
    """x with its features side by side, as the kernels read them."""
    x = x.resolve_neg()
    return x if x.stride(-1) == 1 or x.shape[-1] == 1 else x.contiguous()


def forward(
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
    keep: bool,
    half: torch.dtype | None = None,
) -> tuple[Tensor, tuple[Tensor, ...], Tensor | None]:
    """Output, final states, and what backward needs, if it is kept and there is any.

    Args:
        x, state, weights, lengths, offsets, cell: of the layer.
        keep: whether it is.
        half: have products of bfloat16, of x in that or float32, and give output in this dtype.
    """
    if half is None and x.dtype is torch.bfloat16:
        return *_forward_half(x, state, weights, lengths, offsets, cell), None
    B, T, _, H, D = size_of(x, state, offsets)
    x, state = plain(x), [part.resolve_neg().contiguous() for part in state]
    weights = [weight.contiguous() for weight in weights]
    shape, strides = by_time(x, D * H)
    output = reserved(*shape, strides=strides, dtype=half or torch.float32)
    ends = tuple([torch.empty_like(part) for part in state])
    layer = _layer(x, state, weights, lengths, offsets, cell, output, ends)
    reserve = None
    if keep and (each := _each_step_keeps(cell, H, half is not None)):
        steps = B * T if offsets is None else x.shape[0]
        reserve = reserved(D * steps * each, dtype=torch.bfloat16 if half else torch.float32)
        layer.reserve = reserve.data_ptr()
    if half is None:
        layer.forward()
    else:
        layer.half_forward()
    return output, ends, reserve


def _each_step_keeps(cell: str, H: int, half: bool) -> int:
    """Numbers that backward needs of each real step and direction."""
    return native.half_reserve_size(cell, H) if half else native.reserve_size(cell, H)


def _forward_half(
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """As `forward`, of bfloat16: weights are read as they are, all sums and states are float32."""
    D, _, H = state[0].shape
    steps, state = plain(x.float()), [part.float().contiguous() for part in state]
    weights = [(w if w.dim() == 2 else w.float()).contiguous() for w in weights]
    shape, strides = by_time(steps, D * H)
    output = reserved(*shape, strides=strides)
    ends = [torch.empty_like(part) for part in state]
    layer = _layer(steps, state, weights, lengths, offsets, cell, output, ends)
    layer.forward(half=True)
    return output.to(x.dtype), tuple([end.to(x.dtype) for end in ends])


def backward(
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
    half: torch.dtype | None = None,
) -> list[Tensor]:
    """Gradients of x, states and weights, in that order; empty where not wanted.

    Where what forward kept is empty, it is computed again. `half` is as of `forward`.
    """
    each = _each_step_keeps(cell, state[0].shape[2], half is not None)
    if not output.numel() or (each and not reserve.numel()):
        output, _, kept = forward(x, state, weights, lengths, offsets, cell, True, half)
        reserve = reserve if kept is None else kept
    D = len(state[0])
    x, state = plain(x), [part.resolve_neg().contiguous() for part in state]
    weights = [weight.contiguous() for weight in weights]
    layer = _layer(x, state, weights, lengths, offsets, cell, output)
    layer.reserve = reserve.data_ptr()
    need_x, need_state = wanted[0], wanted[1 : 1 + len(state)]
    need_weights = wanted[1 + len(state) :]
    # Named, so that copies live until the kernel has read them.
    grad_output = None if grads[0] is None else plain(grads[0])
    grad_ends = [None if grad is None else grad.contiguous() for grad in grads[1 : 1 + len(state)]]
    if grad_output is not None:
        layer.grad_output = grad_output.data_ptr()
        layer.grad_output_row, layer.grad_output_step = _strides(grad_output)
    _point(layer, ("grad_h_n", "grad_c_n"), grad_ends)
    new = partial(reserved, dtype=x.dtype)
    per_direction = [like_steps(x, x.shape[-1], new) for _ in range(D)] if need_x else []
    _point(layer, ("grad_x", "grad_x_reverse"), per_direction)
    if need_x:
        layer.grad_x_row, layer.grad_x_step = _strides(per_direction[0])
    grad_state = [torch.empty_like(part) if any(need_state) else None for part in state]
    _point(layer, ("grad_h_0", "grad_c_0"), grad_state)
    grad_weights = [
        torch.empty_like(weight) if need else None
        for weight, need in zip(weights, need_weights, strict=True)
    ]
    _point(layer, _GRADIENTS[D, len(weights) // D], grad_weights)
    if half is None:
        layer.backward()
    else:
        layer.half_backward()
    grad_x = None
    if need_x:
        grad_x = per_direction[0] if D == 1 else per_direction[0].add_(per_direction[1])
    found = [grad_x, *grad_state, *grad_weights]
    return [x.new_empty(0) if grad is None else grad for grad in found]


def _layer(
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
    output: Tensor,
    ends: Sequence[Tensor] = (),
) -> native.Layer:
    """What forward and backward share; `ends` is where forward puts the last states."""
    layer = native.Layer()
    layer.cell, layer.threads = native.CELLS[cell], torch.get_num_threads()
    layer.B, layer.T, layer.I, layer.H, layer.D = size_of(x, state, offsets)
    if lengths is not None:
        layer.lengths = lengths.data_ptr()
    if offsets is not None:
        layer.offsets = offsets.data_ptr()
    layer.x, layer.output = x.data_ptr(), output.data_ptr()
    layer.x_row, layer.x_step = _strides(x)
    layer.x_half, layer.output_half = x.dtype is torch.bfloat16, output.dtype is torch.bfloat16
    layer.output_row, layer.output_step = _strides(output)
    _point(layer, ("h_0", "c_0"), state)
    _point(layer, ("h_n", "c_n"), ends)
    _point(layer, _PLACES[layer.D, len(weights) // layer.D], weights)
    return layer


def _point(layer: native.Layer, places: Sequence[str], tensors: Sequence[Tensor | None]) -> None:
    """Set fields to where the tensors lie; a place without one stays 0."""
    for place, tensor in zip(places, tensors, strict=False):
        if tensor is not None:
            setattr(layer, place, tensor.data_ptr())


def _strides(x: Tensor) -> tuple[int, int]:
    """From row to row and from step to step, in floats; packed steps are one list."""
    stride = x.stride()
    return stride[0], stride[-2]
