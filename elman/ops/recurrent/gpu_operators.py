"""The walk of one layer in Triton as two operators of torch, forward and backward.

The matrix products before and after the walk are torch's own. A gradient that is to be
differentiated is that of `reference`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear

from elman.cells import GATES
from elman.ops.recurrent import gpu_launch, reference
from elman.ops.recurrent.weights import directions_of

__all__ = ["forward"]


@torch.library.custom_op("elman::gpu_layer", mutates_args=())
def forward(
    cell: str,
    x: Tensor,
    weights: list[Tensor],
    state: list[Tensor],
    lengths: Tensor | None,
    learns: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Output, h_n, c_n, and for the way back: the gates, h before each step, what else is kept."""
    output, h_n, c_n, gates, h_before, kept = _blank(cell, x, weights, state, lengths, learns)
    D, B, H = h_n.shape
    if B == 0:
        return output, h_n, c_n, gates, h_before, kept
    with _on_device_of(x):
        weight_ih, bias_ih, weight_hh, bias_hh = _stacked(weights)
        a = linear(x, weight_ih, bias_ih).contiguous()  # (B, T, D·G·H)
        if bias_hh is None:
            bias_hh = x.new_zeros(D, GATES[cell] * H)
        kernel, options = gpu_launch.kernel("forward", cell, x, state)
        # What a cell has not (the LSTM's c) is passed all the same, and not read.
        kernel[gpu_launch.tiles(B), D](
            a, weight_hh, bias_hh, state[0].contiguous(), state[-1].contiguous(),
            _int32(lengths, x), output, h_n, c_n, h_before, kept,
            B=B, T=x.shape[1], H=H, LEARNS=learns, **options,
        )  # fmt: skip
    # The kernel has put the gates where their inputs were.
    return output, h_n, c_n, gates if gates.numel() == 0 else a, h_before, kept


