"""The way back as a function that can be differentiated itself, and be inside of `torch.func`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from elman.ops.recurrent.kernels import batched, call, second

__all__ = ["backward", "is_plain"]


class _Backward(torch.autograd.Function):
    """The gradients of a layer, that can be differentiated; after the eleventh argument: states,
    then weights.
    """

    @staticmethod
    def forward(
        cell: str,
        wanted: Sequence[bool],
        n: int,
        grad_output: Any,
        grad_h_n: Any,
        grad_c_n: Any,
        x: Tensor,
        lengths: Any,
        offsets: Any,
        output: Tensor,
        reserve: Tensor,
        *tensors: Tensor,
    ) -> Any:
        grads = (grad_output, grad_h_n, grad_c_n)
        layer = (x, tensors[:n], tensors[n:], lengths, offsets, output, reserve)
        return tuple(call.backward(grads, *layer, cell, wanted))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.cell, ctx.wanted, ctx.n, *tensors = inputs
        ctx.save_for_backward(*tensors[:6], *tensors[8:])

    @staticmethod
    def backward(ctx: Any, *cotangents: Any) -> Any:
        *grads, x, lengths, offsets = ctx.saved_tensors[:6]
        tensors = ctx.saved_tensors[6:]
        layer = (x, tensors[: ctx.n], tensors[ctx.n :], lengths, offsets)
        of_grads, of_inputs = second.gradients(ctx.cell, ctx.wanted, cotangents, grads, *layer)
        return None, None, None, *of_grads, of_inputs[0], None, None, None, None, *of_inputs[1:]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], *inputs: Any) -> Any:
        cell, wanted, n, *grads, x, lengths, offsets, output, reserve = inputs[:11]
        tensors, dims = inputs[11:], in_dims[11:]
        x_dim, lengths_dim, offsets_dim, output_dim, reserve_dim = in_dims[6:11]
        layer = (x_dim, dims[:n], dims[n:], lengths_dim, offsets_dim, output_dim, reserve_dim)
        found, places = batched.backward(
            backward,
            info.batch_size,
            (in_dims[3:6], *layer),
            *(grads, x, tensors[:n], tensors[n:], lengths, offsets, output, reserve),
            *(cell, wanted),
        )
        return tuple(found), tuple(places)


def is_plain(grads: Sequence[Tensor | None]) -> bool:
    """Whether gradients are to be computed and nothing else is done with that."""
    functorch = torch._C._functorch
    if torch.is_grad_enabled() or functorch.peek_interpreter_stack() is not None:
        return False
    return not any(g is not None and functorch.is_legacy_batchedtensor(g) for g in grads)


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
) -> tuple[Tensor, ...]:
    """As `call.backward`; it can be differentiated, and be in any vmap."""
    layer = (x, state, weights, lengths, offsets, output, reserve)
    if any(g is not None and torch._C._functorch.is_legacy_batchedtensor(g) for g in grads):
        return _of_many(grads, layer, cell, wanted)
    steps = (x, lengths, offsets, output, reserve)
    found: tuple[Tensor, ...] = _Backward.apply(  # type: ignore[no-untyped-call]
        cell, wanted, len(state), *grads, *steps, *state, *weights
    )
    return found


def _of_many(
    grads: Sequence[Tensor | None], layer: tuple[Any, ...], cell: str, wanted: Sequence[bool]
) -> tuple[Tensor, ...]:
    """Of many gradients at once: `is_grads_batched=True`, which has a vmap of its own."""
    level = torch._C._vmapmode_increment_nesting() - 1
    torch._C._vmapmode_decrement_nesting()
    is_many = torch._C._functorch.is_legacy_batchedtensor
    places = [0 if g is not None and is_many(g) else None for g in grads]
    plain = [
        g if g is None or place is None else torch._remove_batch_dim(g, level, 0, place)
        for g, place in zip(grads, places, strict=True)
    ]
    n = next(len(g) for g, place in zip(plain, places, strict=True) if g is not None and place == 0)
    dims = (places, None, *([None] * len(part) for part in layer[1:3]), *[None] * 4)
    arguments: tuple[Any, ...] = (*layer, cell, wanted)
    found, out = batched.backward(backward, n, dims, plain, *arguments)
    return tuple(
        grad if place is None else torch._add_batch_dim(grad, place, level)
        for grad, place in zip(found, out, strict=True)
    )
