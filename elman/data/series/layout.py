"""Which columns of a table make its series: by content, then by name.

A table is one series (dates and values), or several side by side, a column each, or several one
below the other, told apart by a column of names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from elman.data.series.columns import (
    COUNTER_NAMES,
    VALUE_NAMES,
    Columns,
    find_date,
    numeric_columns,
    once,
)
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["Layout", "layout_of", "rows_of"]

ID_NAMES = ("unique_id", "series_id", "item_id", "series", "item", "id", "ticker", "sku")
_FEWEST_STEPS = 4
"""Rows that a name has on average, or it tells no series apart."""


@dataclass(frozen=True)
class Layout:
    """The columns of a table, by what they are for."""

    values: tuple[str, ...]
    date: str | None = None
    id: str | None = None

    def called(self, name: str | None, column: str) -> str:
        """Return what the series of a column is called, of a name if they are told apart."""
        if name is None:
            return column
        return f"{name}/{column}" if len(self.values) > 1 else name


def layout_of(
    path: Path,
    columns: Columns,
    *,
    date: str | None = None,
    value: str | None = None,
    id: str | None = None,
    beside: Sequence[str] = (),
) -> Layout:
    """Say which columns hold what; those that are named are taken at their word.

    Args:
        path: of the table, for messages.
        columns: fields by column.
        date: the column of dates.
        value: that of values, or several, as "a,b".
        id: the column that tells series apart.
        beside: columns that are for something else.

    Raises:
        OptionError: a column that is not there, or is named twice.
        DataError: there is no column of numbers.
    """
    named = _split(value, columns)
    asked = [("--date", date), ("--id", id), *(("--value", name) for name in named)]
    for option, name in asked:
        if name is not None and name not in columns:
            hint = did_you_mean(name, columns)
            raise OptionError(f'{option}: {path} has no column "{name}". {hint}')
    taken = [name for _, name in asked if name is not None]
    for _, name in asked:
        if name is not None and taken.count(name) > 1:
            others = [other for other, again in asked if again == name]
            raise OptionError(
                f'{" and ".join(dict.fromkeys(others))} name the column "{name}" twice. '
                "Name different columns."
            )
    if again := [name for name in beside if name in taken]:
        raise OptionError(f'"{again[0]}" is a covariate, and named as something else too.')
    columns = {name: fields for name, fields in columns.items() if name not in beside}
    date = date if date is not None else find_date(columns, taken)
    id = id if id is not None else _find_id(columns, date, named)
    return Layout(named or _find_values(path, columns, date, id), date, id)


def rows_of(columns: Columns, layout: Layout) -> Iterator[tuple[str | None, NDArray[np.int64]]]:
    """Yield the name of every series that is told apart, and its rows."""
    if layout.id is None:
        yield None, np.arange(len(columns[layout.values[0]]))
        return
    numbers = {name: n for n, name in enumerate(once(columns[layout.id]))}
    each = np.array([numbers[name] for name in columns[layout.id]])
    order = np.argsort(each, kind="stable")
    edges = np.searchsorted(each[order], np.arange(1, len(numbers)))
    yield from zip(numbers, np.split(order, edges), strict=True)


def _split(value: str | None, columns: Columns) -> tuple[str, ...]:
    if value is None or value in columns:
        return () if value is None else (value,)
    return tuple(part.strip() for part in value.split(","))


def _find_id(columns: Columns, date: str | None, values: Sequence[str]) -> str | None:
    """The column in which a date stands once beside each name, where dates stand again.

    Else one that is called so and holds one name: whose series it is, another file may say too.
    """
    others = [name for name in columns if name != date and name not in values]
    numeric = numeric_columns(columns) - {date}
    named = [name for name in others if name.lower() in ID_NAMES[:2]]
    for name in named:
        if len(set(columns[name])) == 1 and columns[name][0] and numeric - {name}:
            return name
    if date is None:
        return named[0] if named and _repeats(columns[named[0]]) else None
    if len(set(columns[date])) == len(columns[date]):
        return None
    for name in sorted(others, key=lambda name: (_rank(name), name in numeric)):
        if name.lower() in VALUE_NAMES or not _repeats(columns[name]) or not numeric - {name}:
            continue
        pairs = set(zip(columns[name], columns[date], strict=True))
        if len(pairs) == len(columns[date]):
            return name
    return None


def _rank(name: str) -> int:
    lowered = name.lower()
    return ID_NAMES.index(lowered) if lowered in ID_NAMES else len(ID_NAMES)


def _repeats(fields: Sequence[str]) -> bool:
    return _FEWEST_STEPS * len(set(fields)) <= len(fields)


def _find_values(path: Path, columns: Columns, date: str | None, id: str | None) -> tuple[str, ...]:
    """The column of values by its name, else all columns of numbers that count nothing."""
    numeric = numeric_columns(columns)
    found = [name for name in columns if name not in (date, id) and name in numeric]
    found = [name for name in found if name.lower() not in COUNTER_NAMES] or found
    named = [name for name in found if name.lower() in VALUE_NAMES]
    if not found:
        raise DataError(f"{path}: no column of numbers among {', '.join(columns)}. Expected one.")
    return tuple(named) if len(named) == 1 else tuple(found)
