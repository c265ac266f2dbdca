"""Tables of readings become signals; what cannot be read is a reject with its line."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from elman.data.signals.layout import Layout, number_of
from elman.data.signals.sensors import LARGEST, Sensors, Signal, checked, without_padding
from elman.data.tables.table import Reject, Row, Table

__all__ = ["of_table"]


def of_table(table: Table, layout: Layout, *, need_label: bool = True) -> Sensors:
    """Read the signals of a table; what cannot be read is a reject with its line."""
    read = _long if layout.form == "long" else _wide
    each = list(read(table, layout, need_label))
    said = f"{table.path.name}: {layout.said}"
    columns = tuple(table.columns) if layout.form == "wide" else ()
    return Sensors(said, table.path.name, layout.channels, each, columns, layout)


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
            yield checked(growing.signal(len(names)))


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
