"""A table: rows that are read as a stream, each with its place in the file.

A row that cannot be used comes out as a `Reject` with its line and the reason.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Reject", "Row", "Rows", "Table"]


@dataclass(frozen=True, slots=True)
class Row:
    """One record: `fields` by column, and where it stands."""

    line: int
    """Physical line where it starts, from 1; the row's number in parquet, the file's in folders."""
    fields: dict[str, object]
    """`str` or None in text formats; any JSON value in jsonl; `list[str]` for fastText labels."""
    source: str = ""
    """The file's name inside a folder of texts, else empty."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Records that stand one after the other, by column: where all cells are text."""

    lines: Sequence[int]
    columns: Mapping[str, Sequence[str]]

    def __len__(self) -> int:
        return len(self.lines)

    def each(self, part: slice = slice(None)) -> Iterator[Row]:
        """Yield them, or some of them, one by one."""
        cells = zip(*(column[part] for column in self.columns.values()), strict=True)
        for line, fields in zip(self.lines[part], cells, strict=True):
            yield Row(line, dict(zip(self.columns, fields, strict=True)))


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that cannot be used, and why."""

    line: int
    reason: str
    source: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    """What could be read of it."""
    named: Mapping[str, str] = field(default_factory=dict)
    """What it is called, by column, where it is more than a line."""


@dataclass(frozen=True)
class Table:
    """A data file that has been looked at but not read; `rows()` reads it, again each time."""

    path: Path
    format: str
    columns: list[str]
    read: Callable[[], Iterator[Rows | Row | Reject]]
    note: str = ""
    """What the reader should know, for instance folders that were left out."""
    header: bool | None = None
    """Of csv and tsv, what the user said of the first line: names or a row; None for nothing."""

    def rows(self) -> Iterator[Row | Reject]:
        """Stream the records in file order, in memory that does not grow with the file."""
        for found in self.read():
            if isinstance(found, Rows):
                yield from found.each()
            else:
                yield found

    def at(self, lines: Sequence[int]) -> Iterator[Row]:
        """Yield the rows that begin in some lines, which ascend; reads no further than the last."""
        wanted = {*lines}
        for found in self.read() if lines else ():
            if isinstance(found, Rows):
                first, last = found.lines[0], found.lines[-1]
                if bisect_left(lines, first) < bisect_right(lines, last):
                    yield from (row for row in found.each() if row.line in wanted)
            elif isinstance(found, Row):
                last = found.line
                if last in wanted:
                    yield found
            else:
                last = found.line
            if last >= lines[-1]:
                return
