"""Whether the first line of a csv or tsv file has names, or is a row that would be lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from elman.data.tables.table import Table
from elman.data.text.columns.content import Content
from elman.data.text.columns.names import is_a_name
from elman.errors import DataError

__all__ = ["check_header"]

_WORDS = 4
"""Words of a cell of the first line that may be a text."""

_FEW = 20
"""Rows from which a column that never repeats its name speaks for a header."""

_NUMBER = re.compile(r"[-+]?(?:\d[\d,]*)?\.?\d+(?:[eE][-+]?\d+)?%?")


def check_header(table: Table, content: Mapping[str, Content]) -> None:
    """Refuse a file whose first line looks like a row, unless the user has said what it is.

    Raises:
        DataError: with the two ways on.
    """
    if table.format not in ("csv", "tsv") or table.header is not None:
        return
    cells = [name for name in table.columns if name in content]
    if any(map(is_a_name, cells)) or _counted(cells):
        return
    verdicts = [_is_row(name, content[name]) for name in cells]
    if any(verdicts) and not any(verdict is False for verdict in verdicts):
        cell = next(name for name, verdict in zip(cells, verdicts, strict=True) if verdict)
        raise DataError(
            f'{table.path}, line 1: looks like a row, not like column names ("{cell:.60}"). '
            "Pass --no-header to read it as a row (the columns are then called 1, 2, 3 …), or "
            "--header if these are names; or add a first line with names, such as text,label."
        )


def _counted(cells: Sequence[str]) -> bool:
    """Whether the names are 0, 1, 2 …, as pandas gives them to columns without one."""
    numbers = [name for name in cells if name != "index"]
    return len(numbers) > 1 and numbers in (
        [str(n) for n in range(len(numbers))],
        [str(n) for n in range(1, len(numbers) + 1)],
    )


def _is_row(cell: str, below: Content) -> bool | None:
    """Whether a cell of the first line looks like those below it: yes, no, or nobody knows."""
    values = [str(value).strip() for value in below.values]
    if _share(values, _NUMBER.fullmatch) > 0.95:
        return _NUMBER.fullmatch(cell) is not None
    shape = _shape(cell)
    if sum(c == "9" for c in shape) >= 4 and _share(values, lambda v: _shape(v) == shape) > 0.5:
        return True
    if below.is_label:
        if below.counts[cell.strip()]:
            return True
        return False if below.rows >= _FEW else None
    if below.is_text:
        return True if len(cell.split()) >= _WORDS and not cell.endswith(("?", ":")) else None
    return None


def _share(values: Sequence[str], is_so: object) -> float:
    return sum(bool(is_so(value)) for value in values) / len(values)  # type: ignore[operator]


def _shape(cell: str) -> str:
    """Letters and digits as kinds, so that two dates of one form are the same."""
    return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "a", cell))
