"""Which group each row is of: the hash of one column's cell, kept while a file is read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from elman.data.text.columns.cells import label_name
from elman.data.text.spool import Spool

__all__ = ["GroupReader", "Groups", "alone", "cell_name", "key_of"]

_MISSING = ("None", "NA")
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
        keys = []
        for cell, content in zip(cells, hashes, strict=True):
            name = cell_name(cell)
            key = key_of(name) if name else int.from_bytes(content[:8], "little") | 1
            keys.append(key.to_bytes(8, "little"))
            if name and len(self.names) < _NAMES_KEPT:
                self.names.setdefault(key, name)
        self.keys.extend(b"".join(keys))

    def finish(self) -> Groups:
        return Groups(self.column, np.asarray(self.keys.finish()).view("<u8"), self.names)


def cell_name(cell: object) -> str:
    """What a cell says as text; "" where it is missing."""
    name = label_name(cell)
    return "" if name in _MISSING else name


def key_of(name: str) -> int:
    """An even number of eight bytes for a name."""
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") & ~1


def alone(hashes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """The keys of rows without a group, by the hashes `(N, 16)` of their texts."""
    return np.ascontiguousarray(hashes).view("<u8")[:, 0] | np.uint64(1)
