"""Which column holds the dates and which the values: by content, then by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from elman.data.series.dates import COUNT, guess_forms
from elman.data.series.values import MISSING, is_number, looks_like_number
from elman.data.tables.table import Reject, Table
from elman.errors import DataError, OptionError

__all__ = ["date_forms", "find_date", "find_value", "read_columns"]

VALUE_NAMES = ("value", "values", "y", "target")
DATE_NAMES = ("date", "datetime", "timestamp", "time", "ds", "month", "day", "week", "year")
COUNTER_NAMES = {"t", "step", "index", "idx", "i", "n", "no", "id", "period", "time"}


def read_columns(table: Table) -> tuple[dict[str, list[str]], list[int]]:
    """All fields as text, by column, and the line of each row."""
    columns: dict[str, list[str]] = {name: [] for name in table.columns}
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
            raise DataError(f"{table.path}, line {row.line}: {row.reason}. Mend the line.")
        lines.append(row.line)
        for name, column in zip(table.columns, columns.values(), strict=True):
            field = row.fields.get(name)
            column.append("" if field is None else str(field).strip())
    if not lines:
        raise DataError(f"{table.path}: no rows below the header. Expected dates and numbers.")
    return columns, lines


def date_forms(fields: Sequence[str], column: str) -> list[str]:
    """Return the forms the dates of a column may have, the likeliest first."""
    forms = guess_forms(fields, digits=_says_date(column))
    if not forms and all(map(is_number, fields)):
        return [COUNT]
    return forms


def find_date(columns: dict[str, list[str]], value: str | None) -> str | None:
    """The column of dates: by content, names decide between several; else a step counter."""
    others = [name for name in columns if name != value]
    dated = [name for name in others if guess_forms(columns[name], digits=_says_date(name))]
    named = [name for wanted in DATE_NAMES for name in dated if name.lower() == wanted]
    if dated:
        return (named or dated)[0]
    if len(columns) == 1:
        return None
    for place, name in enumerate(columns):
        numbers = [float(field) for field in columns[name] if is_number(field)]
        steps = set(np.diff(numbers))
        even = len(numbers) == len(columns[name]) and len(steps) == 1 and min(steps) > 0
        likely = name.lower() in COUNTER_NAMES or (place == 0 and len(columns) == 2)
        if name in others and even and likely:
            return name
    return None


def find_value(path: Path, columns: dict[str, list[str]], date: str | None) -> str:
    """The only column of numbers, or the only one with a name from VALUE_NAMES."""
    numbers = {
        name: 2 * sum(map(looks_like_number, fields))
        > sum(f.lower() not in MISSING for f in fields)
        for name, fields in columns.items()
    }
    found = [name for name in columns if name != date and numbers[name]]
    found = [name for name in found if name.lower() not in COUNTER_NAMES] or found
    named = [name for name in found if name.lower() in VALUE_NAMES]
    if len(found) == 1 or len(named) == 1:
        return (named or found)[0]
    if found:
        raise OptionError(
            f"{path} has {len(found)} columns of numbers. Name one as value: {', '.join(found)}."
        )
    raise DataError(f"{path}: no column of numbers among {', '.join(columns)}. Expected one.")


def _says_date(name: str) -> bool:
    return not set(re.split(r"[^a-z]+", name.lower())).isdisjoint(DATE_NAMES)
