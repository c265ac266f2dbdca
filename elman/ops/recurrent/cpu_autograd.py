"""The C++ kernels within autograd: what is kept, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from elman.ops.recurrent import cpu_call, reference

__all__ = ["Layer", "differentiate", "forward", "save"]


class Layer(torch.autograd.Function):
    """A call as it is made outside of `torch.compile`; after the fifth: states, then weights."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, lengths: Any, offsets: Any, cell: str, n: int, *tensors: Any
    ) -> Any:
        results = forward(x, tensors[:n], tensors[n:], lengths, offsets, cell, True)
        save(ctx, x, tensors[:n], tensors[n:], lengths, offsets, cell, results)
        ctx.mark_non_differentiable(*results[1 + n :])
        return results

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        wanted = [ctx.needs_input_grad[0], *ctx.needs_input_grad[5:]]
        found = differentiate(ctx, grads, wanted, cpu_call.backward)
        return found[0], None, None, None, None, *found[1:]


def forward(
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
    keep: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Output, h_n, c_n (empty but for LSTM) and what backward needs (empty when not kept)."""
    output, ends, reserve = cpu_call.forward(x, state, weights, lengths, offsets, cell, keep)
    # Each its own: an operator's results must not share memory.
    return (
        output,
        ends[0],
        ends[1] if len(ends) == 2 else x.new_empty(0),
        x.new_empty(0) if reserve is None else reserve,
    )


def save(
    ctx: Any,
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
    results: Sequence[Tensor],
) -> None:
    """Keep for the way back what `differentiate` reads."""
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(x, lengths, offsets, results[0], results[3], *state, *weights)
    ctx.cell, ctx.states = cell, len(state)


def differentiate(
    ctx: Any,
    grads: Sequence[Tensor | None],
    wanted: Sequence[bool],
    run: Callable[..., list[Tensor]],
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
    return reference.gradients((output, *ends), grads, (x, *state, *weights), wanted)
