"""Standard input as a table: read once, line by line, answered as it comes.

Nothing is looked at beforehand but the first line, which tells the format: a JSON object, a line
that has the names of the columns asked for, or else plain lines.
But: nothing packed, and no UTF-16.
"""

from __future__ import annotations

import os
import select
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from elman.data.tables.encodings import check_encoding
from elman.data.tables.jsonl import parse_json
from elman.data.tables.lines import MAX_LINE_BYTES
from elman.data.tables.records import Dialect, Numbered, records
from elman.data.tables.table import Reject, Row, Table
from elman.errors import DataError, InputError
from elman.terminal import typed_lines

__all__ = ["FORMATS", "Piped", "piped_table"]

FORMATS = ("lines", "csv", "tsv", "jsonl")

NAME = Path("standard input")
_MARKS = ",;\t|"
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x03\x04", b"PAR1", b"\xff\xfe", b"\xfe\xff")


class Piped:
    """The lines of standard input; `waits` says whether the next one is still to come."""

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = check_encoding(encoding) if encoding else "utf-8"
        self._lines: deque[str] = deque()
        self._number = 0
        self._fd: int | None = None
        self._source = self._chunks()
        self._more()
        self.first = self._lines[0].removeprefix("\ufeff") if self._lines else ""
        """The first line, empty where there is none."""
        if self._lines:
            self._lines[0] = self.first

    @property
    def waits(self) -> bool:
        if self._lines or self._fd is None:
            return False
        try:
            return not select.select([self._fd], [], [], 0)[0]
        except OSError:  # not to be asked on this system
            return True

    @property
    def waiting(self) -> list[str]:
        """The lines that are there already; the first one at least, if there are any."""
        return list(self._lines)

    def lines(self) -> Iterator[Numbered]:
        """Yield what is left, each line with its number."""
        while self._lines or self._more():
            self._number += 1
            yield self._number, self._lines.popleft()

    def _more(self) -> bool:
        """Read until there is a line; False at the end."""
        while not self._lines:
            chunk = next(self._source, None)
            if chunk is None:
                return False
            self._lines.extend(chunk)
        return True

    def _chunks(self) -> Iterator[list[str]]:
        try:
            self._fd = sys.stdin.fileno()
        except (OSError, ValueError):  # no file of the system
            yield from ([line] for line in typed_lines())
            return
        begun, head = b"", True
        while chunk := self._read(self._fd):
            if head and chunk.startswith(_PACKED):
                raise DataError(
                    f"{NAME}: packed, parquet or UTF-16; only plain lines can be read on the way. "
                    "Unpack it (zcat FILE | elman …), or save it and pass --input FILE"
                )
            head = False
            *whole, begun = (begun + chunk).split(b"\n")
            if len(begun) > MAX_LINE_BYTES:
                raise DataError(f"{NAME}: no line end in {MAX_LINE_BYTES:,} bytes.")
            yield [self._decoded(line + b"\n") for line in whole]
        if begun:
            yield [self._decoded(begun)]

    @staticmethod
    def _read(fd: int) -> bytes:
        try:
            return os.read(fd, 2**16)
        except OSError as error:
            raise InputError(f"{NAME} could not be read ({error.strerror or error}).") from error

    def _decoded(self, line: bytes) -> str:
        return line.decode(self.encoding, errors="surrogateescape")


def piped_table(
    piped: Piped,
    wanted: Sequence[str],
    *,
    format: str | None = None,
    header: bool | None = None,
) -> Table:
    """Make a table of standard input, whose rows can be read once.

    Args:
        piped: where the lines come from.
        wanted: the columns that a first line with names must have.
        format: one of `FORMATS`; told from the first line when left out.
        header: False where the first line of csv is a row; the columns are then 1, 2, 3 …
    """
    if format is None:
        format = _told(piped.first, wanted)
    if format == "jsonl":
        found = parse_json(piped.first)
        columns = list(found) if isinstance(found, dict) else []
        return Table(NAME, format, columns, lambda: _objects(piped))
    if format == "lines":
        return Table(NAME, format, ["text"], lambda: _texts(piped))
    dialect = Dialect("\t" if format == "tsv" else _mark(piped.first, wanted))
    rows = records(NAME, piped.lines(), dialect)
    names = dialect.split(piped.first.rstrip("\r\n")) or []
    if header is False:
        names = [str(place) for place in range(1, len(names) + 1)]
    else:
        next(rows, None)
        names = [name.strip() for name in names]
    return Table(NAME, format, names, lambda: _fields(rows, names))


def _told(first: str, wanted: Sequence[str]) -> str:
    if first.lstrip().startswith("{") and isinstance(parse_json(first), dict):
        return "jsonl"
    return "csv" if _holds(first, _mark(first, wanted), wanted) else "lines"


def _holds(first: str, mark: str, wanted: Sequence[str]) -> bool:
    names = Dialect(mark).split(first.rstrip("\r\n")) or []
    return bool(wanted) and {*wanted} <= {name.strip() for name in names}


def _mark(first: str, wanted: Sequence[str]) -> str:
    """The delimiter by which the line has the wanted names, else the most frequent."""
    fit = [mark for mark in _MARKS if _holds(first, mark, wanted)]
    return fit[0] if fit else max(_MARKS, key=first.count)


def _fault(line: str, encoding: str) -> str:
    if "\0" in line:
        return "holds a NUL byte"
    if any("\ud800" <= sign <= "\udfff" for sign in line) and not line.isascii():
        return f"not {encoding.upper()}; name the encoding it was saved in, as --encoding cp1252"
    return ""


def _texts(piped: Piped) -> Iterator[Row | Reject]:
    """A blank line is a row, as in a file: answers stand beside the lines they are to."""
    for number, line in piped.lines():
        fault = _fault(line, piped.encoding)
        yield Reject(number, fault) if fault else Row(number, {"text": line.strip()})


def _objects(piped: Piped) -> Iterator[Row | Reject]:
    for number, line in piped.lines():
        if line.strip():
            fields = _fault(line, piped.encoding) or parse_json(line)
            yield Reject(number, fields) if isinstance(fields, str) else Row(number, fields)


def _fields(
    rows: Iterator[tuple[int, list[str] | str]], names: list[str]
) -> Iterator[Row | Reject]:
    for number, fields in rows:
        if isinstance(fields, str):
            yield Reject(number, fields)
        elif len(fields) != len(names):
            yield Reject(number, f"{len(fields)} fields where the header has {len(names)}")
        elif fault := _fault("".join(fields), "utf-8"):
            yield Reject(number, fault)
        else:
            yield Row(number, dict(zip(names, fields, strict=True)))
