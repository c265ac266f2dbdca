"""The derivative of a derivative: by equations that can be differentiated any number of times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from elman.ops.recurrent import reference

__all__ = ["gradients"]


def gradients(
    cell: str,
    wanted: Sequence[bool],
    cotangents: Sequence[Tensor | None],
    grads: Sequence[Tensor | None],
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
) -> tuple[list[Tensor | None], list[Tensor]]:
    """Differentiate what backward computes: by the gradients it got, and by what went forward.

    Args:
        cell: of the layer.
        wanted: which gradients backward gave.
        cotangents: of each of them; None where nobody uses it.
        grads: that backward got, of output and final states.
        x, state, weights, lengths, offsets: of the layer.

    Returns:
        For each of `grads`; for x, each state and each weight.
    """
    given = [grad for grad in grads if grad is not None]
    n = len(state)

    def forward(*inputs: Tensor) -> tuple[Tensor, ...]:
        here = (inputs[0], inputs[1 : 1 + n], inputs[1 + n :], lengths, offsets)
        results = zip(_layer(cell, *here), grads, strict=False)
        return tuple(result for result, grad in results if grad is not None)

    def backward(given: tuple[Tensor, ...], *inputs: Tensor) -> list[Tensor]:
        pull = torch.func.vjp(forward, *inputs)[1]
        return [grad for grad, need in zip(pull(given), wanted, strict=True) if need]

    found, pull = torch.func.vjp(backward, tuple(given), x, *state, *weights)[:2]
    asked = [part for part, need in zip(cotangents, wanted, strict=True) if need]
    full = [torch.zeros_like(f) if a is None else a for f, a in zip(found, asked, strict=True)]
    of_given, *of_inputs = pull(full)
    rest: Any = iter(of_given)
    return [None if grad is None else next(rest) for grad in grads], of_inputs


def _layer(
    cell: str,
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
) -> tuple[Tensor, ...]:
    """Output and final states by `reference`, also over packed steps."""
    layer: dict[str, Any] = {"weights": weights, "state": tuple(state)}
    if offsets is None or lengths is None:
        output, ends = reference.layer(cell, x, **layer, lengths=lengths)
    else:
        t = torch.arange(len(offsets), device=x.device)
        batch_sizes = (t[:, None] < lengths).sum(1)
        output, ends = reference.layer_packed(cell, x, **layer, batch_sizes=batch_sizes)
    return output, *ends
