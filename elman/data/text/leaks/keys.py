"""Which group each row is of: the hash of one column's cell, kept while a file is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from elman.data.text.columns.cells import MISSING, label_name
from elman.data.text.spool import Spool

__all__ = ["GroupReader", "Groups", "alone", "cell_names", "key_of", "keys_of"]

_NONE = MISSING | {"None", "NA"}
"""Beside what is missing in a label: a class may be called so, a film or a patient is not."""

_NAMES_KEPT = 1000
"""Groups whose names are kept, for messages."""


@dataclass(frozen=True)
class Groups:
    """The groups of a corpus of N rows."""

    column: str
    keys: npt.NDArray[np.uint64]
    """`(N,)` the hash of each row's cell, which is even. A row without one is alone: it has that
    of its text, which is odd."""
    names: dict[int, str]
    """What the first groups are called, by key."""

    @cached_property
    def named(self) -> npt.NDArray[np.uint64]:
        """The keys of all groups that have a name, each once."""
        return np.unique(self.keys[self.keys % 2 == 0])

    @property
    def alone(self) -> int:
        """Rows without a group."""
        return int(np.count_nonzero(self.keys % 2))


class GroupReader:
    """Keeps the key of each row on disk, and the names of the first groups."""

    def __init__(self, column: str, path: Path) -> None:
        self.column, self.keys = column, Spool(path, "B")
        self.names: dict[int, str] = {}

    def add(self, cells: Sequence[object], hashes: Sequence[bytes]) -> None:
        """Add rows: the cell of each, and the hash of its text."""
        names, keys = cell_names(cells), []
        known = keys_of(names)
        for name, content in zip(names, hashes, strict=True):
            key = known[name] if name else int.from_bytes(content[:8], "little") | 1
            keys.append(key.to_bytes(8, "little"))
            if name and len(self.names) < _NAMES_KEPT:
                self.names.setdefault(key, name)
        self.keys.extend(np.frombuffer(b"".join(keys), np.uint8))

    def finish(self) -> Groups:
        return Groups(self.column, np.asarray(self.keys.finish()).view("<u8"), self.names)


def cell_names(cells: Sequence[object]) -> list[str]:
    """What cells say as text; "" where one is missing."""
    return [
        # letters and digits alone are no number with a point, and have no space around them
        cell if type(cell) is str and cell.isalnum() and cell not in _NONE else _cell_name(cell)
        for cell in cells
    ]


def _cell_name(cell: object) -> str:
    name = label_name(cell)
    return "" if name in _NONE else name


def keys_of(names: Iterable[str]) -> dict[str, int]:
    """An even number of eight bytes for each name."""
    distinct, blake2b = dict.fromkeys(names), hashlib.blake2b
    digests = [
        blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest() for name in distinct
    ]
    keys = np.frombuffer(b"".join(digests), "<u8") & ~np.uint64(1)
    return dict(zip(distinct, keys.tolist(), strict=True))


def key_of(name: str) -> int:
    """The key of one name."""
    return keys_of((name,))[name]


def alone(hashes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """The keys of rows without a group, by the hashes `(N, 16)` of their texts."""
    return np.ascontiguousarray(hashes).view("<u8")[:, 0] | np.uint64(1)
