"""Which column holds the dates and which the values: by content, then by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from elman.data.series.dates import COUNT, guess_forms
from elman.data.series.values import MISSING, RowError, is_number, looks_like_number
from elman.data.tables.table import Reject, Table
from elman.errors import DataError

__all__ = [
    "COUNTER_NAMES",
    "VALUE_NAMES",
    "Columns",
    "date_forms",
    "find_date",
    "joined_dates",
    "numeric_columns",
    "once",
    "read_columns",
]

Columns = dict[str, list[str]]
"""The fields of each column."""

VALUE_NAMES = ("value", "values", "y", "target")
DATE_NAMES = ("date", "datetime", "timestamp", "time", "ds", "month", "day", "week", "year")
_PARTS = ("year", "month", "day", "hour")
_LOOKED_AT = 5000
"""Fields that tell whether a column holds numbers."""
COUNTER_NAMES = {"t", "step", "index", "idx", "i", "n", "no", "id", "period", "time"}


def read_columns(table: Table) -> tuple[Columns, list[int]]:
    """All fields as text, by column, and the line of each row."""
    columns: Columns = {name: [] for name in table.columns}
    lines: list[int] = []
    numeric = [
        name
        for name in columns
        if table.header is None and table.format != "frame" and is_number(name)
    ]
    if len(columns) == 1 and numeric:
        # a bare list of numbers: what was taken for the header is the first of them
        columns = {table.path.name.split(".")[0]: numeric}
        lines = [1]
    elif numeric:
        raise DataError(
            f'{table.path}, line 1: "{numeric[0]}" is a number where a column name was expected. '
            "Put a header above the data, for example date,value."
        )
    for row in table.rows():
        if isinstance(row, Reject):
            raise _of_line(table.path, row)
        lines.append(row.line)
        for name, column in zip(table.columns, columns.values(), strict=True):
            field = row.fields.get(name)
            column.append("" if field is None else str(field).strip())
    if not lines:
        raise DataError(f"{table.path}: no rows below the header. Expected dates and numbers.")
    return columns, lines


def _of_line(path: Path, row: Reject) -> RowError:
    """Return why a line is no row; its number stands for the row's."""
    return RowError(
        lambda line: f"{path}, line {line}", [row.line], lambda _: f"{row.reason}. Mend the line."
    )


def date_forms(fields: Sequence[str], column: str) -> list[str]:
    """Return the forms the dates of a column may have, the likeliest first."""
    forms = guess_forms(fields, digits=_says_date(column))
    if not forms and all(map(is_number, fields)):
        return [COUNT]
    return forms


def find_date(columns: Columns, taken: Sequence[str] = ()) -> str | None:
    """The column of dates: by content, names decide between several; else a step counter."""
    others = [name for name in columns if name not in taken]
    dated = [name for name in others if guess_forms(once(columns[name]), digits=_says_date(name))]
    named = [name for wanted in DATE_NAMES for name in dated if name.lower() == wanted]
    if dated:
        return (named or dated)[0]
    if len(columns) == 1:
        return None
    for place, name in enumerate(columns):
        again = name.lower() in COUNTER_NAMES - {"id"}  # one series below the other
        fields = once(columns[name]) if again else columns[name]
        numbers = [float(field) for field in fields if is_number(field)]
        steps = set(np.diff(numbers))
        even = len(numbers) == len(fields) and len(steps) == 1 and min(steps) > 0
        likely = name.lower() in COUNTER_NAMES or (place == 0 and len(columns) == 2)
        if name in others and even and likely:
            return name
    return None


def joined_dates(columns: Columns) -> Columns:
    """Return columns with year, month, day and hour, if they stand apart, as one of dates."""
    lowered = {name.lower(): name for name in columns}
    parts = [lowered[part] for part in _PARTS if part in lowered]
    if [name.lower() for name in parts] != list(_PARTS[: len(parts)]) or len(parts) < 2:
        return columns
    if not all(field.isdigit() for name in parts for field in columns[name]):
        return columns
    rows = zip(*(columns[name] for name in parts), strict=True)
    dates = ["-".join(f"{int(n):02d}" for n in row[:3]) for row in rows]
    if len(parts) > 3:
        hours = columns[parts[3]]
        dates = [f"{date} {int(hour):02d}:00" for date, hour in zip(dates, hours, strict=True)]
    others = {name: fields for name, fields in columns.items() if name not in parts}
    return {"-".join(parts): dates} | others


def numeric_columns(columns: Columns) -> set[str]:
    """Return the names of those that hold numbers in most of their fields, as far as any does."""
    found = set()
    for name, fields in columns.items():
        some = fields[:: max(1, len(fields) // _LOOKED_AT)]
        there = sum(field.lower() not in MISSING for field in some)
        if 2 * sum(map(looks_like_number, some)) > there:
            found.add(name)
    return found


def once(fields: Sequence[str]) -> list[str]:
    """Return fields without those that were there before."""
    return list(dict.fromkeys(fields))


def _says_date(name: str) -> bool:
    return not set(re.split(r"[^a-z]+", name.lower())).isdisjoint(DATE_NAMES)
