"""The C++ kernels in products of bfloat16 within autograd: forward, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from elman.ops.recurrent.kernels import autograd, call
from elman.ops.recurrent.kernels.backward import backward

__all__ = ["layer"]


class _Layer(torch.autograd.Function):
    """As `autograd.Layer`; after the sixth argument: states, then weights."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, lengths: Any, offsets: Any, cell: str, half: Any, n: int, *tensors: Any
    ) -> Any:
        state, weights = tensors[:n], tensors[n:]
        output, ends, reserve = call.forward(x, state, weights, lengths, offsets, cell, True, half)
        kept = (output, output, output, x.new_empty(0) if reserve is None else reserve)
        autograd.save_apart(ctx, x, state, weights, lengths, offsets, cell, kept)
        ctx.half = half
        return output, *ends

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        wanted = [ctx.needs_input_grad[0], *ctx.needs_input_grad[6:]]
        run, again = partial(call.backward, half=ctx.half), autograd.changed(ctx)
        found = autograd.differentiate(ctx, grads, wanted, run, otherwise=_in_float32, again=again)
        return found[0], None, None, None, None, None, *found[1:]


def _in_float32(grads: Sequence[Tensor | None], x: Tensor, *layer: Any) -> tuple[Tensor, ...]:
    """Gradients that can be differentiated, by the kernels of float32."""
    state, weights, lengths, offsets, _, _, cell, wanted = layer
    floats = [None if grad is None else grad.float() for grad in grads]
    floats += [None] * (3 - len(floats))  # that of c_n, where there is none
    nothing = x.new_empty(0, dtype=torch.float32)
    of_layer = (x.float(), state, weights, lengths, offsets, nothing, nothing)
    return backward(floats, *of_layer, cell, wanted)


def layer(
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
    half: torch.dtype,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Output, of dtype `half`, and final states of float32, as states and weights are."""
    if torch.is_grad_enabled() and any(t.requires_grad for t in (x, *state, *weights)):
        output, *ends = _Layer.apply(  # type: ignore[no-untyped-call]
            x, lengths, offsets, cell, half, len(state), *state, *weights
        )
        return output, tuple(ends)
    return call.forward(x, state, weights, lengths, offsets, cell, False, half)[:2]
