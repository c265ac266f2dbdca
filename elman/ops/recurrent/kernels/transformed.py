"""The C++ kernels inside of `torch.func`: vmap and grad, one in the other to any depth.

torch's transforms take no operator that has a derivative of its own, nor a function as quick as
`autograd` has it; so here is one as they want it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from elman.ops.recurrent.kernels import autograd, batched

__all__ = ["layer"]


class Layer(torch.autograd.Function):
    """A layer; after the fifth argument: states, then weights."""

    @staticmethod
    def forward(x: Tensor, lengths: Any, offsets: Any, cell: str, n: int, *tensors: Tensor) -> Any:
        return autograd.forward(x, tensors[:n], tensors[n:], lengths, offsets, cell, True)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        x, lengths, offsets, cell, n, *tensors = inputs
        autograd.save(ctx, x, tensors[:n], tensors[n:], lengths, offsets, cell, output)
        ctx.mark_non_differentiable(*output[1 + n :])

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        wanted = [ctx.needs_input_grad[0], *ctx.needs_input_grad[5:]]
        found = autograd.differentiate(ctx, grads, wanted)
        return found[0], None, None, None, None, *found[1:]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], *inputs: Any) -> Any:
        x, lengths, offsets, cell, n, *tensors = inputs
        x_dim, lengths_dim, offsets_dim, _, _, *dims = in_dims
        return batched.forward(
            layer,
            info.batch_size,
            (x_dim, dims[:n], dims[n:], lengths_dim, offsets_dim),
            *(x, tensors[:n], tensors[n:], lengths, offsets, cell),
        )


def layer(
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
    keep: bool,
) -> tuple[Tensor, ...]:
    """As `autograd.forward`, inside of transforms."""
    if not keep and torch._C._functorch.peek_interpreter_stack() is None:
        return autograd.forward(x, state, weights, lengths, offsets, cell, False)
    return Layer.apply(x, lengths, offsets, cell, len(state), *state, *weights)  # type: ignore
