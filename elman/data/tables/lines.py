"""Bytes become lines: encodings, and a limit to what one line may hold.

Lines are split at `\\n` only: `str.splitlines` also breaks at U+0085, which real reviews contain.
But: no old encoding is taken by guess; the message says which it looks like and how to name it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, cast

from elman.data.tables.bytes import faults, open_bytes
from elman.data.tables.encodings import check_encoding, undecodable
from elman.data.tables.table import Reject, Row
from elman.errors import DataError

__all__ = ["MAX_LINE_BYTES", "SAMPLE_LINES", "by_line", "read_blocks", "read_lines", "sample_of"]

MAX_LINE_BYTES = 64 * 2**20
"""A longer line, or a quoted csv record that runs on for longer, is refused, never held whole."""

_BLOCK_BYTES = 2**16
"""Bytes read at a time."""

SAMPLE_LINES = 200
"""Lines looked at to learn the keys of a jsonl file and whether a tsv file uses quotes."""

_SAMPLE_LENGTH = 2**22
"""Characters after which no more lines are held to be looked at."""


def read_lines(path: Path, encoding: str | None = None) -> Iterator[tuple[int, str]]:
    """Yield (number, line with its end).

    Args:
        path: the file.
        encoding: by default UTF-8, with or without mark, or UTF-16, which its bytes give away.
    """
    return enumerate(chain.from_iterable(read_blocks(path, encoding)), 1)


def read_blocks(path: Path, encoding: str | None = None) -> Iterator[list[str]]:
    """Yield the lines as `read_lines`, some at a time; what is at fault comes after all before it.

    Args:
        path, encoding: as `read_lines` takes them.
    """
    number = 0
    with faults(path, lambda: f", after line {number}"), open_bytes(path) as raw:
        chosen = check_encoding(encoding) if encoding else _marked(raw.peek(64)[:64])
        plain = chosen is None or chosen == "utf-8"
        if plain and raw.peek(3)[:3] == b"\xef\xbb\xbf":
            raw.read(3)
        try:
            for block in _decoded(raw) if plain else _in_encoding(raw, str(chosen)):
                if number == 0:
                    block[0] = block[0].removeprefix("\ufeff")
                yield block
                number += len(block)
        except _LongLineError as fault:
            long = f"no line end in {MAX_LINE_BYTES:,} bytes; expected a record a line"
            raise DataError(f"{path}, line {number + 1}: {long}. Is this a data file?") from fault
        except UnicodeDecodeError as fault:
            number += plain  # what is decoded by line is the fault of a line
            if encoding:
                raise DataError(
                    f"{path}, after line {number}: not {encoding} throughout ({fault.reason}). "
                    "Name the encoding it was saved in, or save it again as UTF-8."
                ) from fault
            raise undecodable(path, number, fault) from fault


class _LongLineError(Exception):
    """A line that is longer than any of a data file."""


def _in_encoding(raw: io.BufferedReader, encoding: str) -> Iterator[list[str]]:
    with io.TextIOWrapper(cast(BinaryIO, raw), encoding=encoding, newline="\n") as text:
        while line := text.readline(MAX_LINE_BYTES + 1):
            if len(line) > MAX_LINE_BYTES:
                raise _LongLineError
            yield [line]


def _decoded(raw: io.BufferedReader) -> Iterator[list[str]]:
    for block in _whole_lines(raw):
        try:
            yield _split(block.decode())
        except UnicodeDecodeError:
            yield from _up_to_fault(block)


def _up_to_fault(block: bytes) -> Iterator[list[str]]:
    for line in io.BytesIO(block):
        yield [line.decode()]


def _split(text: str) -> list[str]:
    return list(io.StringIO(text, newline="\n"))


def _whole_lines(raw: io.BufferedReader) -> Iterator[bytes]:
    """Yield bytes that end where a line does."""
    begun, size = [b""], 0
    while chunk := raw.read1(_BLOCK_BYTES):
        end = chunk.rfind(b"\n") + 1
        if size + (chunk.find(b"\n") + 1 if end else len(chunk)) > MAX_LINE_BYTES:
            raise _LongLineError
        if end:
            yield b"".join([*begun, chunk[:end]])
            begun, size = [], 0
        begun.append(chunk[end:])
        size += len(begun[-1])
    if size:
        yield b"".join(begun)


def _marked(head: bytes) -> str | None:
    """UTF-16 by its mark or, without one, by the zeros of ASCII letters."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for name, zeros, letters in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        if len(head) > 3 and not any(head[zeros::2]) and all(head[letters::2]):
            return name
    return None


def sample_of(lines: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the first lines of a file, fewer where they are long."""
    sample, length = [], 0
    for number, line in islice(lines, SAMPLE_LINES):
        sample.append((number, line))
        length += len(line)
        if length > _SAMPLE_LENGTH:
            break
    return sample


def by_line(
    path: Path,
    parse: Callable[[str], dict[str, object] | str],
    *,
    blanks: bool = False,
    encoding: str | None = None,
) -> Callable[[], Iterator[Row | Reject]]:
    """Make a reader of lines; `parse` returns the fields, or what is wrong with the line."""

    def read() -> Iterator[Row | Reject]:
        for number, line in read_lines(path, encoding):
            if not blanks and not line.strip():
                continue
            fields = "holds a NUL byte" if "\0" in line else parse(line)
            yield Reject(number, fields) if isinstance(fields, str) else Row(number, fields)

    return read
