"""Arrays of a number a row, on disk perhaps, looked at piece by piece: memory does not grow.

But: what is chosen of the rows is held, so few are chosen of many.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from elman.files import writing

__all__ = [
    "MANY",
    "alike",
    "all_but",
    "buckets",
    "counted",
    "drawn",
    "drawn_words",
    "joined_on_disk",
    "pieces",
    "places_of",
    "salted",
    "short",
    "spans",
    "words_of",
]

Hashes = npt.NDArray[np.uint8]
"""`(N, 16)` of what rows contain."""
Ints = npt.NDArray[np.int64]

CHUNK = 2**20
"""Numbers that are worked on at a time."""

MANY = 2**21
"""Rows above which none of them has its own place in memory."""

_MOST_BUCKETS = 256


def pieces(length: int) -> Iterator[slice]:
    """Cut an array of that length where it is worked on piece by piece."""
    for start in range(0, length, CHUNK):
        yield slice(start, min(start + CHUNK, length))


def spans(offsets: Ints, rows: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield the places of all words of some rows, and how many of them each row has.

    Some rows at a time: as many as have a piece of words together, and one at least.

    Args:
        offsets: `(N + 1,)` where the words of each row begin.
        rows: their numbers.
    """
    for piece in pieces(len(rows)):
        begins, ends = offsets[rows[piece]], offsets[rows[piece] + 1]
        lengths = ends - begins
        turns = np.cumsum(lengths) // CHUNK
        cuts = [0, *(np.flatnonzero(np.diff(turns)) + 1).tolist(), len(lengths)]
        for first, last in pairwise(cuts):
            many = lengths[first:last]
            within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
            yield np.repeat(begins[first:last], many) + within, many


def counted(values: npt.NDArray[Any], rows: Ints | None = None, *, kinds: int = 1) -> Ints:
    """Return how often each number occurs, in some rows or in all: of so many kinds at least."""
    total = np.zeros(kinds, np.int64)
    for piece in pieces(len(values) if rows is None else len(rows)):
        found = np.bincount(values[piece if rows is None else rows[piece]], minlength=len(total))
        found[: len(total)] += total
        total = found
    return total


def places_of(values: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> Ints:
    """Return the rows that have one of some values."""
    found = [np.zeros(0, np.int64)]
    for piece in pieces(len(values) if len(wanted) else 0):
        found.append(np.flatnonzero(np.isin(values[piece], wanted)) + piece.start)
    return np.concatenate(found)


def short(hashes: Hashes) -> npt.NDArray[np.uint64]:
    """Return `(N,)` the first eight bytes of each hash, as a number."""
    return np.ascontiguousarray(hashes).view(np.uint64)[:, 0]


def salted(numbers: npt.NDArray[np.uint64], salt: str) -> npt.NDArray[np.uint64]:
    """Hashes `(N,)` mixed with the salt by the finaliser of splitmix64: an order that it draws."""
    seed = np.frombuffer(hashlib.blake2b(salt.encode(), digest_size=8).digest(), dtype=np.uint64)
    z = numbers ^ seed
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def drawn(hashes: Hashes, share: float, salt: str) -> Ints:
    """Return the rows whose salted hashes are the smallest, about such a share of all.

    Rows of one text are all among them, or none is.
    """
    most, found = np.uint64(min(share, 1) * (2**64 - 1)), [np.zeros(0, np.int64)]
    for piece in pieces(len(hashes)):
        there = salted(short(hashes[piece]), salt) <= most
        found.append(np.flatnonzero(there) + piece.start)
    return np.concatenate(found)


def words_of(offsets: Ints, rows: Ints) -> int:
    """Return how many words some rows have together."""
    each = (rows[piece] for piece in pieces(len(rows)))
    return sum(int((offsets[some + 1] - offsets[some]).sum()) for some in each)


def drawn_words(hashes: Hashes, offsets: Ints, rows: Ints, words: int, salt: str) -> Ints:
    """Return as many of some rows, ascending, as have so many words: the smallest salted hashes.

    Args:
        hashes, offsets: of all rows.
        rows: some of them, ascending where they are many.
        words: at most.
        salt: draws the order.
    """
    if len(rows) > MANY:
        share = 1.2 * words / max(words_of(offsets, rows), 1)
        some = drawn(hashes, share, salt)
        at = np.minimum(np.searchsorted(rows, some), len(rows) - 1)
        rows = some[rows[at] == some]
    lengths = offsets[rows + 1] - offsets[rows]
    if lengths.sum() <= words:
        return np.sort(rows)
    order = np.argsort(salted(short(hashes[rows]), salt), kind="stable")
    return np.sort(rows[order[np.cumsum(lengths[order]) <= words]])


def alike(hashes: Hashes, others: Hashes, rows: Ints | None = None) -> Ints:
    """Return which rows, of some or of all, have one of the texts of `others`, which are few."""
    wanted, found = np.unique(short(others)), [np.zeros(0, np.int64)]
    count = len(hashes) if rows is None else len(rows)
    for piece in pieces(count if len(wanted) else 0):
        some = np.arange(piece.start, piece.stop) if rows is None else rows[piece]
        ours = short(hashes[some])
        place = np.minimum(np.searchsorted(wanted, ours), len(wanted) - 1)
        found.append(some[wanted[place] == ours])
    return np.concatenate(found)


def buckets(hashes: Hashes) -> Iterator[Ints]:
    """Yield the rows in parts of about a piece, so that those of one text are in one part."""
    count = min(max(len(hashes) // CHUNK, 1), _MOST_BUCKETS) if len(hashes) > MANY else 1
    if count == 1:
        yield np.arange(len(hashes))
        return
    for bucket in range(count):
        found = []
        for piece in pieces(len(hashes)):
            of = hashes[piece, 0].astype(np.int64) * count >> 8
            found.append(np.flatnonzero(of == bucket) + piece.start)
        yield np.concatenate(found)


def all_but(rows: int, without: Ints, path: Path) -> Ints:
    """Return the numbers of so many rows but for some, ascending, in a file."""
    out = np.zeros(0, bool)
    with writing(path) as file:
        for piece in pieces(rows):
            out = np.zeros(piece.stop - piece.start, bool)
            begin, end = np.searchsorted(without, (piece.start, piece.stop))
            out[without[begin:end] - piece.start] = True
            (np.flatnonzero(~out) + piece.start).astype(np.int64).tofile(file)
    return np.memmap(path, np.int64, "r")


def joined_on_disk(path: Path, *arrays: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return arrays of one type and width, one after another, in a file."""
    with writing(path) as file:
        for array in arrays:
            for piece in pieces(len(array)):
                array[piece].tofile(file)
    first = arrays[0]
    shape = (sum(map(len, arrays)), *first.shape[1:])
    return np.memmap(path, first.dtype, "r", shape=shape)
