"""Labelled sequences as a module takes them, and what its answers are worth.

Sequences of unlike length are padded only for modules that take lengths; others are given rows of
one length at a time, so that no padding is ever read.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader

from elman.errors import InputError
from elman.judging.estimate import Floats
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
            y = self.y.to(answers.dtype) if self.kind == "value" else self.y
            each = [self.loss(a[None], b[None]).sum() for a, b in zip(answers, y, strict=True)]
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
    all_x, all_y = _pairs(data)
    x = _with_steps(all_x)
    y = None if all_y is None else _targets({n: all_y[n] for n in x}, x)
    ask, padded = (call, True) if call is not None else call_of(module)
    return Examples(tuple(x.values()), y, ask, padded, loss)


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
    expected = (
        "expected a sequence of pairs (x, y), or a tuple of tensors (x, y) or (x, lengths, y)"
    )
    batched = isinstance(data, tuple) and len(data) in (2, 3)
    if batched and all(isinstance(part, Tensor | np.ndarray) for part in data):
        data = tuple(_tensor(part, "data", "a part of (x, y)") for part in data)
        if any(not part.dim() for part in data) or len({len(part) for part in data}) != 1:
            shapes = ", ".join(str(tuple(part.shape)) for part in data)
            raise InputError(f"data: expected (x, y) or (x, lengths, y), N rows each; got {shapes}")
        return _cut(data[0], data[1] if len(data) == 3 else None), list(data[-1])
    if isinstance(data, Tensor):
        return list(data), None
    if isinstance(data, DataLoader):
        raise InputError(f"data is a DataLoader, which gives batches; {expected}: loader.dataset?")
    if isinstance(data, (str, bytes, Mapping)):
        raise InputError(f"data is a {type(data).__name__}; {expected}")
    try:
        rows = list(data)
    except TypeError:
        raise InputError(f"data is a {type(data).__name__}; {expected}") from None
    if len(rows) == 2 and all(isinstance(row, Tensor) for row in rows):
        x, y = rows
        if x.dim() > 2 or x.dim() != y.dim():
            raise InputError(
                f"data is a list of two tensors, {tuple(x.shape)} and {tuple(y.shape)}, read as "
                "two rows; for x and y give a tuple: memory_card(module, (x, y))"
            )
    labelled = [_is_pair(row) for row in rows]
    if not any(labelled):
        return [_tensor(row, f"data[{n}]", "x") for n, row in enumerate(rows)], None
    if not all(labelled):
        n = labelled.index(False)
        raise InputError(f"data[{n}] is no pair (x, y), and others are; give all rows a target")
    return [_tensor(x, f"data[{n}]", "x") for n, (x, _) in enumerate(rows)], [y for _, y in rows]


def _is_pair(row: Any) -> bool:
    """A tuple of two; or a list, if it cannot be a sequence of two steps."""
    listed = isinstance(row, list) and len(row) == 2 and isinstance(row[0], Tensor | np.ndarray)
    return (isinstance(row, tuple) and len(row) == 2) or (listed and row[0].ndim > 0)


def _cut(x: Tensor, lengths: Tensor | None) -> list[Tensor]:
    """The rows of a batch, each to its own length."""
    if lengths is None:
        return list(x)
    T = x.shape[1] if x.dim() > 1 else 0
    if lengths.dim() != 1 or lengths.is_floating_point() or lengths.is_complex():
        raise InputError(f"lengths {tuple(lengths.shape)}: expected a whole number for each row")
    if int(lengths.min()) < 0 or int(lengths.max()) > T:
        n = int(((lengths < 0) | (lengths > T)).nonzero()[0])
        raise InputError(
            f"lengths[{n}] is {int(lengths[n])}, and x {tuple(x.shape)} has {T} steps a row; "
            f"expected 0 to {T}"
        )
    return [row[:n] for row, n in zip(x, lengths.tolist(), strict=True)]


def _tensor(value: Any, where: str, name: str) -> Tensor:
    """A tensor that no inference mode hangs on."""
    try:
        found = torch.as_tensor(value)
    except (TypeError, ValueError, RuntimeError):
        raise InputError(
            f"{where}: {name} is {_short(value)}; expected numbers or a tensor"
        ) from None
    if found.is_inference():
        with torch.inference_mode(mode=False):
            found = found.clone()
    if not bool(torch.isfinite(found).all()):
        raise InputError(f"{where}: {name} holds NaN or infinity; drop the row, or fill it")
    return found


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"a {type(value).__name__}"


def _with_steps(rows: list[Tensor]) -> dict[int, Tensor]:
    """Rows with a step by their number; floats of one feature may be `(T,)`."""
    x = {n: row for n, row in enumerate(rows) if row.dim() and len(row)}
    if not x:
        raise InputError("data holds no sequence with a step in it; expected at least one (x, y)")
    first = next(iter(x.values()))
    for n, row in x.items():
        if row.dim() > 2 or row.shape[1:] != first.shape[1:] or row.dtype.is_complex:
            raise InputError(
                f"data[{n}]: x has shape {tuple(row.shape)}; expected (T,) ids, or (T, I) "
                f"floats, alike in all rows; the first has {tuple(first.shape)}"
            )
        if row.dtype != first.dtype and (row.is_floating_point() or first.is_floating_point()):
            raise InputError(f"data[{n}]: x is {row.dtype}, and the first is {first.dtype}")
        x[n] = _tensor(row, f"data[{n}]", "x")
    if first.is_floating_point():
        return {n: row[:, None] if row.dim() == 1 else row for n, row in x.items()}
    return {n: row.long() for n, row in x.items()}


def _targets(y: dict[int, Any], x: dict[int, Tensor]) -> Tensor:
    """Class numbers `(N,)` or values `(N, K)`; of targets at every step, the last."""
    rows = {n: _tensor(each, f"data[{n}]", "y") for n, each in y.items()}
    ragged = len({row.shape for row in rows.values()}) > 1
    whole = not any(row.is_floating_point() for row in rows.values())
    if any(row.dim() > 1 or (row.dim() and (ragged or whole)) for row in rows.values()):
        rows = {n: _last(row, len(x[n]), n) for n, row in rows.items()}
    found = list(rows.values())
    if not whole:
        values = torch.stack([row.to(torch.get_default_dtype()) for row in found])
        return values[:, None] if values.dim() == 1 else values
    return torch.stack([row.long() for row in found])


def _last(y: Tensor, steps: int, n: int) -> Tensor:
    """The last of a target for every step."""
    if y.dim() and len(y) not in (1, steps):
        raise InputError(
            f"data[{n}]: y has {len(y)} targets and x {steps} steps; expected one class, or one "
            "target a step. Several labels of one row must be floats, with loss= to compare them"
        )
    return y[-1] if y.dim() else y
