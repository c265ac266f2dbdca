"""A file becomes pieces: rows of a parquet file by its groups, bytes of lines where a record ends.

Whoever reads a piece is given the head of its file before it, so that a piece is read as the whole
is: by the same delimiter, the same columns.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Literal, NamedTuple

from elman.data.addresses import asking, file_system, shown
from elman.data.pieces.borders import HEAD_LINES, borders
from elman.data.pieces.footer import RowGroup, footer_size, row_groups
from elman.data.pieces.sources import Source
from elman.data.tables.bytes import packing
from elman.data.tables.delimited import delimiter_of
from elman.data.tables.formats import open_table
from elman.data.tables.lines import SAMPLE_LINES
from elman.data.tables.parquet import damage
from elman.files import copying

__all__ = ["WHOLE", "Cut", "Piece", "at_hand", "beginning", "cut"]

_LINES = ("jsonl", "text", "fasttext")
_COPIED = 2**20
_HEAD = 2**22
_MOST_ROWS = 65_536
"""Rows of a piece of parquet: how long what is written once and meant often is, no footer says."""


class Piece(NamedTuple):
    """Some of a file: bytes of lines, or rows; all of it where `end` is -1."""

    begin: int
    end: int
    lines: int
    """Lines or rows of the file before it."""


WHOLE = Piece(0, -1, 0)


@dataclass(frozen=True)
class Cut:
    """How a file is divided."""

    unit: Literal["file", "bytes", "rows"] = "file"
    pieces: tuple[Piece, ...] = (WHOLE,)
    head: int = 0
    """Bytes, or rows, that come before every piece but the first."""
    head_lines: int = 0
    """Lines, or rows, of the head."""
    groups: tuple[tuple[int, int, int], ...] = field(default=(), repr=False)
    """Of a parquet file elsewhere: rows, and the bytes from where to where, of each group."""


def cut(source: Source, size: int, encoding: str | None) -> Cut:
    """Look where a file of rows may be cut.

    Args:
        source: the file.
        size: bytes of a piece, at least.
        encoding: as named by the user; letters of more than one byte are not looked into.

    Returns:
        One piece where it is no longer than that, is packed, or may not be cut.
    """
    if _is_parquet(source):
        return _by_rows(source, size)  # a small file may hold many rows
    if source.size <= size:
        return Cut()
    if encoding is not None and encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
        return Cut()
    with beginning(source) as head:
        if packing(head) is not None:
            return Cut()
        with open(head, "rb") as file:
            if b"\0" in file.read(4096):  # UTF-16, or no text
                return Cut()
        kind = open_table(head, otherwise="text").format
        if kind not in (*_LINES, "csv", "tsv"):
            return Cut()
        delimiter = None if kind in _LINES else delimiter_of(head, kind)
    with source.opened() as file:
        found = borders(file, size, delimiter)
    if found is None or len(found) < 3:
        return Cut()
    head_end, *ends = found
    pieces, begin, lines = [], 0, 0
    for end in ends:
        pieces.append(Piece(begin, end.offset, lines))
        begin, lines = end
    return Cut("bytes", tuple(pieces), head_end.offset, head_end.lines)


@contextlib.contextmanager
def beginning(source: Source) -> Iterator[Path]:
    """Have a file at hand that tells what kind it is: itself, or the beginning of one elsewhere."""
    if not source.elsewhere:
        yield Path(source.where)
    elif _is_parquet(source):
        groups = _groups_of(source)
        cut = Cut("rows", (), 0, 0, tuple((g.rows, g.begin, g.end) for g in groups))
        with at_hand(source, cut, Piece(0, HEAD_LINES, 0)) as (path, _):
            yield path
    else:
        with _place(source) as path, source.opened() as file:
            head = file.read(_HEAD)
            while head.count(b"\n") < SAMPLE_LINES and (more := file.read(_HEAD)):
                head += more
            path.write_bytes(head if len(head) == source.size else head[: head.rfind(b"\n") + 1])
            yield path


def _is_parquet(source: Source) -> bool:
    return PurePosixPath(source.name.lower()).suffix in (".parquet", ".pq")


def _groups_of(source: Source) -> list[RowGroup]:
    with source.opened() as file:
        return row_groups(file, source.size, shown(source.where))


def _by_rows(source: Source, size: int) -> Cut:
    groups = _groups_of(source)
    pieces: list[Piece] = []
    begin = rows = held = 0
    for group in groups:
        if held and (held + group.bytes > size or rows + group.rows - begin > _MOST_ROWS):
            pieces.append(Piece(begin, rows, begin))
            begin, held = rows, 0
        rows, held = rows + group.rows, held + group.bytes
        parts = max(1, min(group.rows, max(held // size, (rows - begin) // _MOST_ROWS)))
        if parts > 1:  # a group that is larger than a piece is divided
            each = -(-(rows - begin) // parts)
            while rows - begin > each:
                pieces.append(Piece(begin, begin + each, begin))
                begin += each
            held = 0
            pieces.append(Piece(begin, rows, begin))
            begin = rows
    if rows > begin:
        pieces.append(Piece(begin, rows, begin))
    if len(pieces) < 2:
        return Cut()
    kept = tuple((g.rows, g.begin, g.end) for g in groups) if source.elsewhere else ()
    head = min(HEAD_LINES, rows)
    return Cut("rows", tuple(pieces), head, head, kept)


@contextlib.contextmanager
def at_hand(source: Source, cut: Cut, piece: Piece) -> Iterator[tuple[Path, int]]:
    """Have a piece as a file on this machine, with the head of its file before it.

    Yields:
        The file, and how many of its lines or rows are of the head and not of the piece.
    """
    if piece == WHOLE and not source.elsewhere:
        yield Path(source.where), 0
        return
    with _place(source) as path:
        if piece == WHOLE:
            fs, there = file_system(source.where)
            with asking(source.where):
                fs.get_file(there, str(path))
            yield path, 0
            return
        before = 0 if piece.begin == 0 else cut.head_lines
        if cut.unit == "bytes":
            with source.opened() as file, copying(path), open(path, "wb") as copy:
                if before:
                    _copy(source, file, copy, 0, cut.head)
                _copy(source, file, copy, piece.begin, piece.end)
        else:
            plain = Path(source.where)
            if source.elsewhere:
                plain = path.with_name("holes.parquet")
                _with_holes(source, cut, piece, plain)
            _rows_of(plain, before, piece, path, source)
        yield path, before


@contextlib.contextmanager
def _place(source: Source) -> Iterator[Path]:
    """A name on this machine that ends as the file's does, and goes again."""
    with tempfile.TemporaryDirectory(prefix="elman-") as folder:
        yield Path(folder, PurePosixPath(source.name).name)


