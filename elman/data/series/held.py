"""A series that a Python program holds: a frame, or numbers that are indexed by dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from elman.data.tables.held import column_values, table_of
from elman.data.tables.table import Table

__all__ = ["dated_table"]


def dated_table(data: Any) -> Table | None:
    """Return a table of dates and values; None of plain numbers.

    Args:
        data: a frame with such columns, or a series of pandas with dates for its index.
    """
    if isinstance(data, (str, bytes, list, tuple)):
        return None
    if isinstance(data, Mapping):
        return table_of(data)
    index: Any = getattr(data, "index", None)
    if hasattr(data, "columns"):
        table = table_of(data)
        if table is None or not _is_dated(index):
            return table
        columns = {str(name): data[name] for name in data.columns}
        return table_of({_named(index, "date"): list(index.astype(str)), **columns})
    if not _is_dated(index):
        return None
    values = column_values(data) or []
    return table_of({_named(index, "date"): list(index.astype(str)), _named(data, "value"): values})


def _is_dated(index: Any) -> bool:
    return type(index).__name__ in ("DatetimeIndex", "PeriodIndex")


def _named(data: Any, otherwise: str) -> str:
    name = getattr(data, "name", None)
    return otherwise if name is None else str(name)
