"""Labelled sequences as a module takes them, and what its answers are worth.

Sequences of unlike length are padded only for modules that take lengths; others are given rows of
one length at a time, so that no padding is ever read.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from elman.errors import InputError
from elman.memory.estimate import Floats
from elman.nn.linear_stack import LinearStack

__all__ = ["Call", "Examples", "call_of", "examples_of"]

Call = Callable[[nn.Module, Tensor, Tensor], Any]
"""(module, x `(B, T, …)`, lengths `(B,)`) → the module's output."""

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

    def answers(self, module: nn.Module) -> Tensor:
        """Return the module's answers `(N, K)` without gradient, one row each."""
        parts, order = [], []
        with torch.no_grad():
            for rows, x, lengths in self.batches():
                parts.append(self.answer(module, x, lengths))
                order += rows
        return torch.cat(parts)[torch.from_numpy(np.argsort(order))]

    def answer(self, module: nn.Module, x: Tensor, lengths: Tensor) -> Tensor:
        """Return the answers `(B, K)` to one batch: those of the last real step, if of each."""
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

    def losses(self, answers: Tensor) -> Tensor:
        """Return the loss of each row `(N,)`; without labels, a fixed random sum of the answers."""
        if self.y is None:
            v = torch.randn(answers.shape[1], generator=torch.Generator().manual_seed(0))
            return answers @ v.to(answers.dtype)
        if self.loss is not None:
            each = [self.loss(a[None], y[None]).sum() for a, y in zip(answers, self.y, strict=True)]
            return torch.stack(each)
        if self.kind == "value":
            return ((answers - self.y.to(answers.dtype)) ** 2).mean(1)
        if answers.shape[1] == 1:
            target = self.y.to(answers.dtype)
            return functional.binary_cross_entropy_with_logits(
                answers[:, 0], target, reduction="none"
            )
        return functional.cross_entropy(answers, self.y, reduction="none")

    def right(self, answers: Tensor) -> Floats:
        """Return 1 or 0 for each row `(N,)`: is the most probable class the right one?"""
        assert self.y is not None
        return np.asarray((chosen(answers) == self.y).double().numpy())

    def change(self, answers: Tensor, other: Tensor) -> Floats:
        """Return how far other answers are from these, row by row `(N,)`.

        KL(p ‖ p') in nats of class probabilities; of values the squared difference, as a share of
        the answers' variance.
        """
        a, b = answers.double(), other.double()
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


def chosen(answers: Tensor) -> Tensor:
    """Return the most probable class of each row `(N,)`, from one logit or several."""
    return (answers[:, 0] > 0).long() if answers.shape[1] == 1 else answers.argmax(1)


def examples_of(
    data: Any,
    module: nn.Module,
    *,
    call: Call | None = None,
    loss: Callable[[Tensor, Tensor], Tensor] | None = None,
) -> Examples:
    """Read what `memory_card` was given.

    Args:
        data: a sequence of sequences or of pairs (x, y); or a tuple of batched tensors (x, y) or
            (x, lengths, y).
        module: whose `forward` says how it is called.
        call: how it is called instead.
        loss: as in `Examples`.

    Raises:
        InputError: the data is none of these, or empty, or holds no steps.
    """
    x, y = _pairs(data)
    x, y = _with_steps(x, y)
    ask, padded = (call, True) if call is not None else call_of(module)
    return Examples(tuple(x), _targets(y), ask, padded, loss)