def _copy(source: Source, file: IO[bytes], copy: IO[bytes], begin: int, end: int) -> None:
    while begin < end:
        with source.reading():
            file.seek(begin)
            block = file.read(min(_COPIED, end - begin))
        if not block:
            return
        copy.write(block)
        begin += len(block)


def _with_holes(source: Source, cut: Cut, piece: Piece, path: Path) -> None:
    """Copy the footer of a parquet file and the groups that a piece is in, each to its place."""
    with source.opened() as file, copying(path), open(path, "wb") as copy:
        with source.reading():
            length = footer_size(file, source.size)
        copy.truncate(source.size)
        ranges, row = [(0, 4), (source.size - length, source.size)], 0
        for rows, begin, end in cut.groups:
            if row < cut.head or (row < piece.end and row + rows > piece.begin):
                ranges.append((begin, end))
            row += rows
        for begin, end in ranges:
            copy.seek(begin)
            _copy(source, file, copy, begin, end)


def _rows_of(plain: Path, before: int, piece: Piece, path: Path, source: Source) -> None:
    import polars

    with damage(shown(source.where)):
        scan = polars.scan_parquet(plain, glob=False)
        rows = scan.slice(piece.begin, piece.end - piece.begin).collect()
        if before:
            rows = polars.concat([scan.slice(0, before).collect(), rows])
    with copying(path):
        try:
            rows.write_parquet(path, compression="uncompressed", statistics=False)
        except polars.exceptions.PolarsError as fault:
            raise OSError(" ".join(str(fault).split())) from fault
