"""The kernels under `torch.func.vmap`: a batch of batches is one batch of more rows.

Rows do not change each other's results, so rows of several batches may stand together. Where the
weights differ between batches, as in an ensemble, or each batch wants weights' gradients of its
own, as for gradients of single examples, the batches are walked one after the other.

What forward keeps for its derivative stays below the vmap; above, backward computes it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

__all__ = ["backward", "forward"]


def forward(
    run: Callable[..., Sequence[Tensor]],
    n: int,
    dims: Sequence[Any],
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    cell: str,
) -> tuple[tuple[Tensor, ...], tuple[int | None, ...]]:
    """Return what a layer computes of n batches, and where in each result their axis is.

    Args:
        run: a layer of one batch, of these arguments and whether to keep what backward needs.
        n: batches.
        dims: where in each argument the axis of the batches is; None: they share it.
        x, state, weights, lengths, offsets, cell: of the layer.
    """
    keep = torch.is_grad_enabled() and any(t.requires_grad for t in (x, *state, *weights))
    nothing, lstm = x.new_empty(0), cell == "lstm"
    if _any((*dims[2], dims[4])):
        given = (x, state, weights, lengths, offsets)
        every = [run(*_of_batch(k, given, dims), cell, keep)[:3] for k in range(n)]
        output, h_n, c_n = (torch.stack(list(parts)) for parts in zip(*every, strict=True))
        places = [0, 0, 0]
    else:
        found = run(*_joined(n, x, state, weights, lengths, offsets, dims), cell, keep)
        output, h_n = _parted(found[0], n, 0), _parted(found[1], n, 1)
        c_n = _parted(found[2], n, 1) if lstm else nothing
        places = [1, 2, 2]
    results = (output, h_n, c_n if lstm else nothing, nothing)
    return results, (*places[:2], places[2] if lstm else None, None)


def backward(
    run: Callable[..., Sequence[Tensor]],
    n: int,
    dims: Sequence[Any],
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
) -> tuple[list[Tensor], list[int | None]]:
    """Return the gradients of n batches, as `forward` does their results; `dims` begins with a
    list for `grads`.
    """
    nothing = x.new_empty(0)
    grad_dims, x_dim, state_dims, weight_dims, lengths_dim, offsets_dim, output_dim, _ = dims
    if _any((*weight_dims, offsets_dim)) or any(wanted[1 + len(state) :]):
        given = (grads, x, state, weights, lengths, offsets, output, reserve)
        every = [run(*_of_batch(k, given, dims), cell, wanted) for k in range(n)]
        results = [torch.stack(list(parts)) for parts in zip(*every, strict=True)]
        places = [0] * len(results)
    else:
        each = zip(grads, grad_dims, (0, 1, 1), strict=True)
        joined = [_rows(grad, dim, n, at) for grad, dim, at in each]
        of_layer = (x_dim, state_dims, weight_dims, lengths_dim, offsets_dim)
        layer = _joined(n, x, state, weights, lengths, offsets, of_layer)
        found = run(joined, *layer, _rows(output, output_dim, n, 0), nothing, cell, wanted)
        at = [0, *(1 for _ in state)]
        results = [
            _parted(grad, n, place) if need else nothing
            for grad, place, need in zip(found, at, wanted, strict=False)
        ] + [nothing] * len(weights)
        places = [place + 1 for place in at] + [0] * len(weights)
    return (
        [grad if need else nothing for grad, need in zip(results, wanted, strict=True)],
        [place if need else None for place, need in zip(places, wanted, strict=True)],
    )


def _any(dims: Sequence[int | None]) -> bool:
    return any(dim is not None for dim in dims)


def _of_batch(k: int, given: Sequence[Any], dims: Sequence[Any]) -> list[Any]:
    """The arguments of batch k."""
    return [
        _of_batch(k, part, dim)
        if isinstance(part, (list, tuple))
        else (part if dim is None else part.select(dim, k))
        for part, dim in zip(given, dims, strict=True)
    ]


def _joined(
    n: int,
    x: Tensor,
    state: Sequence[Tensor],
    weights: Sequence[Tensor],
    lengths: Tensor | None,
    offsets: Tensor | None,
    dims: Sequence[Any],
) -> tuple[Any, ...]:
    """The arguments of a layer over the rows of all batches; slots of packed steps are n rows."""
    x_dim, state_dims, _, lengths_dim, _ = dims
    return (
        _rows(x, x_dim, n, 0),
        [_rows(part, dim, n, 1) for part, dim in zip(state, state_dims, strict=True)],
        weights,
        _rows(lengths, lengths_dim, n, 0),
        None if offsets is None else n * offsets,
    )


def _rows(tensor: Tensor | None, dim: int | None, n: int, at: int) -> Tensor | None:
    """Rows of n batches in one axis, `at`: those that are first in theirs, those second, …"""
    if tensor is None:
        return None
    if dim is None:
        shape = (*tensor.shape[: at + 1], n, *tensor.shape[at + 1 :])
        tensor = tensor.unsqueeze(at + 1).expand(shape)
    else:
        tensor = tensor.movedim(dim, at + 1)
    return tensor.flatten(at, at + 1)


def _parted(tensor: Tensor, n: int, at: int) -> Tensor:
    """`_rows` undone: the axis of the batches is behind that of the rows."""
    shape = tensor.shape
    return tensor.reshape(*shape[:at], shape[at] // n, n, *shape[at + 1 :])
