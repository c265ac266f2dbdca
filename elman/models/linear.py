"""The torch twins of `runtime.linear`: of ids, of each step, of a window, of convolutions."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from elman.nn.embedding import embedded
from elman.runtime.convolutions import Convolutions, shapes
from elman.runtime.inputs import PADDING, UNKNOWN
from elman.runtime.spec import NetworkSpec

__all__ = ["ConvolutionPart", "LinearPart", "StepPart", "WindowPart", "linear_of", "own_ids"]


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


class StepPart(nn.Module):
    """Σ W[place, id] + b of every step, over the ids of the steps at places around it.

    Args:
        ids: how many there are.
        outputs: K.
        before: steps before its own that a step reads.
        after: steps after its own.
        around: which ids of the steps around are read, by their places in a step; all where none is
            named.
        dropout: share of the ids at each place that are not read while training.

    Shape:
        x `(B, T)` or `(B, T, columns)` of ids, 0 for nothing; lengths `(B,)`; the result
        `(B, T, K)`.
    """

    def __init__(
        self,
        ids: int,
        outputs: int,
        before: int,
        after: int,
        *,
        around: tuple[int, ...] = (),
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.before, self.after, self.around, self.dropout = before, after, around, dropout
        self.weight = nn.Parameter(torch.zeros((before + 1 + after) * ids, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        x = x.reshape(*x.shape[:2], -1)
        real = torch.arange(x.shape[1], device=x.device) < lengths[:, None]
        x = x * real[:, :, None]
        T, ids = x.shape[1], len(self.weight) // (self.before + 1 + self.after)
        wide = nn.functional.pad(x, (0, 0, self.before, self.after))
        total = self.bias.expand(*x.shape[:2], -1)
        for place in range(self.before + 1 + self.after):
            there = wide[:, place : place + T]
            if place != self.before and self.around:
                there = there[:, :, self.around]
            rows = embedded(there + place * ids, self.weight, None)  # (B, T, columns, K)
            read = (there != PADDING).to(rows.dtype)
            if self.training and self.dropout:
                kept = 1.0 - self.dropout
                read = read * (torch.rand(there.shape) < kept) / kept
            total = total + (rows * read[..., None]).sum(2)
        return total

    answers = forward


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


class ConvolutionPart(nn.Module):
    """x W + b of the features x that convolutions have of T steps.

    But: whether something is above a threshold has no gradient, so none reaches the steps.

    Args:
        spec: whose it is.

    Shape:
        x `(B, T, I)`, lengths `(B,)`; the result `(B, K)`.
    """

    channels: Tensor
    thresholds: Tensor

    def __init__(self, spec: NetworkSpec) -> None:
        super().__init__()
        self.dilations = spec.dilations
        for name, shape in shapes(spec.input_size, len(spec.dilations), spec.thresholds).items():
            self.register_buffer(name.removeprefix("linear."), torch.zeros(shape))
        self.weight = nn.Parameter(torch.zeros(spec.linear, spec.outputs))
        self.bias = nn.Parameter(torch.zeros(spec.outputs))

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        found = Convolutions(self.dilations, self.channels.numpy(), self.thresholds.numpy())
        rows = zip(x.detach().float().numpy(), lengths.tolist(), strict=True)
        features = np.stack([found.features(row[:length]) for row, length in rows])
        return torch.from_numpy(features) @ self.weight + self.bias

    answers = forward


def linear_of(spec: NetworkSpec) -> ConvolutionPart | LinearPart | StepPart | WindowPart:
    """Return the linear part of a spec, with zeros for weights."""
    if spec.dilations:
        return ConvolutionPart(spec)
    if spec.per_step:
        return StepPart(
            spec.linear,
            spec.outputs,
            spec.linear_before,
            spec.linear_after,
            around=spec.linear_around,
        )
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
