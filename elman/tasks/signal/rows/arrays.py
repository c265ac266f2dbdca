"""Arrays with labels as Python programs hold them, told from other data."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Arrays", "are_paths", "labelled_arrays", "signals_of"]


class Arrays(NamedTuple):
    """Arrays, and what is known of each."""

    signals: Sequence[Any]
    labels: Sequence[Any] | None = None
    groups: Sequence[Any] | None = None


def labelled_arrays(data: Any) -> Arrays | None:
    """Return arrays with what is known of them: of (X, y), of (X, y, groups), of pairs, or of
    arrays alone; None of others."""
    if isinstance(data, np.ndarray):
        return Arrays(signals_of(data)) if _arrays(data) else None
    if isinstance(data, tuple) and len(data) in (2, 3):
        frame = hasattr(data[0], "columns")
        signals: Any = np.asarray(data[0]) if frame else data[0]
        if _arrays(signals):
            return Arrays(signals_of(signals), *map(_listed, data[1:]))
    if isinstance(data, list) and data and isinstance(data[0], tuple) and len(data[0]) == 2:
        if all(isinstance(pair, tuple) and len(pair) == 2 for pair in data):
            first, labels = zip(*data, strict=True)
            return Arrays(first, labels) if _arrays(first) else None
        return None
    return Arrays(data) if _arrays(data) else None


def _listed(values: Any) -> list[Any]:
    found: list[Any] = values.tolist() if hasattr(values, "tolist") else list(values)
    return found


def signals_of(values: Any) -> Any:
    """Return the signals of an array of them, or of one of objects that are signals."""
    if not isinstance(values, np.ndarray):
        return values
    return [np.asarray(x.tolist()) if _of_objects(x) else x for x in values]


def _arrays(values: Any) -> bool:
    if isinstance(values, np.ndarray):
        if values.dtype.kind != "O":
            return values.ndim in (2, 3) and values.dtype.kind in "fiu"
        values = list(values)
    if not isinstance(values, (list, tuple)) or not values:
        return False
    first = values[0]
    if not isinstance(first, np.ndarray) or first.ndim not in (1, 2):
        return False
    return first.dtype.kind in "fiu" or (_of_objects(first) and all(map(_is_number, first.flat)))


def _of_objects(values: Any) -> bool:
    return isinstance(values, np.ndarray) and values.dtype.kind == "O"


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def are_paths(data: Any) -> bool:
    """Whether data is a list of paths."""
    return isinstance(data, list) and bool(data) and all(isinstance(x, (str, Path)) for x in data)