@forward.register_fake
def _blank(
    cell: str,
    x: Tensor,
    weights: list[Tensor],
    state: list[Tensor],
    lengths: Tensor | None,
    learns: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    D, B, H = state[0].shape
    T, G = x.shape[1], GATES[cell]
    # Steps past the end of a row are not walked.
    fresh = x.new_empty if lengths is None else x.new_zeros
    return (
        fresh(B, T, D * H),
        x.new_empty(D, B, H),
        x.new_empty(D, B, H if cell == "lstm" else 0),
        x.new_empty(B, T, D * G * H if learns and G > 1 else 0),
        fresh(B, T, D * H if learns else 0),
        fresh(B, T, D * H if learns and G > 1 else 0),
    )


@torch.library.custom_op("elman::gpu_layer_backward", mutates_args=())
def _backward(
    cell: str,
    x: Tensor,
    weights: list[Tensor],
    state: list[Tensor],
    lengths: Tensor | None,
    saved: list[Tensor],
    d_output: Tensor,
    d_h_n: Tensor,
    d_c_n: Tensor,
) -> list[Tensor]:
    """Gradients of x, of every weight and of every state, in this order."""
    output, gates, h_before, kept = saved
    D, B, H = d_h_n.shape
    T, G = x.shape[1], GATES[cell]
    fresh = x.new_empty if lengths is None else x.new_zeros
    da = fresh(B, T, D, G, H)
    # The gru's W_hn h is multiplied by r, so its gradient is not that of W_in x.
    du_n = fresh(B, T, D, H if cell == "gru" else 0)
    d_state = [torch.empty_like(part, memory_format=torch.contiguous_format) for part in state]
    with _on_device_of(x):
        weight_ih, _, weight_hh, bias_hh = _stacked(weights)
        if B:
            kernel, options = gpu_launch.kernel("backward", cell, x, state)
            kernel[gpu_launch.tiles(B), D](
                gates, weight_hh, output, h_before, kept, _int32(lengths, x),
                d_output.contiguous(), d_h_n.contiguous(), d_c_n.contiguous(),
                da, du_n, d_state[0], d_state[-1],
                B=B, T=T, H=H, **options,
            )  # fmt: skip
        dx = da.view(B, T, D * G * H) @ weight_ih
        d_weights: list[Tensor] = []
        steps = x.reshape(B * T, x.shape[2])
        for d in range(D):
            d_ih = da.view(B * T, D, G * H)[:, d]
            d_hh = d_ih.view(B * T, G, H)
            if cell == "gru":
                d_hh = torch.cat([d_hh[:, :2], du_n.view(B * T, D, H)[:, d : d + 1]], 1)
            d_hh = d_hh.reshape(B * T, G * H)
            d_weights.append(d_ih.t() @ steps)
            d_weights.append(d_hh.t() @ h_before.view(B * T, D, H)[:, d])
            if bias_hh is not None:
                d_weights += [part.sum(0, dtype=torch.float32).to(x.dtype) for part in (d_ih, d_hh)]
    return [dx, *d_weights, *d_state]


@_backward.register_fake
def _blank_backward(
    cell: str,
    x: Tensor,
    weights: list[Tensor],
    state: list[Tensor],
    lengths: Tensor | None,
    saved: list[Tensor],
    d_output: Tensor,
    d_h_n: Tensor,
    d_c_n: Tensor,
) -> list[Tensor]:
    return [tensor.new_empty(tensor.shape) for tensor in (x, *weights, *state)]


def _remember(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
    ctx.cell, x, weights, state, lengths, _ = inputs
    ctx.counts = len(weights), len(state)
    output_, _, _, gates, h_before, kept = output
    ctx.save_for_backward(x, *weights, *state, lengths, output_, gates, h_before, kept)
    ctx.set_materialize_grads(False)


def _differentiate(ctx: Any, *gradients: Tensor | None) -> tuple[Any, ...]:
    x, *others = ctx.saved_tensors
    W, S = ctx.counts
    weights, state, lengths, saved = (
        others[:W], others[W : W + S], others[W + S], others[W + S + 1 :]
    )  # fmt: skip
    if torch.is_grad_enabled():
        inputs = (x, *weights, *state)
        with _on_device_of(x):
            output, ends = reference.layer(
                ctx.cell, x, weights=weights, state=tuple(state), lengths=lengths
            )
            wanted = [tensor.requires_grad for tensor in inputs]
            found = reference.gradients((output, *ends), gradients, inputs, wanted)
    else:
        d_ends = [
            part.new_zeros(part.shape) if gradient is None else gradient
            for part, gradient in zip((saved[0], state[0], state[-1]), gradients[:3], strict=True)
        ]
        found = _backward(ctx.cell, x, weights, state, lengths, saved, *d_ends)
    return None, found[0], found[1 : 1 + W], found[1 + W :], None, None


forward.register_autograd(_differentiate, setup_context=_remember)


@contextmanager
def _on_device_of(x: Tensor) -> Iterator[None]:
    """Launch where x is, in the dtype x has: products inside are no business of autocast."""
    device: Any = torch.cuda.device_of
    with device(x), torch.autocast(x.device.type, enabled=False):
        yield


def _stacked(weights: Sequence[Tensor]) -> tuple[Tensor, Tensor | None, Tensor, Tensor | None]:
    """The weights of all directions: (D·G·H, I), (D·G·H,), (D, G·H, H), (D, G·H)."""
    directions = directions_of(weights)
    if len(directions) == 1:
        one = directions[0]
        bias = None if one.bias_hh is None else one.bias_hh.contiguous()[None]
        return one.weight_ih, one.bias_ih, one.weight_hh.contiguous()[None], bias
    bias_ih = [one.bias_ih for one in directions if one.bias_ih is not None]
    bias_hh = [one.bias_hh for one in directions if one.bias_hh is not None]
    return (
        torch.cat([one.weight_ih for one in directions]),
        torch.cat(bias_ih) if bias_ih else None,
        torch.stack([one.weight_hh for one in directions]),
        torch.stack(bias_hh) if bias_hh else None,
    )


def _int32(lengths: Tensor | None, x: Tensor) -> Tensor | None:
    return None if lengths is None else lengths.to(device=x.device, dtype=torch.int32)
