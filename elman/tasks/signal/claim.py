"""Which data looks like signals with classes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from elman.data.signals.entries import LABEL_NAMES
from elman.data.signals.folders import files_below
from elman.data.signals.layout import SERIES_NAMES, TIME_NAMES, number_of
from elman.data.signals.sounds import is_sound
from elman.data.tables.table import Row
from elman.tasks.interface import Claim, Glance
from elman.tasks.signal.rows.arrays import labelled_arrays

__all__ = ["claim"]

_LOOKED_AT = 200
_FEWEST_TIMES = 8
"""Columns of numbers beside a label that a row a signal has at least."""


def claim(glance: Glance) -> Claim | None:
    """Say whether data is sounds, readings or arrays with classes."""
    if glance.folder:
        return Claim(0.95, "a folder of sounds") if _has_sounds(Path(glance.data)) else None
    if not glance.rows:
        found = None if isinstance(glance.data, (str, Path)) else labelled_arrays(glance.data)
        return Claim(0.95, "arrays with labels") if found and found.labels is not None else None
    if _of_sounds(glance.rows):
        return Claim(0.95, "a column of sound files")
    return _of_readings(glance.rows)


def _has_sounds(folder: Path) -> bool:
    for name in islice(sorted(os.listdir(folder)), _LOOKED_AT):
        inner = folder / name
        if inner.is_dir() and any(map(is_sound, islice(files_below(inner), _LOOKED_AT))):
            return True
    return False


def _of_sounds(rows: Sequence[Row]) -> bool:
    for name in rows[0].fields:
        cells = [cell for row in rows if (cell := row.fields.get(name)) not in (None, "")]
        if cells and all(isinstance(cell, str) and is_sound(cell) for cell in cells):
            return True
    return False


def _of_readings(rows: Sequence[Row]) -> Claim | None:
    """A label, and numbers everywhere else: many in a row, or rows that belong to a signal."""
    names = list(rows[0].fields)
    lowered = {name.lower(): name for name in names}
    label = next((lowered[name] for name in LABEL_NAMES if name in lowered), None)
    if label is None:
        return None
    beside = {label, *(lowered[name] for name in (*SERIES_NAMES, *TIME_NAMES) if name in lowered)}
    numeric = [name for name in names if name not in beside and _numeric(rows, name)]
    series = next((lowered[name] for name in SERIES_NAMES if name in lowered), None)
    if series is not None and numeric and len({row.fields[series] for row in rows}) < len(rows):
        return Claim(0.95, f"readings by {series}, with a {label} each")
    others = len(names) - len(beside) - len(numeric)
    if len(numeric) >= _FEWEST_TIMES and others <= 2:
        return Claim(0.95, f"a row of numbers a signal, with a {label} each")
    return None


def _numeric(rows: Sequence[Row], name: str) -> bool:
    def fine(value: Any) -> bool:
        try:
            number_of(value)
        except ValueError:
            return False
        return True

    cells = [row.fields.get(name) for row in rows]
    there = [cell for cell in cells if cell not in (None, "")]
    return bool(there) and sum(map(fine, there)) > 0.9 * len(there)
