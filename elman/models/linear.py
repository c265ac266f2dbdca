"""The torch twins of `runtime.linear`: of ids, and of the floats of a window."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from elman.runtime.linear import PADDING, UNKNOWN
from elman.runtime.spec import NetworkSpec

__all__ = ["LinearPart", "WindowPart", "linear_of", "own_ids"]


class LinearPart(nn.Module):
    """Σ W[id] / √T + b over the ids of T steps.

    Args:
        ids: how many there are.
        outputs: K.

    Shape:
        x `(B, T)` or `(B, T, columns)` of ids, lengths `(B,)`; the result `(B, K)`.
    """

    def __init__(self, ids: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(ids, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        return self.answers(self.vectors(x), lengths)

    def vectors(self, x: Tensor) -> Tensor:
        """Return what each step says, `(B, T, K)`."""
        rows = nn.functional.embedding(x, self.weight)
        return rows.sum(2) if rows.dim() == 4 else rows

    def answers(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        """Return what `forward` returns, of what each step says."""
        real = torch.arange(vectors.shape[1], device=vectors.device) < lengths[:, None]
        total = (vectors * real[:, :, None]).sum(1)
        return total / lengths.clamp(min=1).sqrt()[:, None] + self.bias


class WindowPart(nn.Module):
    """x W + b of the last floats x of T steps; those that are not there count as 0.

    Args:
        floats: how many it reads, whole steps.
        outputs: K.

    Shape:
        x `(B, T, I)`, lengths `(B,)`; the result `(B, K)`.
    """

    def __init__(self, floats: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(floats, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        steps = len(self.weight) // x.shape[2]
        places = lengths[:, None] - steps + torch.arange(steps, device=x.device)  # (B, steps)
        rows = torch.arange(len(x), device=x.device)[:, None]
        window = x[rows, places.clamp(min=0)] * (places >= 0)[:, :, None]
        return window.flatten(1) @ self.weight + self.bias

    answers = forward
    """Vectors of steps are the steps."""


def linear_of(spec: NetworkSpec) -> LinearPart | WindowPart:
    """Return the linear part of a spec, with zeros for weights."""
    kind = LinearPart if spec.vocabulary else WindowPart
    return kind(spec.linear, spec.outputs)


def own_ids(spec: NetworkSpec, x: Tensor) -> Tensor:
    """Return ids `(B, T)` or `(B, T, columns)` as the recurrence reads them; vectors stay."""
    if not spec.vocabulary:
        return x
    if x.dim() == 2:
        return torch.where(x < spec.vocabulary, x, UNKNOWN)
    first = torch.where(x[:, :, 0] < spec.vocabulary, x[:, :, 0], UNKNOWN)
    if spec.ids_per_step == 1:
        return first
    others = x[:, :, 1 : spec.ids_per_step]
    others = torch.where(others < spec.vocabulary, others, PADDING)
    return torch.cat([first[:, :, None], others], dim=2)
