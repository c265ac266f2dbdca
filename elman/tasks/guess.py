"""Which task a file is for, from its columns and the options given."""

from __future__ import annotations

import dataclasses
from itertools import islice
from pathlib import Path
from typing import Any

from elman.data.series.series import Series
from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject
from elman.tasks.options import OPTIONS, Options

__all__ = ["guess"]

_ROWS = 50


def guess(data: Any, options: dict[str, Any]) -> tuple[str, str]:
    """Return the task's name and the reason for it."""
    shared = {f.name for f in dataclasses.fields(Options)}
    for name in options:
        owners = [
            task
            for task, kind in OPTIONS.items()
            if name in {f.name for f in dataclasses.fields(kind)} - shared
        ]
        if len(owners) == 1:
            return owners[0], f"--{name.replace('_', '-')} was given"
    if not isinstance(data, (str, Path)):
        numbers = not isinstance(data, (list, tuple)) or (
            data and isinstance(data[0], (int, float))
        )
        numeric = isinstance(data, Series) or (numbers and hasattr(data, "__len__"))
        return ("forecast", "numbers") if numeric else ("classify", "texts with labels")
    if Path(data).is_dir():
        return "classify", "texts with labels"
    rows = [row for row in islice(open_table(data).rows(), _ROWS) if not isinstance(row, Reject)]
    if rows and all(not _wordy(value) for row in rows for value in row.fields.values()):
        return "forecast", "dates and numbers, no text"
    return "classify", "a text column"


def _wordy(value: object) -> bool:
    """Say whether a cell holds words, not a number or a date."""
    if not isinstance(value, str):
        return isinstance(value, (list, dict))
    return sum(c.isalpha() for c in value) > 3
