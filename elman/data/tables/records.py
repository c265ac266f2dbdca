"""Lines become records of a delimited file, also where a stray quote runs over many of them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from elman.data.tables.lines import MAX_LINE_BYTES
from elman.errors import DataError

__all__ = ["Dialect", "Numbered", "records"]

Numbered = tuple[int, str]

_MOST_FIELDS = 2**20
"""A line of more would take gigabytes as soon as it is taken apart."""

_SHORT = 40
_REMEMBERED = 1000
"""Cells that are at most so long are remembered, and so many of each column."""


@dataclass(frozen=True)
class Dialect:
    """How fields are set apart."""

    delimiter: str
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL

    def split(self, line: str) -> list[str] | None:
        """Return the fields of one line by itself, None where its quotes do not allow it."""
        reader = csv.reader([line], delimiter=self.delimiter, quoting=self.quoting, strict=True)
        try:
            return next(reader, None)
        except csv.Error:
            return None


def records(
    path: Path, lines: Iterable[Numbered], dialect: Dialect
) -> Iterator[tuple[int, list[str] | str]]:
    """Yield (line, fields), or (line, what is wrong with the record).

    A quote that opens in one record and closes in a later one takes all between for one field.
    Where the lines between look like records themselves, only the two with the quotes are given
    up, and the others are read each by itself.

    Raises:
        DataError: a quote that opens is not closed.
    """
    held: list[Numbered] = []
    usual = _Usual(dialect)
    size, ended = 0, False

    def feed() -> Iterator[str]:
        nonlocal size, ended
        for number, line in lines:
            size += len(line)
            held.append((number, line))
            if size > MAX_LINE_BYTES:
                raise _open_quote(path, held)
            if line.count(dialect.delimiter) > _MOST_FIELDS:
                raise DataError(
                    f"{path}, line {number}: more than {_MOST_FIELDS:,} times "
                    f'"{dialect.delimiter}" in one line. Is this a data file?'
                )
            yield line.replace("\0", " ")
        ended = True

    # csv's own limit of 131,072 characters is less than a long review; ours is in feed().
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_BYTES))
    reader = csv.reader(feed(), delimiter=dialect.delimiter, quoting=dialect.quoting, strict=True)
    while not ended:
        held.clear()
        size = 0
        try:
            fields = next(reader, [])
        except csv.Error as fault:
            if usual.lines_in(held[1:]):
                yield from usual.one_by_one(held)
            elif ended:
                raise _open_quote(path, held) from fault
            else:
                more = f"; it takes lines {held[0][0]} to {held[-1][0]}" if len(held) > 1 else ""
                escaped = (
                    '; a quote in a text is written "", not \\"' if '\\"' in held[0][1] else ""
                )
                yield held[0][0], f"badly quoted: {fault}{more}{escaped}"
            continue
        if nul := next((number for number, line in held if "\0" in line), 0):
            yield nul, "holds a NUL byte"
        elif len(held) > 2 and usual.lines_in(held[1:-1]):
            yield from usual.one_by_one(held)
        elif fields:
            usual.add(fields)
            yield held[0][0], fields


def _open_quote(path: Path, held: list[Numbered]) -> DataError:
    return DataError(
        f'{path}, line {held[0][0]}: a quote (") opens in the record that starts here and is not '
        f'closed by line {held[-1][0]}. Close it, or write a quote inside a field as "".'
    )


@dataclass
class _Usual:
    """What records look like in this file: so many fields, and short cells that come again."""

    dialect: Dialect
    width: int = 0
    cells: list[Counter[str]] = field(default_factory=list)

    def add(self, fields: list[str]) -> None:
        if not self.width:  # the first record has the names of the columns
            self.width = len(fields)
            self.cells = [Counter() for _ in fields]
            return
        for cell, seen in zip(fields, self.cells, strict=False):
            if cell and len(cell) <= _SHORT and (cell in seen or len(seen) < _REMEMBERED):
                seen[cell] += 1

    def lines_in(self, held: list[Numbered]) -> bool:
        """Whether most of these lines look like records of their own."""
        alike = sum(self._is_like(line) for _, line in held)
        return alike > 0 and 2 * alike >= len(held)

    def _is_like(self, line: str) -> bool:
        fields = self.dialect.split(line)
        if fields is None or len(fields) != self.width or self.width < 2:
            return False
        return any(seen[cell] > 1 for cell, seen in zip(fields, self.cells, strict=True))

    def one_by_one(self, held: list[Numbered]) -> Iterator[tuple[int, list[str] | str]]:
        begin, end = held[0][0], held[-1][0]
        yield (
            begin,
            f'a quote (") opens here and the next is in line {end}; the lines between '
            "are read as rows",
        )
        for number, line in held[1:]:
            fields = self.dialect.split(line)
            if "\0" in line:
                yield number, "holds a NUL byte"
            elif fields is None:
                yield number, f'a quote (") that has to do with the one in line {begin}'
            elif fields:
                self.add(fields)
                yield number, fields
