"""A file of dated numbers becomes evenly spaced series.

The columns are found by name and content, rows are put in order, and whatever was chosen, sorted or
left out is said in `Panel.notes`. What is missing stays missing; what would have to be guessed is
refused with file and line.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.series.calendar import Calendar
from elman.data.series.columns import Columns, joined_dates, read_columns
from elman.data.series.covariates import Covariate, Kind, covariates_of, floats_of
from elman.data.series.dated import calendar_of, of_different
from elman.data.series.layout import Layout, layout_of, rows_of
from elman.data.series.panel import Panel
from elman.data.series.season import find_season
from elman.data.series.series import Series
from elman.data.series.values import RowError, Where, parse_values
from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject, Table
from elman.errors import DataError
from elman.figures import counted

__all__ = ["read_panel", "series_of"]

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
    apart: bool = False,
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
        apart: whether a series with a row at fault is left out, so that the others can be had;
            there may then be none.

    Raises:
        DataError: the file does not hold evenly spaced series of finite numbers.
        OptionError: a column or season that cannot be.
    """
    table = source if isinstance(source, Table) else open_table(source, **(opening or {}))
    path = table.path
    try:
        columns, lines = read_columns(table)
    except RowError as fault:
        if not apart:
            raise DataError(str(fault)) from None
        (line,) = fault.rows  # of which series, nobody knows
        return Panel((), left_out=(Reject(line, fault.reason(line), str(path)),))
    if date is None:
        columns = joined_dates(columns)
    if isinstance(covariates, Mapping):
        covariates = covariates_of(columns, dict(covariates))
    beside = [covariate.name for covariate in covariates]
    layout = layout_of(path, columns, date=date, value=value, id=id, beside=beside)
    left: list[Reject] = []
    while lines and layout.values:
        try:
            panel = _panel(path, columns, lines, layout, covariates, known, season, apart)
            return replace(panel, left_out=(*left, *panel.left_out))
        except RowError as fault:
            if not apart:
                raise DataError(str(fault)) from None
            columns, lines, layout, more = _without(fault, path, columns, lines, layout)
            left += more
    return Panel((), id=layout.id, left_out=tuple(left))


def _without(
    fault: RowError, path: Path, columns: Columns, lines: Sequence[int], layout: Layout
) -> tuple[Columns, list[int], Layout, list[Reject]]:
    """Return a table without the series of rows at fault, and those series."""
    if layout.id is None:
        out = layout.values if fault.column not in layout.values else (fault.column,)
        first = dict.fromkeys(out, fault.rows[0])
        layout = replace(layout, values=tuple(name for name in layout.values if name not in out))
        kept: Sequence[int] = range(len(lines))
    else:
        names = columns[layout.id]
        rows = {names[i]: i for i in reversed(fault.rows)}
        first = {layout.called(n, column): i for n, i in rows.items() for column in layout.values}
        kept = [i for i, name in enumerate(names) if name not in rows]
    left = [
        _left_out(name, path, lines[i], fault.reason(i).replace(f"{path}, ", ""))
        for name, i in first.items()
    ]
    columns = {name: [fields[i] for i in kept] for name, fields in columns.items()}
    return columns, [lines[i] for i in kept], layout, left


def _left_out(name: str, path: Path, line: int, reason: str) -> Reject:
    return Reject(line, reason, str(path), named={"unique_id": name})


def _panel(
    path: Path,
    columns: Columns,
    lines: Sequence[int],
    layout: Layout,
    covariates: Sequence[Covariate],
    known: tuple[Calendar, int] | None,
    season: int | None,
    apart: bool,
) -> Panel:
    """Return the series of a table, of which it is known what its columns hold."""

    def where(i: int) -> str:
        return f"{path}, line {lines[i]}"

    notes = _said(layout, columns, len(lines), covariates)
    beside_values = floats_of(columns, covariates, where)
    numbers = {name: parse_values(columns[name], name, where, notes) for name in layout.values}
    rows = list(rows_of(columns, layout))
    alone = len(rows) * len(numbers) == 1
    fewest = MIN_VALUES if known is None else 1
    parts = [at for _, at in rows]
    calendar, positions = _placed(columns, layout, parts, where, notes, known)
    found, begins, short, most, missing = list[Series](), list[int](), list[Reject](), 0, 0
    for name, at in rows:
        for column in layout.values:
            called = layout.called(name, column)
            series, outside = series_of(
                called, numbers[column][at], positions[at], calendar, beside_values[at]
            )
            present = 0 if series is None else int(np.isfinite(series.values).sum())
            most = max(most, present)
            if series is None or present < fewest:
                few = f"{counted(present, 'value')}; a series needs at least {fewest}. Add rows."
                short.append(_left_out(called, path, lines[at[0]], few))
                continue
            if outside and alone:
                notes.append(
                    f"{outside} steps without a value at the start or the end were left out"
                )
            missing += len(series.values) - present
            found.append(series)
            begins.append(lines[at[0]])
    if not found and not apart:
        each = "a series needs" if alone else "each series needs"
        raise DataError(f"{path}: {counted(most, 'value')}; {each} at least {fewest}. Add rows.")
    if short:
        names = [reject.named["unique_id"] for reject in short]
        few = "without a value" if fewest == 1 else f"with fewer than {fewest} values"
        notes.append(f"left out, {few}: {_listed(names)}")
    if missing:
        steps = sum(len(series.values) for series in found)
        gap = next(s for s in found if np.isnan(s.values).any())
        first = gap.date(int(np.flatnonzero(np.isnan(gap.values))[0]))
        after = f", first {first}" + (f" of {gap.name}" if len(found) > 1 else "")
        notes.append(f"{missing} of {steps} steps have no value{after}; they stay missing")
    if found:
        season = find_season(season, calendar, [series.values for series in found], notes)
        found = [replace(series, season=season) for series in found]
    beside = tuple(covariates)
    return Panel(
        tuple(found), tuple(notes), layout.values, layout.id, beside, tuple(begins), tuple(short)
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
        fit = of_different(fields, layout.date, where, known)
        positions = fit.positions
        again: list[int] = []
        for at in parts:
            _, kept = np.unique(positions[at], return_index=True)
            again += np.delete(at, kept).tolist()
        if again:
            beside = None if layout.id is None else columns[layout.id]
            raise RowError(
                where,
                again,
                lambda i: (
                    f'"{fields[i][:40]}" stands twice'
                    + ("" if beside is None else f' beside "{beside[i][:40]}"')
                    + ". Leave one row a date and series."
                ),
            )
    notes.append(f'dates: column "{layout.date}", {fit.calendar.frequency} steps')
    if any((np.diff(positions[at]) < 0).any() for at in parts):
        notes.append("the rows were not in the order of their dates, and were sorted")
    return fit.calendar, positions


def series_of(
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
