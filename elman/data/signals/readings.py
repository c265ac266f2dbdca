"""Tables of readings become signals; what cannot be read is a reject with its line."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from elman.data.signals.layout import MISSING, Layout, number_of
from elman.data.signals.parts import no_parts
from elman.data.signals.sensors import LARGEST, Sensors, Signal, checked, without_padding
from elman.data.signals.times import Moment, UnknownTimesError, moments_of, order_of
from elman.data.tables.table import Reject, Row, Table
from elman.errors import DataError

__all__ = ["of_table"]


def of_table(
    table: Table, layout: Layout, *, need_label: bool = True, parts_asked: bool = False
) -> Sensors:
    """Read the signals of a table; what cannot be read is a reject with its line.

    Args:
        table: the file.
        layout: its columns.
        need_label: whether rows without a label are rejects.
        parts_asked: whether the user named the column of parts.

    Raises:
        DataError: nobody can tell how its times are to be read, or the column of parts that was
            named names none.
    """
    read = _long if layout.form == "long" else _wide
    each = list(read(table, layout, need_label))
    said = f"{table.path.name}: {layout.said}"
    notes = list[str]()
    if layout.split is not None:
        parts = [signal.part for signal in each if isinstance(signal, Signal)]
        note = no_parts(parts, layout.split, table.path.name, asked=parts_asked)
        if note is not None:
            notes, layout = [note], replace(layout, split=None)
            each = [s._replace(part="") if isinstance(s, Signal) else s for s in each]
    columns = tuple(table.columns) if layout.form == "wide" else ()
    return Sensors(said, table.path.name, layout.channels, each, columns, layout, notes)


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
    if layout.time is not None:
        for growing, moments in zip(begun.values(), _moments(table, layout, begun), strict=True):
            growing.moments = moments
    for name, growing in begun.items():
        if layout.time is not None:
            yield from growing.unordered(name, layout)
        if growing.label is None and need_label:
            yield Reject(growing.line, f"signal {name:.40}: no label in column {layout.label}")
        else:
            yield checked(growing.signal(len(names)))


def _moments(table: Table, layout: Layout, begun: dict[str, _Growing]) -> list[list[Moment | None]]:
    """Return what sorts the rows of each signal."""
    try:
        return moments_of([growing.times for growing in begun.values()])
    except UnknownTimesError as fault:
        first = next(iter(begun.values()))
        raise DataError(
            f'{table.path}, line {first.lines[0]}: "{first.times[0]:.40}" in column {layout.time}: '
            f"{fault}. Write numbers, or dates like 2024-01-31 08:00:00; or leave the column out, "
            "and rows count as they stand."
        ) from None


class _Growing:
    """A signal whose rows are still coming."""

    def __init__(self, line: int, label: str | None, group: str | None, part: str) -> None:
        self.line, self.label, self.group, self.part = line, label, group, part
        self.values, self.times, self.lines = array("d"), list[str](), array("q")
        self.moments = list[Moment | None]()

    def add(self, row: Row, names: list[str], layout: Layout) -> str | None:
        """Take one more row; return why it cannot be taken."""
        if (said := _beside(row, layout)) != (self.label, self.group, self.part):
            return f"label, group or part is {said}, and was {(self.label, self.group, self.part)}"
        try:
            values = [_sane(row.fields.get(name), name) for name in names]
        except ValueError as error:
            return str(error)
        if layout.time is not None:
            parts = [_text(row.fields.get(n)) for n in (layout.date, layout.time) if n is not None]
            if any(part is None or part.lower() in MISSING for part in parts):
                return f"no time in column {layout.time}"
            self.times.append(" ".join(map(str, parts)))
        self.values.extend(values)
        self.lines.append(row.line)
        return None

    def unordered(self, name: str, layout: Layout) -> Iterator[Reject]:
        """Yield rows whose time is written in another way than that of most."""
        for line, time, moment in zip(self.lines, self.times, self.moments, strict=True):
            if moment is None:
                reason = f'signal {name:.40}: "{time:.40}" in column {layout.time} is no time'
                yield Reject(line, f"{reason} as the others are written")

    def signal(self, channels: int) -> Signal:
        values = np.array(self.values, np.float32).reshape(-1, channels)  # (T, C)
        if self.times:
            values = values[order_of(self.moments)]
        return Signal(self.line, values, self.label, self.group, self.part)


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
        ragged = without_padding(values)
        yield checked(Signal(row.line, ragged, label, group, part, row.fields))


def _sane(cell: object, name: str) -> float:
    try:
        value = number_of(cell)
    except ValueError:
        raise ValueError(f'"{cell!s:.40}" in column {name} is no number') from None
    if abs(value) > LARGEST:
        raise ValueError(f"{value:g} in column {name} is beyond {LARGEST:g}")
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
