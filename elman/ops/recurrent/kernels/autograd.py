"""The C++ kernels within autograd: what is kept, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from elman.ops.recurrent.kernels import call
from elman.ops.recurrent.kernels.backward import backward, is_plain

__all__ = ["Layer", "changed", "differentiate", "forward", "save", "save_apart"]


_NOTHING = {t: torch.empty(0, dtype=t, device="cpu") for t in (torch.float32, torch.bfloat16)}


class Layer(torch.autograd.Function):
    """A call as it is made outside of `torch.compile`; after the fifth: states, then weights."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, lengths: Any, offsets: Any, cell: str, n: int, *tensors: Any
    ) -> Any:
        results = forward(x, tensors[:n], tensors[n:], lengths, offsets, cell, True)
        save_apart(ctx, x, tensors[:n], tensors[n:], lengths, offsets, cell, results)
        ctx.mark_non_differentiable(*results[1 + n :])
        return results

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        wanted = [ctx.needs_input_grad[0], *ctx.needs_input_grad[5:]]
        found = differentiate(ctx, grads, wanted, again=changed(ctx))
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
    output, ends, reserve = call.forward(x, state, weights, lengths, offsets, cell, keep)
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


def save_apart(
    ctx: Any,
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
    results: Sequence[Tensor],
) -> None:
    """As `save`, where the program may change its output in place: of torch's layers it has a copy.

    So what is saved does not count the changes, and what counts them keeps no memory.
    """
    save(ctx, x, state, weights, lengths, offsets, cell, (results[0].data, *results[1:]))
    ctx.changes = results[0].detach()
    ctx.changes.data = _NOTHING[results[0].dtype]
    ctx.version = ctx.changes._version


def changed(ctx: Any) -> bool:
    """Whether the output that `save_apart` saw was changed in place."""
    return bool(ctx.changes._version > ctx.version)


def differentiate(
    ctx: Any,
    grads: Sequence[Tensor | None],
    wanted: Sequence[bool],
    run: Callable[..., Sequence[Tensor]] = call.backward,
    *,
    otherwise: Callable[..., Sequence[Tensor]] = backward,
    again: bool = False,
) -> list[Tensor | None]:
    """Gradients of x, states and weights; None where not wanted.

    Args:
        ctx: what `save` has kept.
        grads: of output and final states; None where nobody uses it.
        wanted: of which a gradient is.
        run: what computes them where nothing is done with that but computing it.
        otherwise: what computes them elsewhere, so that it can be differentiated.
        again: the output is no longer what it was, and has to be computed again.
    """
    x, lengths, offsets, output, reserve, *tensors = ctx.saved_tensors
    if again:
        output = reserve = x.new_empty(0)
    state, weights = tensors[: ctx.states], tensors[ctx.states :]
    arguments = (x, state, weights, lengths, offsets, output, reserve, ctx.cell, list(wanted))
    if not is_plain(grads):
        run = otherwise
    found = run(list(grads[:3]), *arguments)
    return [grad if need else None for grad, need in zip(found, wanted, strict=True)]
