"""Sensor readings become signals `(T, C)`: from long tables, wide tables, and arrays.

    long    a row a time: a column that names the signal, one of the time, the label, and values
    wide    a row a signal: the label, and a column for each time; ends may be empty
    arrays  (N, T, C) or (N, T), or a list of (T, C) or (T,), time first, with labels or without

A value that is missing is NaN. But: what is long and names no signal is refused, not guessed at.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.data.signals.entries import GROUP_NAMES, LABEL_NAMES, SPLIT_NAMES, column
from elman.data.tables.table import Reject, Row, Table
from elman.errors import DataError

__all__ = ["Layout", "Sensors", "Signal", "layout_of", "of_arrays", "of_table"]

Floats = NDArray[np.float32]

SERIES_NAMES = ("series", "series_id", "unique_id", "signal", "signal_id", "id", "case", "sample")
TIME_NAMES = ("t", "time", "step", "timestamp", "index", "date", "datetime")
_MISSING = ("", "nan", "na", "null", "none", "?")
_FEWEST_TIMES = 2
_NUMBERED = re.compile(r"(.*?)[_ .-]?(\d+)")
_LARGEST = 1e18


class Signal(NamedTuple):
    """One signal, and where it stands."""

    line: int
    values: Floats
    """`(T, C)`, NaN where a value is missing."""
    label: str | None
    group: str | None = None
    part: str = ""
    fields: dict[str, object] = {}  # noqa: RUF012
    """Of a wide table, its row."""


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

    @property
    def said(self) -> str:
        """In a sentence."""
        one = f"a row a time, signals by {self.series}" if self.form == "long" else "a row a signal"
        kinds = f"classes by {self.label}" if self.label else "without labels"
        shown = ", ".join(self.channels[:8]) + (", …" if len(self.channels) > 8 else "")
        return f"{one}; {kinds}; {len(self.channels)} channel(s): {shown}"


@dataclass(frozen=True)
class Sensors:
    """The signals of some data."""

    said: str
    source: str
    channels: tuple[str, ...]
    each: list[Signal | Reject]
    columns: tuple[str, ...] = ()
    layout: Layout | None = None
    notes: list[str] = field(default_factory=list)


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
    )


def of_table(table: Table, layout: Layout, *, need_label: bool = True) -> Sensors:
    """Read the signals of a table; what cannot be read is a reject with its line."""
    read = _long if layout.form == "long" else _wide
    each = list(read(table, layout, need_label))
    said = f"{table.path.name}: {layout.said}"
    columns = tuple(table.columns) if layout.form == "wide" else ()
    return Sensors(said, table.path.name, layout.channels, each, columns, layout)


def of_arrays(
    signals: Iterable[Any], labels: Sequence[Any] | None, channels: tuple[str, ...] = ()
) -> Sensors:
    """Take arrays that a Python program holds, time first.

    Args:
        signals: `(T, C)` or `(T,)` each; an array of them.
        labels: one each, or None.
        channels: what they are called; by default 0, 1, 2 …

    Raises:
        DataError: they are of different channels, or labels are not as many.
    """
    arrays = list(signals)
    if labels is not None and len(labels) != len(arrays):
        raise DataError(f"the given data: {len(arrays)} signals and {len(labels)} labels.")
    each: list[Signal | Reject] = []
    width = None
    for n, given in enumerate(arrays, start=1):
        try:
            values = np.asarray(given, np.float32)
        except (TypeError, ValueError):
            raise DataError(
                f"the given data, signal {n}: expected numbers of shape (T, C) or (T,), found "
                f"{given!r:.60}"
            ) from None
        values = values[:, None] if values.ndim == 1 else values
        if values.ndim != 2 or values.shape[1] == 0:
            raise DataError(
                f"the given data, signal {n}: expected numbers of shape (T, C), time first, found "
                f"shape {np.shape(given)}."
            )
        width = values.shape[1] if width is None else width
        if values.shape[1] != width:
            raise DataError(
                f"the given data, signal {n}: {values.shape[1]} channels where the first has "
                f"{width}. Expected (T, C), time first, with the same channels."
            )
        label = None if labels is None else labels[n - 1]
        kind = None if label is None else str(label)
        each.append(_checked(Signal(n, values, kind)))
    if width is None:
        raise DataError("the given data holds no signals.")
    names = channels or tuple(str(n) for n in range(width))
    said = f"the given data: {len(arrays):,} signals of {width} channel(s)"
    return Sensors(said, "the given data", names, each)


def number_of(cell: object) -> float:
    """Return a cell as a number, NaN of a missing one.

    Raises:
        ValueError: it is something else.
    """
    if cell is None:
        return float("nan")
    if isinstance(cell, str):
        text = cell.strip()
        return float("nan") if text.lower() in _MISSING else float(text)
    if isinstance(cell, (int, float)):
        return float(cell)
    raise ValueError(f"{cell!r:.40} is no number")


def _long(table: Table, layout: Layout, need_label: bool) -> Iterator[Signal | Reject]:
    assert layout.series is not None
    begun: dict[str, _Growing] = {}
    names = [values[0] for values in layout.values]
    for row in table.rows():
        if isinstance(row, Reject):
            yield row
            continue
        name = _text(row.fields.get(layout.series))
        if name is None:
            yield Reject(row.line, f"no name of a signal in column {layout.series}")
            continue
        growing = begun.get(name) or _Growing(row.line, *_beside(row, layout))
        reason = growing.add(row, names, layout)
        if reason is not None:
            yield Reject(row.line, f"signal {name:.40}: {reason}")
            continue
        begun[name] = growing
    for name, growing in begun.items():
        if growing.label is None and need_label:
            yield Reject(growing.line, f"signal {name:.40}: no label in column {layout.label}")
        else:
            yield _checked(growing.signal(len(names)))


class _Growing:
    """A signal whose rows are still coming."""

    def __init__(self, line: int, label: str | None, group: str | None, part: str) -> None:
        self.line, self.label, self.group, self.part = line, label, group, part
        self.values, self.times = array("d"), list[object]()

    def add(self, row: Row, names: list[str], layout: Layout) -> str | None:
        """Take one more row; return why it cannot be taken."""
        if (said := _beside(row, layout)) != (self.label, self.group, self.part):
            return f"label, group or part is {said}, and was {(self.label, self.group, self.part)}"
        try:
            values = [_sane(row.fields.get(name), name) for name in names]
        except ValueError as error:
            return str(error)
        time: object = None
        if layout.time is not None:
            time = _text(row.fields.get(layout.time))
            if time is None:
                return f"no time in column {layout.time}"
        self.values.extend(values)
        self.times.append(time)
        return None

    def signal(self, channels: int) -> Signal:
        values = np.array(self.values, np.float32).reshape(-1, channels)
        if self.times and self.times[0] is not None:
            values = values[_order([str(time) for time in self.times])]
        return Signal(self.line, values, self.label, self.group, self.part)


def _order(times: list[str]) -> NDArray[np.int64]:
    """Return the rows by time; those of one time stay as they stand."""
    try:
        return np.argsort(np.array([float(time) for time in times]), kind="stable")
    except ValueError:
        return np.argsort(np.array(times), kind="stable")


def _wide(table: Table, layout: Layout, need_label: bool) -> Iterator[Signal | Reject]:
    for row in table.rows():
        if isinstance(row, Reject):
            yield row
            continue
        label, group, part = _beside(row, layout)
        if label is None and need_label:
            yield Reject(row.line, f"no label in column {layout.label}", fields=row.fields)
            continue
        try:
            columns = [[_sane(row.fields.get(n), n) for n in names] for names in layout.values]
        except ValueError as error:
            yield Reject(row.line, str(error), fields=row.fields)
            continue
        values = np.array(columns, np.float32).T
        there = np.flatnonzero(~np.isnan(values).all(axis=1))
        ragged = values[: there[-1] + 1] if len(there) else values[:0]
        yield _checked(Signal(row.line, ragged, label, group, part, row.fields))


def _checked(signal: Signal) -> Signal | Reject:
    """Refuse a signal that says nothing."""
    values = signal.values
    if not len(values) or np.isnan(values).all():
        return Reject(signal.line, "a signal without a value", fields=signal.fields)
    if not (np.abs(values[~np.isnan(values)]) <= _LARGEST).all():
        return Reject(signal.line, f"a value beyond {_LARGEST:g}", fields=signal.fields)
    return signal


def _sane(cell: object, name: str) -> float:
    try:
        value = number_of(cell)
    except ValueError:
        raise ValueError(f'"{cell!s:.40}" in column {name} is no number') from None
    if abs(value) > _LARGEST:
        raise ValueError(f"{value:g} in column {name} is beyond {_LARGEST:g}")
    return value


def _beside(row: Row, layout: Layout) -> tuple[str | None, str | None, str]:
    def cell(name: str | None) -> str | None:
        return None if name is None else _text(row.fields.get(name))

    return cell(layout.label), cell(layout.group), cell(layout.split) or ""


def _text(cell: object) -> str | None:
    if cell is None or (isinstance(cell, float) and cell != cell):
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() or None


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


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
