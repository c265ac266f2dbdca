"""The row groups of a parquet file, out of its footer.

polars reads such files and does not say how they are divided. The footer is Thrift's compact
encoding; only counts and places are taken from it, everything else is walked over.
"""

from __future__ import annotations

from typing import IO, Any, NamedTuple

from elman.errors import DataError

__all__ = ["RowGroup", "footer_size", "row_groups"]

_MAGIC = b"PAR1"
_LARGEST = 2**28
"""Bytes of a footer; one of ten thousand columns and groups has less."""
_DEEPEST = 32
_GROUPS, _BYTES, _ROWS, _COLUMNS = 4, 2, 3, 1
_META, _PACKED, _DATA, _DICTIONARY = 3, 7, 9, 11


class RowGroup(NamedTuple):
    """Rows that were written together."""

    rows: int
    bytes: int
    """Unpacked."""
    begin: int
    """Its first byte in the file."""
    end: int


def footer_size(file: IO[bytes], size: int) -> int:
    """Return how many bytes at the end of a parquet file are its footer."""
    file.seek(max(0, size - 8))
    tail = file.read(8)
    length = int.from_bytes(tail[:4], "little")
    if size < 12 or tail[4:] != _MAGIC or length > min(_LARGEST, size - 12):
        raise ValueError("no footer")
    return length + 8


def row_groups(file: IO[bytes], size: int, name: str) -> list[RowGroup]:
    """Return the row groups of a parquet file.

    Raises:
        DataError: it is damaged, or no parquet.
    """
    try:
        length = footer_size(file, size)
        file.seek(size - length)
        meta = _Thrift(file.read(length - 8)).struct()
        found = []
        for group in meta.get(_GROUPS, []):
            columns = [column[_META] for column in group[_COLUMNS]]
            begin = min(min(c[_DATA], c.get(_DICTIONARY) or c[_DATA]) for c in columns)
            end = max(min(c[_DATA], c.get(_DICTIONARY) or c[_DATA]) + c[_PACKED] for c in columns)
            if not (0 <= begin <= end <= size and group[_ROWS] >= 0):
                raise ValueError("places outside the file")
            found.append(RowGroup(group[_ROWS], group[_BYTES], begin, end))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as fault:
        raise DataError(f"{name}: damaged or not parquet ({fault}).") from None
    return found


class _Thrift:
    """A reader of Thrift's compact encoding; structs are dicts by the number of the field."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at, self._depth = data, 0, 0

    def struct(self) -> dict[int, Any]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError("nested too deep")
        fields: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            step = head >> 4
            number = number + step if step else self._integer()
            fields[number] = self._value(head & 15, inside=False)
        self._depth -= 1
        return fields

    def _value(self, kind: int, *, inside: bool) -> Any:
        if kind in (1, 2):
            return self._byte() == 1 if inside else kind == 1
        if kind == 3:
            return self._byte()
        if kind in (4, 5, 6):
            return self._integer()
        if kind == 7:
            return self._skip(8)
        if kind == 8:
            return self._skip(self._number())
        if kind in (9, 10):
            head = self._byte()
            count = head >> 4 if head >> 4 < 15 else self._number()
            if count > len(self._data):
                raise ValueError("a list longer than the file")
            return [self._value(head & 15, inside=True) for _ in range(count)]
        if kind == 12:
            return self.struct()
        raise ValueError(f"an unknown type {kind}")

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _skip(self, count: int) -> None:
        self._at += count

    def _number(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
            if shift > 63:
                raise ValueError("a number of more than 64 bits")

    def _integer(self) -> int:
        value = self._number()
        return (value >> 1) ^ -(value & 1)
