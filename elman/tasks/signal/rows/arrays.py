"""Arrays with labels as Python programs hold them, told from other data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Arrays", "are_paths", "labelled_arrays"]


class Arrays(NamedTuple):
    """Arrays, and what is known of each."""

    signals: Sequence[Any]
    labels: Sequence[Any] | None = None
    groups: Sequence[Any] | None = None


def labelled_arrays(data: Any) -> Arrays | None:
    """Return arrays with what is known of them: of (X, y), of (X, y, groups), of pairs, or of
    arrays alone; None of others."""
    if isinstance(data, np.ndarray):
        return Arrays(list(data)) if _arrays(data) else None
    if isinstance(data, tuple) and len(data) in (2, 3):
        frame = hasattr(data[0], "columns")
        signals: Any = np.asarray(data[0]) if frame else data[0]
        if _arrays(signals):
            return Arrays(signals, *map(_listed, data[1:]))
    if isinstance(data, list) and data and isinstance(data[0], tuple) and len(data[0]) == 2:
        if all(isinstance(pair, tuple) and len(pair) == 2 for pair in data):
            first, labels = zip(*data, strict=True)
            return Arrays(first, labels) if _arrays(first) else None
        return None
    return Arrays(data) if _arrays(data) else None


def _listed(values: Any) -> list[Any]:
    found: list[Any] = values.tolist() if hasattr(values, "tolist") else list(values)
    return found


def _arrays(values: Any) -> bool:
    if isinstance(values, np.ndarray):
        return values.ndim in (2, 3) and values.dtype.kind in "fiu"
    if not isinstance(values, (list, tuple)) or not values:
        return False
    first = values[0]
    return isinstance(first, np.ndarray) and first.ndim in (1, 2) and first.dtype.kind in "fiu"


def are_paths(data: Any) -> bool:
    """Whether data is a list of paths."""
    return isinstance(data, list) and bool(data) and all(isinstance(x, (str, Path)) for x in data)
