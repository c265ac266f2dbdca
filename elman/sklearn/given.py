"""What an estimator is given as X: columns of texts, signals, or a table of numbers."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_array

from elman.data.tables.held import column_values

__all__ = ["free_name", "is_frame", "ragged_arrays", "text_columns"]

TEXT = "text"
"""What a column of texts is called that has no name."""


def free_name(name: str, taken: Container[str]) -> str:
    """Return a name that no column has."""
    while name in taken:
        name += "_"
    return name


def is_frame(X: Any) -> bool:
    """Say whether X has columns with names, as frames of pandas and polars."""
    return hasattr(X, "columns") and hasattr(X, "__getitem__") and hasattr(X, "shape")


def ragged_arrays(X: Any) -> list[NDArray[np.float32]] | None:
    """Return signals that may be of different lengths; None where X is no list of such.

    Args:
        X: a list of arrays `(T, C)`, or of `(T,)` of which not all are as long; or an array of
            such objects.

    Raises:
        ValueError: a value is NaN or infinite.
    """
    if isinstance(X, np.ndarray) and X.dtype.kind == "O" and X.ndim == 1:
        X = list(X)
    if not isinstance(X, (list, tuple)) or not X or not all(isinstance(x, np.ndarray) for x in X):
        return None
    if X[0].ndim == 1 and len({len(x) for x in X}) == 1:
        return None  # a table
    return [check_array(x, dtype=np.float32, ensure_2d=False, input_name="X") for x in X]


def text_columns(X: Any) -> dict[str, list[str]] | None:
    """Return the texts of X by column; None where X has none.

    Args:
        X: texts, one a row: a list, an array or a series; or a frame, of which every column has to
            hold texts.

    Raises:
        TypeError: there is something else among the texts.
    """
    if is_frame(X):
        columns = {str(name): X[name] for name in X.columns}
    elif isinstance(X, np.ndarray) and X.ndim == 2:
        columns = {f"{TEXT}{n}": X[:, n] for n in range(X.shape[1])}
        if len(columns) == 1:
            columns = {TEXT: X[:, 0]}
    else:
        columns = {TEXT: X}
    values = {name: _values(column) for name, column in columns.items()}
    texts = {name: found for name, found in values.items() if found is not None}
    if not texts:
        return None
    if len(texts) < len(values):
        others = ", ".join(sorted(values.keys() - texts.keys())[:5])
        raise TypeError(
            f"X has texts in {', '.join(texts)}, and none in {others}: choose the columns to read, "
            'as X[["title", "text"]]'
        )
    return {name: _texts(found, name) for name, found in texts.items()}


def _values(column: Any) -> Sequence[Any] | None:
    """Return the cells of a column if the first that is there is a text."""
    if isinstance(column, np.ndarray) and (column.ndim != 1 or column.dtype.kind in "biufcmM"):
        return None
    if hasattr(column, "dtype") and getattr(column.dtype, "kind", "O") in "biufcmM":
        return None
    values = column_values(column)
    first = next((cell for cell in values or () if not _is_missing(cell)), None)
    return values if isinstance(first, str) else None


def _is_missing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, float) and cell != cell) or str(cell) == "<NA>"


def _texts(values: Sequence[Any], name: str) -> list[str]:
    for n, cell in enumerate(values):
        if not isinstance(cell, str) and not _is_missing(cell):
            raise TypeError(f"X: {name}, row {n}: {cell!r:.40} is no text; the first ones are")
    return [cell if isinstance(cell, str) else "" for cell in values]
