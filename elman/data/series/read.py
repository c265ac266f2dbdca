"""A file of dated numbers becomes one evenly spaced series.

The value and the date column are found by name and content, rows are put in order, and whatever was
chosen, sorted or left out is said in `Series.notes`. What is missing stays missing; what would have
to be guessed is refused with file and line.
But: one series a file, one value a step.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from elman.data.series.calendar import Calendar, Fit, fits
from elman.data.series.columns import date_forms, find_date, find_value, read_columns
from elman.data.series.dates import parse_date
from elman.data.series.season import find_season
from elman.data.series.series import Series
from elman.data.series.values import Where, parse_values
from elman.data.tables.formats import open_table
from elman.data.tables.table import Table
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["calendar_of", "read_series"]

MIN_VALUES = 8
MOST_STEPS, SPARSEST = 1000, 10
"""So many steps in all, and for each date that is given, may lie between the first and the last."""


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
    if unused := [name for name in columns if name not in (date, value)]:
        notes.append(f"not used: {', '.join(unused)}")
    numbers = parse_values(columns[value], value, where, notes)
    calendar, positions = None, np.arange(len(numbers))
    if date is None:
        notes.append("dates: none, so the rows count as evenly spaced")
    else:
        fit = calendar_of(columns[date], date, where)
        calendar, positions = fit.calendar, fit.positions
        notes.append(f'dates: column "{date}", {calendar.frequency} steps')
        if (np.diff(positions) < 0).any():
            notes.append("the rows were not in the order of their dates, and were sorted")
    values = np.full(int(positions.max(initial=-1)) + 1, np.nan)
    values[positions] = numbers
    present = np.flatnonzero(np.isfinite(values))
    if len(present) < MIN_VALUES:
        raise DataError(
            f"{path}: {len(present)} values; a series needs at least {MIN_VALUES}. Add rows."
        )
    kept = slice(int(present[0]), int(present[-1]) + 1)
    if outside := len(values) - (kept.stop - kept.start):
        notes.append(f"{outside} steps without a value at the start or the end were left out")
    values = values[kept]
    series = Series(value, values, 1, calendar, kept.start)
    if missing := np.flatnonzero(np.isnan(values)).tolist():
        after = f", first {series.date(missing[0])}"
        notes.append(
            f"{len(missing)} of {len(values)} steps have no value{after}; they stay missing"
        )
    season = find_season(season, calendar, values, notes)
    return Series(value, values, season, calendar, kept.start, tuple(notes))


def calendar_of(fields: Sequence[str], column: str, where: Where) -> Fit:
    """Return the calendar of a column of dates.

    01/02/2003 may be read in two ways: the right one is that which leaves the fewest dates out.

    Raises:
        DataError: they are no dates, or not at even steps; it names the first that does not fit.
    """
    forms = date_forms(fields, column)
    if not forms:
        raise DataError(
            f'{where(0)}: "{fields[0][:40]}" is no date in a form known here. Write dates like '
            "2003-02-01, 2003-02 or 2003-02-01 13:30."
        )
    good: list[Fit] = []
    faults: list[str] = []
    for form in forms:
        moments = [parse_date(field, form) for field in fields]
        if None in moments:
            i = moments.index(None)
            faults.append(
                f'{where(i)}: "{fields[i][:40]}" is no date of the form {form} that the column '
                "has. Mend it, or leave out the row."
            )
            continue
        for fit in fits([moment for moment in moments if moment is not None], form):
            fault = _fault(fit, fields, where)
            if fault is None:
                good.append(fit)
            else:
                faults.append(fault)
    if not good:
        raise DataError(faults[0])
    return min(good, key=lambda fit: int(fit.positions.max()))


def _fault(fit: Fit, fields: Sequence[str], where: Where) -> str | None:
    """Say why dates are not of a calendar; None where they are."""
    calendar, positions = fit.calendar, fit.positions
    steps = int(positions.max())
    if fit.odd is not None:
        i = fit.odd
        if fit.twice:
            first = where(int(np.flatnonzero(positions == positions[i])[0]))
            return (
                f'{where(i)}: "{fields[i][:40]}" is the same date as {first}. Leave one row a '
                "date, and one series a file."
            )
        return (
            f'{where(i)}: "{fields[i][:40]}" is not a whole number of steps after '
            f'"{fields[int(positions.argmin())][:40]}"; most rows are {_step(calendar)} apart. '
            "Bring the rows to even steps first."
        )
    if steps > MOST_STEPS + SPARSEST * len(fields):
        i = int(positions.argmax())
        return (
            f'{where(i)}: "{fields[i][:40]}" is {steps} steps of {_step(calendar)} after the first '
            f"of {len(fields)} dates. Leave out the rows that stand apart."
        )
    return None


def _step(calendar: Calendar) -> str:
    units = {"workdays": "working days", "counts": ""}
    return f"{calendar.step:g} {units.get(calendar.unit, calendar.unit)}".strip()
