"""The C++ kernels as operators of torch, for `torch.compile` and `torch.export`.

Eager calls go through `autograd`: by an operator a call of a small layer takes twice as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from elman import native
from elman.ops.recurrent.kernels import autograd, batched, call

__all__ = ["layer"]


def _fake_forward(
    x: Tensor,
    state: list[Tensor],
    weights: list[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
    keep: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    x = call.plain(x)
    B, T, _, H, D = call.size_of(x, state, offsets)
    steps = B * T if offsets is None else x.shape[0]
    kept = D * steps * native.reserve_size(cell, H) if keep else 0
    output = x.new_empty_strided(*call.by_time(x, D * H))
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
    x = call.plain(x)
    like = [
        call.like_steps(x, x.shape[-1], x.new_empty),
        *(t.new_empty(t.shape) for t in (*state, *weights)),
    ]
    return [t if need else x.new_empty(0) for t, need in zip(like, wanted, strict=True)]


def _setup(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
    x, state, weights, lengths, offsets, cell, _ = inputs
    autograd.save(ctx, x, state, weights, lengths, offsets, cell, output)


def _backward(ctx: Any, *grads: Tensor | None) -> tuple[Any, ...]:
    n = ctx.states
    x_needed, state_needed, weights_needed = ctx.needs_input_grad[:3]
    wanted = [x_needed, *state_needed, *weights_needed]
    found = autograd.differentiate(ctx, grads, wanted, torch.ops.elman.layer_backward)
    return found[0], found[1 : 1 + n], found[1 + n :], None, None, None, None


def _vmap_forward(info: Any, in_dims: Sequence[Any], *arguments: Any) -> Any:
    *given, _ = arguments
    return batched.forward(torch.ops.elman.layer, info.batch_size, in_dims[:5], *given)


def _vmap_backward(info: Any, in_dims: Sequence[Any], *arguments: Any) -> Any:
    run = torch.ops.elman.layer_backward
    return batched.backward(run, info.batch_size, in_dims[:8], *arguments)


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
torch.library.impl("elman::layer", "cpu", autograd.forward)
torch.library.impl("elman::layer_backward", "cpu", call.backward)
torch.library.register_fake("elman::layer", _fake_forward)
torch.library.register_fake("elman::layer_backward", _fake_backward)
torch.library.register_autograd("elman::layer", _backward, setup_context=_setup)
torch.library.register_vmap("elman::layer", _vmap_forward)
torch.library.register_vmap("elman::layer_backward", _vmap_backward)

layer = torch.ops.elman.layer
"""The operator."""
