"""Which columns of a table make its signals: long or wide, told by names and by content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from elman.data.signals.entries import GROUP_NAMES, LABEL_NAMES, SPLIT_NAMES, column
from elman.data.signals.times import is_clock
from elman.data.tables.table import Row, Table
from elman.errors import DataError
from elman.figures import counted

__all__ = ["MISSING", "SERIES_NAMES", "TIME_NAMES", "Layout", "layout_of", "number_of"]

SERIES_NAMES = ("series", "series_id", "unique_id", "signal_id", "id", "case", "sample")
TIME_NAMES = ("t", "time", "step", "timestamp", "index", "date", "datetime")
MISSING = ("", "nan", "na", "null", "none", "?")
"""How cells say that there is no value, in small letters."""
_DAY_NAMES = ("date", "day")
_FEWEST_TIMES = 2
_NUMBERED = re.compile(r"(.*?)[_ .-]?(\d+)")


@dataclass(frozen=True)
class Layout:
    """Which columns of a table are what."""

    form: Literal["long", "wide"]
    channels: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    """Of each channel its column, or of a wide table its columns in the order of time."""
    label: str | None = None
    series: str | None = None
    time: str | None = None
    group: str | None = None
    split: str | None = None
    date: str | None = None
    """The column of days, where that of times has clocks alone."""

    def of_others(self, table: Table, series: str | None = None) -> Layout | None:
        """Return these columns as those of another table; None where it has none that are read.

        Its other columns are then no readings, whatever stands in them. A wide table may end
        before, or go on by number: its signals are shorter or longer.

        Args:
            table: the other one.
            series: the column that tells its signals apart, where it is another.

        Raises:
            DataError: it has some of the columns that signals are read from, and lacks others.
        """
        there = {*table.columns}
        wide = self.form == "wide"
        # where names have no numbers, nobody can tell the last time from a column that was lost
        may_end = wide and all(map(_NUMBERED.fullmatch, sum(self.values, ())))
        lengths = {
            max((n for n, name in enumerate(names, 1) if name in there), default=0)
            for names in self.values
        }
        needed = [
            name for names in self.values for name in (names[: max(lengths)] if may_end else names)
        ]
        lost = [name for name in needed if name not in there]
        if not there.intersection(needed):
            return None
        if lost:
            read = [name for name in needed if name in there]
            raise DataError(
                f"{table.path}: no column {_few(lost)}, which the model was trained with beside "
                f"{_few(read)}. Add {'it' if len(lost) == 1 else 'them'}, empty where nothing was "
                "measured."
            )
        if not wide:
            series = series or (self.series if self.series in there else None)
            series = column(table, "--series", series, SERIES_NAMES)
            if series is None:
                raise DataError(
                    f'{table.path}: no column "{self.series}" that tells signals apart, as in '
                    "training. Name it with --series."
                )
        kept = tuple(names[: max(lengths)] for names in self.values)
        return replace(
            self,
            values=_gone_on(kept, table) if wide else self.values,
            label=self.label if self.label in there else None,
            series=None if wide else series,
            time=self.time if self.time in there else None,
            date=self.date if {self.date, self.time} <= there else None,
            group=None,
            split=None,
        )

    @property
    def said(self) -> str:
        """In a sentence."""
        one = f"a row a time, signals by {self.series}" if self.form == "long" else "a row a signal"
        kinds = f"classes by {self.label}" if self.label else "without labels"
        shown = ", ".join(self.channels[:8]) + (", …" if len(self.channels) > 8 else "")
        return f"{one}; {kinds}; {counted(len(self.channels), 'channel')}: {shown}"


def layout_of(
    table: Table,
    *,
    label: str | None = None,
    series: str | None = None,
    group: str | None = None,
    split: str | None = None,
    need_label: bool = True,
) -> Layout:
    """Say which columns hold what; those that are named are taken at their word.

    Raises:
        DataError: there is no label where one is needed, or there are no columns of numbers.
        OptionError: a column that is named is not there.
    """
    rows = [row for row in islice(table.rows(), 200) if isinstance(row, Row)]
    named = column(table, "--series", series, SERIES_NAMES)
    long = named is not None and (series is not None or _repeats(rows, named))
    groups = column(table, "--group", group, GROUP_NAMES if group is None else ())
    splits = column(table, "--split", split, SPLIT_NAMES)
    taken = {name for name in (groups, splits, named) if name is not None}
    kind = column(table, "--label", label, LABEL_NAMES, beside=tuple(taken))
    numeric = {name for name in table.columns if _numeric(rows, name)}
    if kind is None and need_label:
        others = [name for name in table.columns if name not in numeric | taken]
        if len(others) != 1:
            raise DataError(
                f"{table.path}: no column named label among {_few(table.columns)}. Name it with "
                "--label."
            )
        (kind,) = others
    taken |= {kind} if kind else set()
    time = None
    if long:
        time = column(table, "--time", None, TIME_NAMES, beside=tuple(taken))
        taken |= {time} if time else set()
    date = None
    if time is not None and _clocks(rows, time):
        date = column(table, "--date", None, _DAY_NAMES, beside=tuple(taken))
        taken |= {date} if date else set()
    found = [name for name in table.columns if name in numeric - taken]
    if not found:
        raise DataError(f"{table.path}: no columns of numbers among {_few(table.columns)}.")
    if long:
        channels = tuple(found)
        values: tuple[tuple[str, ...], ...] = tuple((name,) for name in found)
    else:
        if len(found) < _FEWEST_TIMES:
            raise DataError(
                f"{table.path}: one column of numbers, {found[0]}, and none that names the signal "
                "each row belongs to. Name it with --series, or give a column for each time."
            )
        channels, values = _by_prefix(found)
    return Layout(
        "long" if long else "wide",
        channels,
        values,
        kind,
        named if long else None,
        time,
        groups if group is not None else None,
        splits,
        date,
    )


def number_of(cell: object) -> float:
    """Return a cell as a number, NaN of a missing one.

    Raises:
        ValueError: it is something else.
    """
    if cell is None:
        return float("nan")
    if isinstance(cell, str):
        text = cell.strip()
        return float("nan") if text.lower() in MISSING else float(text)
    if isinstance(cell, (int, float)):
        return float(cell)
    raise ValueError(f"{cell!r:.40} is no number")


def _numeric(rows: Sequence[Row], name: str) -> bool:
    """Whether a column is of numbers: most of its cells are, for one may be damaged."""
    fine, there = 0, 0
    for row in rows:
        try:
            there += 1
            fine += isinstance(number_of(row.fields.get(name)), float)
        except ValueError:
            continue
    return there == 0 or 2 * fine > there


def _clocks(rows: Sequence[Row], name: str) -> bool:
    """Whether times say nothing of their day; one may be damaged."""
    there = [str(cell).strip() for row in rows if (cell := row.fields.get(name)) is not None]
    return 2 * sum(map(is_clock, there)) > len(there)


def _repeats(rows: Sequence[Row], name: str) -> bool:
    names = [row.fields.get(name) for row in rows]
    return len(set(names)) < len(names)


def _by_prefix(found: list[str]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the channels of a wide table: those of columns such as x_0, x_1, y_0, y_1."""
    by: dict[str, list[tuple[int, str]]] = {}
    for name in found:
        match = _NUMBERED.fullmatch(name)
        if match is None:
            return ("value",), (tuple(found),)
        by.setdefault(match[1], []).append((int(match[2]), name))
    if len({len(columns) for columns in by.values()}) > 1:
        return ("value",), (tuple(found),)
    ordered = tuple(tuple(name for _, name in sorted(columns)) for columns in by.values())
    return (tuple(by) if len(by) > 1 else ("value",)), ordered


def _gone_on(values: tuple[tuple[str, ...], ...], table: Table) -> tuple[tuple[str, ...], ...]:
    """Return the columns of channels with those that follow by number, as x_3 and y_3 on x_2, y_2.

    Raises:
        DataError: those of one channel go on further than those of another.
    """
    by = {(m[1], int(m[2])): name for name in table.columns if (m := _NUMBERED.fullmatch(name))}
    found = []
    for names in values:
        more = list(names)
        match = _NUMBERED.fullmatch(names[-1])
        while match and (name := by.get((match[1], int(match[2]) + 1))):
            more.append(name)
            match = _NUMBERED.fullmatch(name)
        found.append(tuple(more))
    longest = max(found, key=len)
    for names in found:
        if len(names) < len(longest):
            raise DataError(
                f"{table.path}: a column {longest[-1]}, and none for the same time after "
                f"{names[-1]}. Add it, empty where nothing was measured."
            )
    return tuple(found)


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
