"""Arrays with labels as Python programs hold them, told from other data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["are_paths", "labelled_arrays"]


def labelled_arrays(data: Any) -> tuple[Sequence[Any], Sequence[Any] | None] | None:
    """Return arrays and their labels, of (X, y), of pairs, or of arrays alone; None of others."""
    if isinstance(data, np.ndarray):
        return (list(data), None) if _arrays(data) else None
    if isinstance(data, tuple) and len(data) == 2 and _arrays(data[0]):
        labels = data[1]
        return data[0], labels.tolist() if hasattr(labels, "tolist") else list(labels)
    if isinstance(data, list) and data and isinstance(data[0], tuple) and len(data[0]) == 2:
        if all(isinstance(pair, tuple) and len(pair) == 2 for pair in data):
            first, labels = zip(*data, strict=True)
            return (first, labels) if _arrays(first) else None
        return None
    return (data, None) if _arrays(data) else None


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
