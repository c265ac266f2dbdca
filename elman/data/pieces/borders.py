"""Where a file of lines can be cut: after a record, never inside quotes.

Quotes are counted, not parsed: where each opens a field and closes one, an even number of them lies
before the end of a record. In a file with any other quote nobody can tell without reading it whole,
so such a file is not cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.data.tables.lines import SAMPLE_LINES

__all__ = ["HEAD_LINES", "Border", "borders"]

HEAD_LINES = 1000
"""Lines at the beginning that tell how a file is read; as many as are looked at anywhere.

Of long lines it is fewer, and no fewer than tell the columns.
"""

_HEAD_BYTES = 2**22
_BLOCK = 2**20
_QUOTE, _LINE, _RETURN = b'"'[0], b"\n"[0], b"\r"[0]
_MARK = b"\xef\xbb\xbf"


class Border(NamedTuple):
    """A place between two records."""

    offset: int
    """Bytes before it."""
    lines: int
    """Lines before it."""


def borders(file: IO[bytes], size: int, delimiter: str | None) -> list[Border] | None:
    """Return the end of the head, then the first border after every `size` bytes, then the end.

    Args:
        file: from its beginning.
        size: bytes of a piece, at least; as many as a head that is long, for each piece has one.
        delimiter: of fields that may stand in quotes; None where a line is a record.

    Returns:
        None where a quote stands inside a field without quotes, or is never closed.
    """
    found: list[Border] = []
    offset, lines, opened, before = 0, 0, 0, _LINE
    wanted = 0  # bytes before the next border
    for block in iter(lambda: file.read(_BLOCK), b""):
        if offset == 0 and block.startswith(_MARK):
            block = b"\n" * len(_MARK) + block[len(_MARK) :]
            lines -= len(_MARK)
        codes = np.frombuffer(block, np.uint8)
        quotes = np.zeros(0, np.int64)
        if delimiter is not None:
            if before == _QUOTE and opened == 0 and not _closes(codes[:1], delimiter).all():
                return None  # the last of the block before
            quotes = np.flatnonzero(codes == _QUOTE)
            if len(quotes) and not _regular(codes, quotes, before, opened, delimiter):
                return None
        if found and offset + len(block) < wanted:
            lines += block.count(b"\n")
        else:
            ends = np.flatnonzero(codes == _LINE)
            apart = (np.searchsorted(quotes, ends) + opened) % 2 == 0
            for place in _ends(ends[apart], ends, offset, lines, found, size):
                found.append(place)
            lines += len(ends)
        opened = (opened + len(quotes)) % 2
        offset += len(block)
        before = block[-1]
        wanted = _next(found, size) if found else 0
    if opened:
        return None
    if not found or found[-1].offset < offset:
        found.append(Border(offset, lines))
    return found


def _next(found: list[Border], size: int) -> int:
    """Return how many bytes come before the next border, at least."""
    head = found[0].offset
    return found[-1].offset + (max(size, head) if head > _HEAD_BYTES else size)


def _ends(
    apart: NDArray[np.int64],
    ends: NDArray[np.int64],
    offset: int,
    lines: int,
    found: list[Border],
    size: int,
) -> Iterator[Border]:
    """Yield the borders of a block, one after the other; `found` grows meanwhile."""
    at = 0
    while at < len(apart):
        if found:
            least = _next(found, size) - offset - 1
            at = max(at, int(np.searchsorted(apart, least)))
        else:
            if lines + len(ends) < SAMPLE_LINES:
                return
            least = max(_HEAD_BYTES - offset - 1, int(ends[max(0, SAMPLE_LINES - lines - 1)]))
            if lines + len(ends) >= HEAD_LINES:
                least = min(least, int(ends[max(0, HEAD_LINES - lines - 1)]))
            at = int(np.searchsorted(apart, least))
        if at == len(apart):
            return
        place = int(apart[at])
        before = lines + int(np.searchsorted(ends, place)) + 1
        yield Border(offset + place + 1, before)
        at += 1


def _regular(
    codes: NDArray[np.uint8], quotes: NDArray[np.int64], before: int, opened: int, delimiter: str
) -> bool:
    """Say whether every quote opens a field, closes one, or is one of two in a field."""
    kind = (np.arange(len(quotes)) + opened) % 2
    opening, closing = quotes[kind == 0], quotes[kind == 1]
    left = np.where(opening > 0, codes[opening - 1], before)
    if not np.isin(left, (_LINE, ord(delimiter), _QUOTE)).all():
        return False
    closing = closing[closing + 1 < len(codes)]  # what follows the last is seen in the next block
    return bool(_closes(codes[closing + 1], delimiter).all())


def _closes(right: NDArray[np.uint8], delimiter: str) -> NDArray[np.bool_]:
    return np.isin(right, (_LINE, _RETURN, ord(delimiter), _QUOTE))
