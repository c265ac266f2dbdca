"""Labelled sequences as a module takes them, and what its outputs are worth.

Sequences of unlike length are padded only for modules that take lengths; others are given rows of
one length at a time, so that no padding is ever read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from elman.errors import InputError
from elman.judging.estimate import Floats
from elman.memory.rows.call import Call

__all__ = ["Examples", "Kind", "chosen"]

Kind = Literal["class", "value", "none"]

_BATCH = 128


@dataclass(frozen=True)
class Examples:
    """Sequences, their targets, and how the module is asked.

    Args:
        x: `(T,)` or `(T, k)` ids, or `(T, I)` floats each.
        y: `(N,)` class numbers or `(N, K)` values, None without labels. Of targets at every step
            the last one counts.
        ask: how the module is called.
        padded: the module takes lengths; else rows of one length come together.
        loss: the user's own, `(output, y) → (B,)` or a mean, or None.
    """

    x: tuple[Tensor, ...]
    y: Tensor | None
    ask: Call
    padded: bool
    loss: Callable[[Tensor, Tensor], Tensor] | None = None

    def __len__(self) -> int:
        return len(self.x)

    @property
    def lengths(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        return np.array([len(x) for x in self.x], np.int64)

    @property
    def ids(self) -> bool:
        """Whether steps are ids."""
        return not self.x[0].is_floating_point()

    @property
    def kind(self) -> Kind:
        if self.y is None:
            return "none"
        return "value" if self.y.is_floating_point() else "class"

    def steps(self) -> Tensor:
        """Return all steps of all rows, `(n, …)`: what a step is like in this data."""
        return torch.cat(self.x)

    def take(self, rows: Sequence[int]) -> Examples:
        """Return these rows."""
        y = None if self.y is None else self.y[list(rows)]
        return replace(self, x=tuple(self.x[n] for n in rows), y=y)

    def of(self, x: Sequence[Tensor]) -> Examples:
        """Return the same targets with other sequences."""
        return replace(self, x=tuple(x))

    def batches(self) -> Iterator[tuple[list[int], Tensor, Tensor]]:
        """Yield row numbers, x `(B, T, …)` padded with 0, lengths `(B,)`; rows of like length."""
        lengths = self.lengths
        order = np.argsort(lengths, kind="stable")
        start = 0
        while start < len(order):
            stop = min(start + _BATCH, len(order))
            if not self.padded:
                same = lengths[order[start:stop]] == lengths[order[start]]
                stop = start + int(same.sum())
            rows = [int(n) for n in order[start:stop]]
            x = nn.utils.rnn.pad_sequence([self.x[n] for n in rows], batch_first=True)
            yield rows, x, torch.from_numpy(lengths[rows])
            start = stop

    def outputs(self, module: nn.Module) -> Tensor:
        """Return the module's outputs `(N, K)` without gradient, one row each."""
        parts, order = [], []
        with torch.no_grad():
            for rows, x, lengths in self.batches():
                parts.append(self.output(module, x, lengths))
                order += rows
        return torch.cat(parts)[torch.from_numpy(np.argsort(order))]

    def output(self, module: nn.Module, x: Tensor, lengths: Tensor) -> Tensor:
        """Return the outputs `(B, K)` to one batch: those of the last real step, if of each."""
        output = self.ask(module, x, lengths)
        output = output[0] if isinstance(output, tuple) else output
        if not isinstance(output, Tensor) or output.shape[:1] != x.shape[:1]:
            found = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
            raise InputError(
                f"the module answered {found} to a batch of {len(x)} sequences of {x.shape[1]} "
                "steps; expected (B,), (B, K) or (B, T, K). If time comes first there, pass "
                "call=lambda module, x, lengths: module(x.transpose(0, 1)).transpose(0, 1)"
            )
        if output.dim() == 3 or (output.dim() == 2 and self._each_step(output, x)):
            output = output[torch.arange(len(x)), (lengths - 1).clamp(min=0)]
        return output[:, None] if output.dim() == 1 else output

    def losses(self, outputs: Tensor) -> Tensor:
        """Return the loss of each row `(N,)`; without labels, a fixed random sum of the outputs."""
        if self.y is None:
            v = torch.randn(outputs.shape[1], generator=torch.Generator().manual_seed(0))
            return outputs @ v.to(outputs.dtype)
        if self.loss is not None:
            y = self.y.to(outputs.dtype) if self.kind == "value" else self.y
            each = [self.loss(a[None], b[None]).sum() for a, b in zip(outputs, y, strict=True)]
            return torch.stack(each)
        if self.kind == "value":
            return ((outputs - self.y.to(outputs.dtype)) ** 2).mean(1)
        if outputs.shape[1] == 1:
            target = self.y.to(outputs.dtype)
            return functional.binary_cross_entropy_with_logits(
                outputs[:, 0], target, reduction="none"
            )
        return functional.cross_entropy(outputs, self.y, reduction="none")

    def right(self, outputs: Tensor) -> Floats:
        """Return 1 or 0 for each row `(N,)`: is the most probable class the right one?"""
        assert self.y is not None
        return np.asarray((chosen(outputs) == self.y).double().numpy())

    def change(self, outputs: Tensor, other: Tensor) -> Floats:
        """Return how far other outputs are from these, row by row `(N,)`.

        KL(p ‖ p') in nats of class probabilities; of values the squared difference, as a share of
        the outputs' variance.
        """
        a, b = outputs.double(), other.double()
        if self.kind == "class":
            if a.shape[1] == 1:
                a, b = (torch.cat([torch.zeros_like(z), z], 1) for z in (a, b))
            p, q = a.log_softmax(1), b.log_softmax(1)
            return np.asarray((p.exp() * (p - q)).sum(1).clamp(min=0).numpy())
        spread = a.var(0, unbiased=False).sum().clamp(min=1e-12)
        return np.asarray((((a - b) ** 2).sum(1) / spread).numpy())

    def _each_step(self, output: Tensor, x: Tensor) -> bool:
        """Whether `(B, T)` numbers are one a step: as long as x, and no score of a class."""
        width = 1 if self.y is None or self.y.dim() == 1 else self.y.shape[1]
        return output.shape[1] == x.shape[1] and self.kind == "value" and width != x.shape[1]


def chosen(outputs: Tensor) -> Tensor:
    """Return the most probable class of each row `(N,)`, from one logit or several."""
    return (outputs[:, 0] > 0).long() if outputs.shape[1] == 1 else outputs.argmax(1)
