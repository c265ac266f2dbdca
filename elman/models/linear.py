"""The torch twin of `runtime.linear`: a weight for each id of a step and each output."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from elman.runtime.linear import PADDING, UNKNOWN
from elman.runtime.spec import NetworkSpec

__all__ = ["LinearPart", "own_ids"]


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


def own_ids(spec: NetworkSpec, x: Tensor) -> Tensor:
    """Return ids `(B, T)` or `(B, T, columns)` as the recurrence reads them."""
    if x.dim() == 2:
        return torch.where(x < spec.vocabulary, x, UNKNOWN)
    first = torch.where(x[:, :, 0] < spec.vocabulary, x[:, :, 0], UNKNOWN)
    if spec.ids_per_step == 1:
        return first
    others = x[:, :, 1 : spec.ids_per_step]
    others = torch.where(others < spec.vocabulary, others, PADDING)
    return torch.cat([first[:, :, None], others], dim=2)
