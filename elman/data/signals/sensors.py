"""Signals of sensors `(T, C)`, and those that a Python program holds as arrays.

    long    a row a time: a column that names the signal, one of the time, the label, and values
    wide    a row a signal: the label, and a column for each time; ends may be empty
    arrays  (N, T, C) or (N, T), or a list of (T, C) or (T,), time first, with labels or without

A value that is missing is NaN. But: what is long and names no signal is refused, not guessed at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.data.signals.layout import Layout
from elman.data.tables.table import Reject
from elman.errors import DataError
from elman.figures import counted

__all__ = ["LARGEST", "Sensors", "Signal", "checked", "of_arrays", "without_padding"]

Floats = NDArray[np.float32]

LARGEST = 1e18
"""Of a value."""


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
class Sensors:
    """The signals of some data."""

    said: str
    source: str
    channels: tuple[str, ...]
    each: list[Signal | Reject]
    columns: tuple[str, ...] = ()
    layout: Layout | None = None
    notes: list[str] = field(default_factory=list)


def of_arrays(
    signals: Iterable[Any],
    labels: Sequence[Any] | None,
    channels: tuple[str, ...] = (),
    groups: Sequence[Any] | None = None,
) -> Sensors:
    """Take arrays that a Python program holds, time first.

    Args:
        signals: `(T, C)` or `(T,)` each; an array of them.
        labels: one each, or None.
        channels: what they are called; by default 0, 1, 2 …
        groups: what each belongs to, or None.

    Raises:
        DataError: they are of different channels, or labels or groups are not as many.
    """
    arrays = list(signals)
    if labels is not None and len(labels) != len(arrays):
        raise DataError(
            f"the given data: {counted(len(arrays), 'array')} and {counted(len(labels), 'label')}."
        )
    if groups is not None and len(groups) != len(arrays):
        raise DataError(
            f"the given data: {counted(len(arrays), 'array')} and {counted(len(groups), 'group')}."
        )
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
        label = None if labels is None else labels[n - 1]
        if not values.size and values.ndim == 1:
            each.append(checked(Signal(n, values[:, None], label)))
            continue
        values = values[:, None] if values.ndim == 1 else values
        if values.ndim != 2 or values.shape[1] == 0:
            raise DataError(
                f"the given data, signal {n}: expected numbers of shape (T, C), time first, found "
                f"shape {np.shape(given)}."
            )
        width = values.shape[1] if width is None else width
        if values.shape[1] != width:
            raise DataError(
                f"the given data, signal {n}: {counted(values.shape[1], 'channel')} where the "
                f"first "
                f"has {width}. Expected (T, C), time first, with the same channels."
            )
        values = without_padding(values)
        kind = None if label is None else str(label)
        group = None if groups is None else str(groups[n - 1])
        each.append(checked(Signal(n, values, kind, group)))
    if width is None:
        raise DataError("the given data holds no signals.")
    names = channels or tuple(str(n) for n in range(width))
    said = f"the given data: {counted(len(arrays), 'array')} of {counted(width, 'channel')}"
    notes = []
    lengths = {len(s.values) for s in each if isinstance(s, Signal)}
    if width > max(lengths, default=width) and len(lengths) == 1:
        notes.append(
            f"{counted(lengths.pop(), 'step')} of {width} channels each: arrays are read time "
            f"first, (T, C). "
            "If time comes last in yours, transpose them."
        )
    return Sensors(said, "the given data", names, each, notes=notes)


def without_padding(values: Floats) -> Floats:
    """Return `(T, C)` or `(T,)` without the rows at its end that hold nothing but NaN."""
    lost = np.isnan(values).all(axis=tuple(range(1, values.ndim)))
    there = np.flatnonzero(~lost)
    return values[: there[-1] + 1] if len(there) else values[:0]


def checked(signal: Signal) -> Signal | Reject:
    """Return a signal, or a reject where it says nothing."""
    values = signal.values
    if not len(values) or np.isnan(values).all():
        return Reject(signal.line, "a signal without a value", fields=signal.fields)
    if not (np.abs(values[~np.isnan(values)]) <= LARGEST).all():
        return Reject(signal.line, f"a value beyond {LARGEST:g}", fields=signal.fields)
    return signal
