"""The rows that `memory_card` is given, in any of the forms it takes; what is none is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from elman.errors import InputError
from elman.memory.rows.call import Call, call_of
from elman.memory.rows.examples import Examples

__all__ = ["examples_of"]


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