def call_of(module: nn.Module) -> tuple[Call, bool]:
    """Find from its signature how a module is called, and whether it takes lengths."""
    if isinstance(module, nn.RNNBase | LinearStack):
        return _layer_call(module)
    parameters = list(inspect.signature(module.forward).parameters.values())
    for place, parameter in enumerate(parameters):
        if place and "len" in parameter.name.lower():
            if place == 1 and parameter.kind is not parameter.KEYWORD_ONLY:
                return lambda m, x, lengths: m(x, lengths), True
            return partial(_named, parameter.name), True
    needed = [
        p
        for p in parameters[1:]
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    if len(needed) == 1:
        return lambda m, x, lengths: m(x, lengths), True
    if needed:
        raise InputError(
            f"{type(module).__name__}.forward also needs {needed[0].name} and {needed[1].name}; "
            "pass call=lambda module, x, lengths: ... to say how it is called"
        )
    return lambda m, x, lengths: m(x), False


def _named(name: str, module: nn.Module, x: Tensor, lengths: Tensor) -> Any:
    return module(x, **{name: lengths})


def _layer_call(layer: nn.Module) -> tuple[Call, bool]:
    """A recurrent layer alone: batch-first whatever it was built with; ours take lengths."""
    takes = "lengths" in inspect.signature(layer.forward).parameters

    def ask(module: nn.Module, x: Tensor, lengths: Tensor) -> Tensor:
        options = {"lengths": lengths} if takes else {}
        if module.batch_first:
            output = module(x, **options)[0]
        else:
            output = module(x.transpose(0, 1), **options)[0].transpose(0, 1)
        return torch.view_as_real(output).flatten(-2) if output.is_complex() else output

    return ask, takes


def _pairs(data: Any) -> tuple[list[Tensor], list[Any] | None]:
    """All sequences, and all targets if there are any."""
    batched = isinstance(data, tuple) and len(data) in (2, 3)
    if batched and all(isinstance(part, Tensor) for part in data):
        if any(not part.dim() for part in data) or len({len(part) for part in data}) != 1:
            shapes = ", ".join(str(tuple(part.shape)) for part in data)
            raise InputError(f"data: expected (x, y) or (x, lengths, y), N rows each; got {shapes}")
        lengths = data[1].tolist() if len(data) == 3 else [data[0].shape[1]] * len(data[0])
        return [row[:n] for row, n in zip(data[0], lengths, strict=True)], list(data[-1])
    if isinstance(data, Tensor):
        return list(data), None
    try:
        rows = list(data)
    except TypeError:
        raise InputError(
            f"data is a {type(data).__name__}; expected a sequence of pairs (x, y), or a tuple of "
            "tensors (x, y) or (x, lengths, y)"
        ) from None
    labelled = [isinstance(row, tuple) and len(row) == 2 for row in rows]
    if not any(labelled):
        return [torch.as_tensor(row) for row in rows], None
    if not all(labelled):
        n = labelled.index(False)
        raise InputError(f"data[{n}] is no pair (x, y), and others are; give all rows a target")
    return [torch.as_tensor(x) for x, _ in rows], [y for _, y in rows]


def _with_steps(x: list[Tensor], y: list[Any] | None) -> tuple[list[Tensor], list[Any] | None]:
    """Drop rows without steps; floats of one feature may be `(T,)`."""
    keep = [n for n, row in enumerate(x) if row.dim() and len(row)]
    if not keep:
        raise InputError("data holds no sequence with a step in it; expected at least one (x, y)")
    x = [x[n] for n in keep]
    for n, row in enumerate(x):
        if row.dim() > 2 or row.shape[1:] != x[0].shape[1:] or row.dtype.is_complex:
            raise InputError(
                f"data[{keep[n]}]: x has shape {tuple(row.shape)}; expected (T,) ids, or (T, I) "
                f"floats, alike in all rows; the first has {tuple(x[0].shape)}"
            )
    if x[0].is_floating_point():
        x = [row[:, None] if row.dim() == 1 else row for row in x]
    else:
        x = [row.long() for row in x]
    return x, None if y is None else [y[n] for n in keep]


def _targets(y: list[Any] | None) -> Tensor | None:
    """Class numbers `(N,)` or values `(N, K)`; of targets at every step, the last."""
    if y is None:
        return None
    rows = [torch.as_tensor(each) for each in y]
    ragged = len({row.shape for row in rows}) > 1
    whole = not rows[0].is_floating_point()
    if any(row.dim() > 1 or (row.dim() and (ragged or whole)) for row in rows):
        rows = [row[-1] for row in rows]
    if any(row.is_floating_point() for row in rows):
        values = torch.stack([row.to(torch.get_default_dtype()) for row in rows])
        return values[:, None] if values.dim() == 1 else values
    return torch.stack([row.long() for row in rows])
