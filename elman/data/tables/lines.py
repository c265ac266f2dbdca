"""Bytes become lines: gzip, encodings, and a limit to what one line may hold.

Lines are split at `\\n` only: `str.splitlines` also breaks at U+0085, which real reviews contain.
But: no guessing of old encodings; the message says how to convert.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from elman.data.tables.table import Reject, Row
from elman.errors import DataError

__all__ = ["MAX_LINE_BYTES", "SAMPLE_LINES", "by_line", "faults", "open_bytes", "read_lines"]

MAX_LINE_BYTES = 64 * 2**20
"""A longer line, or a quoted csv record that runs on for longer, is refused, never held whole."""

SAMPLE_LINES = 200
"""Lines looked at to learn the keys of a jsonl file and whether a tsv file uses quotes."""


def open_bytes(path: Path) -> io.BufferedReader:
    """Open a file, unpacking gzip on the way; told by its first bytes, not its name."""
    with open(path, "rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
        if path.suffix.lower() == ".gz" and not zipped and file.tell():
            raise DataError(f"{path}: named .gz but no gzip data. Copy it again or drop the .gz.")
    if not zipped:
        return open(path, "rb")
    return io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(path)), 2**17)


@contextlib.contextmanager
def faults(path: Path, where: Callable[[], str] = str) -> Iterator[None]:
    """Turn what the operating system and gzip raise into a DataError that names the place."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raise DataError(
            f"{path}{where()}: the gzip data is damaged or cut short ({fault}). Copy it again."
        ) from fault
    except OSError as fault:
        raise DataError(f"{path}{where()}: cannot be read: {fault.strerror or fault}.") from fault


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number, line with its end); UTF-8, with or without BOM, or UTF-16 with BOM."""
    number = 0
    with faults(path, lambda: f", after line {number}"), open_bytes(path) as raw:
        read: Callable[[int], bytes | str] = raw.readline
        if raw.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff"):
            read = io.TextIOWrapper(cast(BinaryIO, raw), encoding="utf-16", newline="\n").readline
        elif raw.peek(3)[:3] == b"\xef\xbb\xbf":
            raw.read(3)
        try:
            while line := read(MAX_LINE_BYTES + 1):
                number += 1
                if len(line) > MAX_LINE_BYTES:
                    long = f"no line end in {MAX_LINE_BYTES:,} bytes; expected a record a line"
                    raise DataError(f"{path}, line {number}: {long}. Is this a data file?")
                yield number, line if isinstance(line, str) else line.decode()
        except UnicodeDecodeError as fault:
            raise DataError(
                f"{path}, line {number}: byte 0x{fault.object[fault.start]:02X} at position "
                f"{fault.start + 1} is not {fault.encoding.upper()}. Convert the file; from older "
                f"Windows text: iconv -f cp1252 -t utf-8 {path.name} > utf8-{path.name}"
            ) from fault


def by_line(
    path: Path, parse: Callable[[str], dict[str, object] | str], *, blanks: bool = False
) -> Callable[[], Iterator[Row | Reject]]:
    """Make a reader of lines; `parse` returns the fields, or what is wrong with the line."""

    def read() -> Iterator[Row | Reject]:
        for number, line in read_lines(path):
            if not blanks and not line.strip():
                continue
            fields = "holds a NUL byte" if "\0" in line else parse(line)
            yield Reject(number, fields) if isinstance(fields, str) else Row(number, fields)

    return read
