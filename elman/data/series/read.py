"""A file of dated numbers becomes evenly spaced series.

The columns are found by name and content, rows are put in order, and whatever was chosen, sorted or
left out is said in `Panel.notes`. What is missing stays missing; what would have to be guessed is
refused with file and line.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.series.calendar import Calendar
from elman.data.series.columns import Columns, joined_dates, once, read_columns
from elman.data.series.covariates import Covariate, Kind, covariates_of, floats_of
from elman.data.series.dated import calendar_of, within
from elman.data.series.layout import Layout, layout_of
from elman.data.series.panel import Panel
from elman.data.series.season import find_season
from elman.data.series.series import Series
from elman.data.series.values import Where, parse_values
from elman.data.tables.formats import open_table
from elman.data.tables.table import Table
from elman.errors import DataError

__all__ = ["read_panel"]

MIN_VALUES = 8
_NAMED = 8
"""Columns or series that a note names."""


def read_panel(
    source: str | os.PathLike[str] | Table,
    *,
    date: str | None = None,
    value: str | None = None,
    id: str | None = None,
    season: int | None = None,
    covariates: Mapping[Kind, Sequence[str]] | Sequence[Covariate] = (),
    known: tuple[Calendar, int] | None = None,
    opening: Mapping[str, Any] | None = None,
) -> Panel:
    """Read one or several series from a table with a header, or one of a number per line.

    Args:
        source: csv or tsv, or what else `open_table` reads; or such a table.
        date: the column of dates; found by content when left out.
        value: the column of numbers, or several, as "a,b", each a series; found when left out.
        id: the column that tells series apart which stand one below the other.
        season: steps in a season, 1 for none; told from the dates, or else from the
            autocorrelation, when left out.
        covariates: columns that are known beside the values, by kind; or as another table had them.
            Rows after the last value, with nothing in its column, are those to come.
        known: the calendar that the dates are of, and a step after which it goes on; then a single
            row is enough.
        opening: how the file is opened, as `open_table` takes it.

    Raises:
        DataError: the file does not hold evenly spaced series of finite numbers.
        OptionError: a column or season that cannot be.
    """
    table = source if isinstance(source, Table) else open_table(source, **(opening or {}))
    path = table.path
    columns, lines = read_columns(table)
    if date is None:
        columns = joined_dates(columns)

    def where(i: int) -> str:
        return f"{path}, line {lines[i]}"

    if isinstance(covariates, Mapping):
        covariates = covariates_of(columns, dict(covariates))
    beside = [covariate.name for covariate in covariates]
    layout = layout_of(path, columns, date=date, value=value, id=id, beside=beside)
    notes = _said(layout, columns, len(lines), covariates)
    beside_values = floats_of(columns, covariates, where)
    numbers = {name: parse_values(columns[name], name, where, notes) for name in layout.values}
    rows = [(name, at) for name, at in _rows_of(columns, layout)]
    fewest = MIN_VALUES if known is None else 1
    parts = [at for _, at in rows]
    calendar, positions = _placed(columns, layout, parts, where, notes, known)
    found, short, missing = [], [], 0
    for name, at in rows:
        for column in layout.values:
            called = column if name is None else name
            called = f"{name}/{column}" if name is not None and len(numbers) > 1 else called
            series, outside = _series(
                called, numbers[column][at], positions[at], calendar, beside_values[at]
            )
            present = 0 if series is None else int(np.isfinite(series.values).sum())
            if series is None or (present < fewest and len(rows) * len(numbers) > 1):
                short.append(called)
                continue
            if outside and len(rows) * len(numbers) == 1:
                notes.append(
                    f"{outside} steps without a value at the start or the end were left out"
                )
            missing += len(series.values) - present
            found.append(series)
    if not found or int(np.isfinite(found[0].values).sum()) < fewest:
        most = max((int(np.isfinite(s.values).sum()) for s in found), default=0)
        raise DataError(f"{path}: {most} values; a series needs at least {fewest}. Add rows.")
    if short:
        notes.append(f"left out, with fewer than {fewest} values: {_listed(short)}")
    if missing:
        steps = sum(len(series.values) for series in found)
        gap = next(s for s in found if np.isnan(s.values).any())
        first = gap.date(int(np.flatnonzero(np.isnan(gap.values))[0]))
        after = f", first {first}" + (f" of {gap.name}" if len(found) > 1 else "")
        notes.append(f"{missing} of {steps} steps have no value{after}; they stay missing")
    season = find_season(season, calendar, [series.values for series in found], notes)
    return Panel(
        tuple(replace(series, season=season) for series in found),
        tuple(notes),
        layout.values,
        layout.id,
        tuple(covariates),
    )


def _said(
    layout: Layout, columns: Columns, rows: int, covariates: Sequence[Covariate]
) -> list[str]:
    """Say which columns were taken for what."""
    values = layout.values
    if len(values) > 1:
        notes = [f"values: {len(values)} columns, each a series: {_listed(values)}"]
    else:
        notes = [f'values: column "{values[0]}"' if len(columns) > 1 else f"values: {rows} lines"]
    if layout.id is not None:
        notes.append(f'series: {len(set(columns[layout.id]))}, by column "{layout.id}"')
    for kind in dict.fromkeys(covariate.kind for covariate in covariates):
        names = [covariate.name for covariate in covariates if covariate.kind == kind]
        notes.append(f"{kind} covariates: {', '.join(names)}")
    used = {layout.date, layout.id, *values, *(covariate.name for covariate in covariates)}
    if unused := [name for name in columns if name not in used]:
        notes.append(f"not used: {', '.join(unused)}")
    return notes


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _rows_of(columns: Columns, layout: Layout) -> Iterator[tuple[str | None, NDArray[np.int64]]]:
    """Yield the name of every series that is told apart, and its rows."""
    if layout.id is None:
        yield None, np.arange(len(columns[layout.values[0]]))
        return
    numbers = {name: n for n, name in enumerate(once(columns[layout.id]))}
    each = np.array([numbers[name] for name in columns[layout.id]])
    order = np.argsort(each, kind="stable")
    edges = np.searchsorted(each[order], np.arange(1, len(numbers)))
    yield from zip(numbers, np.split(order, edges), strict=True)


def _placed(
    columns: Columns,
    layout: Layout,
    parts: Sequence[NDArray[np.int64]],
    where: Where,
    notes: list[str],
    known: tuple[Calendar, int] | None,
) -> tuple[Calendar | None, NDArray[np.int64]]:
    """Return the calendar of all series, and the step of each row; its number without dates."""
    if layout.date is None:
        notes.append("dates: none, so the rows count as evenly spaced")
        positions = np.zeros(len(columns[layout.values[0]]), np.int64)
        for at in parts:
            positions[at] = np.arange(len(at))
        return None, positions
    fields = columns[layout.date]
    if layout.id is None and known is None:
        fit = calendar_of(fields, layout.date, where)
        positions = fit.positions
    else:
        first = {field: i for i, field in reversed(list(enumerate(fields)))}
        different = once(fields)

        def of(i: int) -> str:
            return where(first[different[i]])

        if known is None:
            fit = calendar_of(different, layout.date, of)
        else:
            fit = within(known[0], different, layout.date, of, last=known[1])
        places = dict(zip(different, fit.positions.tolist(), strict=True))
        positions = np.array([places[field] for field in fields])
        for at in parts:
            _, kept = np.unique(positions[at], return_index=True)
            if len(kept) < len(at):
                i = int(at[np.setdiff1d(np.arange(len(at)), kept)[0]])
                beside = "" if layout.id is None else f' beside "{columns[layout.id][i][:40]}"'
                raise DataError(
                    f'{where(i)}: "{fields[i][:40]}" stands twice{beside}. Leave one row a date '
                    "and series."
                )
    notes.append(f'dates: column "{layout.date}", {fit.calendar.frequency} steps')
    if any((np.diff(positions[at]) < 0).any() for at in parts):
        notes.append("the rows were not in the order of their dates, and were sorted")
    return fit.calendar, positions


def _series(
    name: str,
    numbers: NDArray[np.float64],
    positions: NDArray[np.int64],
    calendar: Calendar | None,
    known: NDArray[np.float64],
) -> tuple[Series | None, int]:
    """Return a series from its first value to its last, and how many steps lay outside.

    What is `known` `(rows, columns)` beside the values goes on after the last.
    """
    begin = int(positions.min(initial=0))
    values = np.full(int(positions.max(initial=-1)) + 1 - begin, np.nan)
    values[positions - begin] = numbers
    present = np.flatnonzero(np.isfinite(values))
    if not len(present):
        return None, len(values)
    kept = slice(int(present[0]), int(present[-1]) + 1)
    beside = None
    if known.shape[1]:
        beside = np.full((len(values), known.shape[1]), np.nan)
        beside[positions - begin] = known
        beside = beside[kept.start :]
    outside = len(values) - (kept.stop - kept.start) if beside is None else 0
    return Series(name, values[kept], 1, calendar, begin + kept.start, beside), outside
