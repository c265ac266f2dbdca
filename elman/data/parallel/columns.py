"""Which columns of a table are the sentences and their translations."""

from __future__ import annotations

from typing import NamedTuple

from elman.data.tables.table import Table
from elman.errors import DataError, did_you_mean

__all__ = ["Sides", "choose_sides"]

PAIRS = (
    ("source", "target"),
    ("src", "tgt"),
    ("src", "trg"),
    ("text", "target"),
    ("text", "translation"),
    ("source", "translation"),
    ("sentence", "translation"),
)
"""Names that say which side is which."""


class Sides(NamedTuple):
    """Names of the two columns."""

    source: str
    target: str


def choose_sides(table: Table, source: str | None = None, target: str | None = None) -> Sides:
    """Return the columns that were named, or that say so themselves.

    Args:
        table: the file.
        source: `--text`.
        target: `--target`.

    Raises:
        DataError: a column that was named is not there, or nothing says which they are.
    """
    columns = table.columns
    for option, name in (("--text", source), ("--target", target)):
        if name is not None and name not in columns:
            raise DataError(
                f'{table.path}: {option} "{name}" is no column. {did_you_mean(name, columns)}'
            )
    if source is not None and source == target:
        raise DataError(f'{table.path}: --text and --target both name "{source}"')
    if source is not None and target is not None:
        return Sides(source, target)
    lower = {column.strip().lower(): column for column in columns}
    known = [Sides(lower[a], lower[b]) for a, b in PAIRS if a in lower and b in lower]
    if len(columns) == 2:
        known.append(Sides(*columns))
        known.append(Sides(*reversed(columns)))
    for sides in known:
        if source in (None, sides.source) and target in (None, sides.target):
            return sides
    shown = ", ".join(columns[:8]) + (", …" if len(columns) > 8 else "")
    raise DataError(
        f"{table.path}: which columns are the sentences and their translations is not to be told "
        f"from their names ({shown}). Name them: --text COLUMN --target COLUMN"
    )
