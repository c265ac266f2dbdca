"""Rows of different lengths that lie one after the other in one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ragged", "joined"]


class Ragged(Sequence[NDArray[Any]]):
    """Some rows of `values`, each cut out when it is asked for.

    Args:
        values: `(steps, …)` of all rows, perhaps still on disk.
        offsets: `(N + 1,)`, row n is values[offsets[n]:offsets[n + 1]].
        rows: which rows, and in which order; all when left out.
    """

    def __init__(
        self,
        values: NDArray[Any],
        offsets: NDArray[np.int64],
        rows: NDArray[np.int64] | None = None,
    ) -> None:
        # still on disk, but without the cost of a memmap object for every row
        self.values, self.offsets = np.asarray(values), np.asarray(offsets)
        self.rows = np.arange(len(offsets) - 1) if rows is None else rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> NDArray[Any]: ...
    @overload
    def __getitem__(self, place: slice) -> Ragged: ...
    def __getitem__(self, place: int | slice) -> NDArray[Any] | Ragged:
        if isinstance(place, slice):
            return Ragged(self.values, self.offsets, self.rows[place])
        row = self.rows[place]
        return self.values[self.offsets[row] : self.offsets[row + 1]]


def joined(
    sequences: Sequence[NDArray[Any]], shape: tuple[int, ...]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return all rows one after another, each of `(T, *shape)`, and `(N,)` where each ends.

    Where they lie like that already nothing is copied.
    """
    lengths = np.fromiter(map(len, sequences), np.int64, len(sequences))
    if isinstance(sequences, Ragged) and len(sequences):
        starts, rows = sequences.offsets, sequences.rows
        if (np.diff(rows) == 1).all():
            values = sequences.values[starts[rows[0]] : starts[rows[-1] + 1]]
            return values, np.cumsum(lengths)
    parts = [np.zeros((0, *shape), np.int32), *sequences]
    return np.concatenate(parts), np.cumsum(lengths)
