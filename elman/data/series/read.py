"""A file of dated numbers becomes one evenly spaced series.

The value and the date column are found by name and content, gaps are counted and filled, and
whatever was chosen, filled or left out is said in `Series.notes`; what would have to be guessed is
refused with file and line.
But: one series a file, one value a step.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from elman.data.series.columns import find_date, find_value, read_columns
from elman.data.series.rhythm import find_rhythm
from elman.data.series.season import find_season
from elman.data.series.series import Series
from elman.data.series.values import fill, parse_values
from elman.data.tables.formats import open_table
from elman.data.tables.table import Table
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["read_series"]

MIN_VALUES = 20


def read_series(
    source: str | os.PathLike[str] | Table,
    *,
    date: str | None = None,
    value: str | None = None,
    season: int | None = None,
    opening: Mapping[str, Any] | None = None,
) -> Series:
    """Read one series from a table with a header, or from a file of one number per line.

    Args:
        source: csv or tsv, or what else `open_table` reads; or such a table.
        date: the column of dates; found by content when left out.
        value: the column of numbers; found when left out, if there is only one.
        season: steps in a season, 1 for none; told from the dates, or else from the
            autocorrelation, when left out.
        opening: how the file is opened, as `open_table` takes it.

    Raises:
        DataError: the file does not hold an evenly spaced series of finite numbers.
        OptionError: a column or season that cannot be, or several columns to choose from.
    """
    table = source if isinstance(source, Table) else open_table(source, **(opening or {}))
    path = table.path
    columns, lines = read_columns(table)

    def where(i: int) -> str:
        return f"{path}, line {lines[i]}"

    for option, column in (("date", date), ("value", value)):
        if column is not None and column not in columns:
            hint = did_you_mean(column, columns)
            raise OptionError(f'--{option}: {path} has no column "{column}". {hint}')
    if date is not None and date == value:
        raise OptionError(f'date and value are both "{date}". Name two different columns.')
    date = date if date is not None else find_date(columns, value)
    value = value if value is not None else find_value(path, columns, date)
    notes = [f'values: column "{value}"' if len(columns) > 1 else f"values: {len(lines)} lines"]
    numbers = parse_values(columns[value], value, where)
    present = np.flatnonzero(np.isfinite(numbers))
    if len(present) < MIN_VALUES:
        raise DataError(
            f"{path}: {len(present)} values; a series needs at least {MIN_VALUES}. Add rows."
        )
    kept = slice(int(present[0]), int(present[-1]) + 1)
    outside = len(numbers) - (kept.stop - kept.start)
    if outside:
        notes.append(f"{outside} rows without a value at the start or the end were left out")
    dates: tuple[str, ...] | None = None
    frequency, positions = "unknown", np.arange(kept.stop - kept.start)
    if date is None:
        notes.append("dates: none, so the rows count as evenly spaced")
    else:
        written = columns[date][kept]
        rhythm = find_rhythm(written, lambda i: where(i + kept.start))
        frequency, positions = rhythm.frequency, rhythm.positions
        dates = rhythm.every(written)
        notes.append(f'dates: column "{date}", {frequency} steps')
    values = fill(path, numbers[kept], positions, dates, notes)
    season = find_season(season, len(values), frequency, values, notes)
    return Series(value, dates, values, season, frequency, tuple(notes))
