"""Lines become records of a delimited file, also where a stray quote runs over many of them."""

from __future__ import annotations

import contextlib
import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Literal

from elman.data.tables.lines import MAX_LINE_BYTES
from elman.errors import DataError

__all__ = ["Block", "Dialect", "Numbered", "Stretch", "records", "stretches"]

Numbered = tuple[int, str]

Block = tuple[int, list[str]]
"""The number of a line, and it with some that follow."""

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


@dataclass(frozen=True, slots=True)
class Stretch:
    """Records that stand one after the other, none of them at fault."""

    lines: Sequence[int]
    """Where each begins."""
    records: Sequence[list[str]]


def records(
    path: Path, lines: Iterable[Numbered], dialect: Dialect
) -> Iterator[tuple[int, list[str] | str]]:
    """Yield (line, fields), or (line, what is wrong with the record), as soon as it is there.

    A quote that opens in one record and closes in a later one takes all between for one field.
    Where the lines between look like records themselves, only the two with the quotes are given
    up, and the others are read each by itself.

    Raises:
        DataError: a quote that opens is not closed.
    """
    for found in stretches(path, ((number, [line]) for number, line in lines), dialect):
        if isinstance(found, Stretch):
            yield from zip(found.lines, found.records, strict=True)
        else:
            yield found


def stretches(
    path: Path, blocks: Iterable[Block], dialect: Dialect
) -> Iterator[Stretch | tuple[int, str]]:
    """Yield what `records` yields, as many records at a time as a block of lines holds.

    Args:
        path: for messages.
        blocks: the number of the first line of some, and these.
        dialect: how fields are set apart.
    """
    # csv's own limit of 131,072 characters is less than a long review; ours is that of a line
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_BYTES))
    usual = _Usual(dialect)
    ahead = iter(blocks)
    cut: list[str] = []  # of the last block, from the record on that does not end there
    for first, block in ahead:
        number, lines = first - len(cut), [*cut, *block]
        found, used = _at_once(number, lines, dialect, usual)
        if found.records:
            yield found
        cut = lines[used:]
        if cut and not used:  # not cut, or long
            yield from _one_by_one(path, chain([(number, cut)], ahead), dialect, usual)
            cut = []
        number += used
    if cut:
        yield from _one_by_one(path, [(number, cut)], dialect, usual)


def _at_once(number: int, lines: list[str], dialect: Dialect, usual: _Usual) -> tuple[Stretch, int]:
    """Return the first records of some lines, and how many lines they take.

    They end before the first that is at fault, that goes on beyond the lines, or that has to be
    looked at for one of these reasons.
    """
    nothing = Stretch((), ()), 0
    if sum(map(len, lines)) > min(_MOST_FIELDS, MAX_LINE_BYTES) or "\0" in "".join(lines):
        return nothing
    reader = csv.reader(lines, delimiter=dialect.delimiter, quoting=dialect.quoting, strict=True)
    found: list[list[str]] = []
    ends: list[int] = []  # in lines, of each record
    with contextlib.suppress(csv.Error):
        for fields in reader:
            found.append(fields)
            ends.append(reader.line_num)
    if not found:
        return nothing
    begins = [0, *ends[:-1]]
    told = 0  # how many `usual` knows
    if ends[-1] != len(found):
        for n, (begin, end) in enumerate(zip(begins, ends, strict=True)):
            if end - begin > 2:
                usual.add_all(found[told:n])
                told = n
                if usual.lines_in(lines[begin + 1 : end - 1]):
                    del found[n:], ends[n:], begins[n:]
                    break
    usual.add_all(found[told:])
    used = ends[-1] if ends else 0
    # a blank line has no fields
    at = [number + n for n, fields in zip(begins, found, strict=True) if fields]
    return Stretch(at, [*filter(None, found)]), used


def _one_by_one(
    path: Path, blocks: Iterable[Block], dialect: Dialect, usual: _Usual
) -> Iterator[Stretch | tuple[int, str]]:
    """Read records as `stretches`, each looked at, up to the first that ends with its block."""
    held: list[Numbered] = []
    size = left = 0
    ended = False

    def feed() -> Iterator[str]:
        nonlocal size, left, ended
        for first, block in blocks:
            left = len(block)
            for number, line in enumerate(block, first):
                left -= 1
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

    reader = csv.reader(feed(), delimiter=dialect.delimiter, quoting=dialect.quoting, strict=True)
    while not ended:
        held.clear()
        size = 0
        try:
            fields = next(reader, [])
        except csv.Error as fault:
            if usual.lines_in([line for _, line in held[1:]]):
                yield from usual.one_by_one(held)
            elif ended:
                raise _open_quote(path, held) from fault
            else:
                more = f"; it takes lines {held[0][0]} to {held[-1][0]}" if len(held) > 1 else ""
                escaped = (
                    '; a quote in a text is written "", not \\"' if '\\"' in held[0][1] else ""
                )
                yield held[0][0], f"badly quoted: {fault}{more}{escaped}"
        else:
            if nul := next((number for number, line in held if "\0" in line), 0):
                yield nul, "holds a NUL byte"
            elif len(held) > 2 and usual.lines_in([line for _, line in held[1:-1]]):
                yield from usual.one_by_one(held)
            elif fields:
                usual.add(fields)
                yield Stretch([held[0][0]], [fields])
        if not left:
            return


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
            _remember(seen, [cell])

    def add_all(self, found: list[list[str]]) -> None:
        """Add records, one after the other."""
        found = [fields for fields in found if fields]
        alike = len({*map(len, found)}) == 1 and bool(self.width)
        if not alike:
            for fields in found:
                self.add(fields)
            return
        for cells, seen in zip(zip(*found, strict=True), self.cells, strict=False):
            _remember(seen, cells)

    def lines_in(self, lines: list[str]) -> bool:
        """Whether most of these lines look like records of their own."""
        alike = sum(map(self._is_like, lines))
        return alike > 0 and 2 * alike >= len(lines)

    def _is_like(self, line: str) -> bool:
        fields = self.dialect.split(line)
        if fields is None or len(fields) != self.width or self.width < 2:
            return False
        return any(seen[cell] > 1 for cell, seen in zip(fields, self.cells, strict=True))

    def one_by_one(self, held: list[Numbered]) -> Iterator[Stretch | tuple[int, str]]:
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
                yield Stretch([number], [fields])


def _remember(seen: Counter[str], cells: Sequence[str]) -> None:
    """Count the short ones of some cells of a column, as many different ones as there is room."""
    if len(seen) >= _REMEMBERED:
        short = [cell for cell in cells if cell in seen]
    else:
        short = [cell for cell in cells if 0 < len(cell) <= _SHORT]
    for cell, times in Counter(short).items():
        if cell in seen or len(seen) < _REMEMBERED:
            seen[cell] += times
