"""Arrays on disk: written while they grow, mapped back when they are complete."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from elman.files import safely

__all__ = ["Spool", "pieces"]

CHUNK = 2**20
"""Numbers held before they go to disk, and worked on at a time."""


def pieces(length: int) -> Iterator[slice]:
    """Cut an array of that length where it is worked on piece by piece."""
    for start in range(0, length, CHUNK):
        yield slice(start, min(start + CHUNK, length))


class Spool:
    """An array that is written to disk while it grows, and mapped back when it is complete."""

    def __init__(self, path: Path, code: Literal["i", "q", "B"]) -> None:
        self.path, self.size, self.buffer = path, 0, array(code)
        # Written beside and moved into place: an older mapping of that name stays whole.
        self.part = path.with_name(f"{path.name}.part")
        with safely(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.file = open(self.part, "wb")  # noqa: SIM115  (closed by finish or abandon)

    def extend(self, numbers: Iterable[int]) -> int:
        """Append numbers; return how many there are now."""
        before = len(self.buffer)
        self.buffer.extend(numbers)
        self.size += len(self.buffer) - before
        if len(self.buffer) > CHUNK:
            self._flush()
        return self.size

    def _flush(self) -> None:
        with safely(self.path):
            self.buffer.tofile(self.file)
        del self.buffer[:]

    def abandon(self) -> None:
        self.file.close()
        self.part.unlink(missing_ok=True)

    def finish(self) -> npt.NDArray[Any]:
        self._flush()
        with safely(self.path):
            self.file.close()
            os.replace(self.part, self.path)
        code = self.buffer.typecode
        # an empty file cannot be mapped
        return np.memmap(self.path, code, mode="r") if self.size else np.zeros(0, dtype=code)
