"""Arrays on disk: written while they grow, mapped back when they are complete."""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from elman.data.large import CHUNK, pieces
from elman.data.text.lookup.word_types import WordTypes
from elman.files import safely

__all__ = ["RowSpools", "Spool", "look_up"]

Ints = npt.NDArray[np.int32]


class Spool:
    """An array that is written to disk while it grows, and mapped back when it is complete."""

    def __init__(self, path: Path, code: Literal["i", "q", "B"]) -> None:
        self.path, self.size, self.buffer = path, 0, array(code)
        # Written beside and moved into place: an older mapping of that name stays whole.
        self.part = path.with_name(f"{path.name}.part")
        with safely(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.file = open(self.part, "wb")  # noqa: SIM115  (closed by finish or abandon)

    def extend(self, numbers: Iterable[int] | npt.NDArray[np.integer]) -> int:
        """Append numbers; return how many there are now."""
        before = len(self.buffer)
        if isinstance(numbers, np.ndarray):
            self.buffer.frombytes(numbers.astype(self.buffer.typecode, copy=False).tobytes())
        else:
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


def look_up(numbers: Ints, table: npt.NDArray[np.int64], path: Path) -> npt.NDArray[np.int64]:
    """`table[numbers]`, from disk to disk."""
    spool = Spool(path, "q")
    for piece in pieces(len(numbers)):
        spool.extend(table[numbers[piece]])
    return spool.finish()


class RowSpools:
    """The rows of a corpus on disk: words, labels, hashes, lines.

    Args:
        directory: where the arrays go.
        words: that have the first numbers.
    """

    def __init__(self, directory: Path, words: Sequence[str]) -> None:
        self.types = WordTypes(words)
        self.tokens = Spool(directory / "tokens.i32", "i")
        self.offsets = Spool(directory / "offsets.i64", "q")
        self.labels = Spool(directory / "labels-seen.i32", "i")
        self.label_offsets = Spool(directory / "label-offsets.i64", "q")
        self.hashes = Spool(directory / "hashes.u8", "B")
        self.lines = Spool(directory / "lines.i64", "q")
        self.offsets.extend([0])
        self.label_offsets.extend([0])

    def __len__(self) -> int:
        return self.lines.size

    def add(
        self,
        lines: Sequence[int],
        words: Sequence[bytes],
        numbers: Sequence[Sequence[int]],
    ) -> list[bytes]:
        """Write some rows: where they stand, their words as `joined_words` gives
        them, at least one, and the numbers of their labels.

        Returns:
            the hash of the words of each.
        """
        _in_rows(self.labels, self.label_offsets, [*map(len, numbers)], [*chain(*numbers)])
        each = self.types.number(b" ".join(words))
        _in_rows(self.tokens, self.offsets, [row.count(b" ") + 1 for row in words], each)
        blake2b = hashlib.blake2b
        hashes = [blake2b(row, digest_size=16).digest() for row in words]
        self.hashes.extend(np.frombuffer(b"".join(hashes), np.uint8))
        self.lines.extend(lines)
        return hashes

    def abandon(self) -> None:
        for spool in vars(self).values():
            if isinstance(spool, Spool):
                spool.abandon()


def _in_rows(
    values: Spool,
    offsets: Spool,
    lengths: Sequence[int],
    each: Sequence[int] | npt.NDArray[np.integer],
) -> None:
    offsets.extend(values.size + np.cumsum(lengths))
    values.extend(each)
