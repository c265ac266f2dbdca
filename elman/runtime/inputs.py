"""The input layer: what a step of a sequence adds to the gates of the first recurrent layer."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from elman.errors import InputError
from elman.runtime.arrays import Floats, Steps
from elman.runtime.cells import Cell

__all__ = ["InputLayer", "Tokens", "Vectors"]

TABLE_BYTES = 2**26
"""Largest table of ready-made products of embedding and input weight that is kept (64 MiB)."""

LARGEST_VALUE = 1e18
"""Largest size of a number in a step."""


class InputLayer(Protocol):
    """What kind of step a network takes."""

    padding: Steps
    """One step of padding, `(1, …)`: what `torch.nn.utils.rnn.pad_sequence` would fill in."""

    def check(self, sequence: Steps, where: str) -> Steps:
        """Return the sequence as the array the network takes, or say what is wrong with it."""

    def project(self, cell: Cell, steps: Steps) -> Floats:
        """`(T, S, lanes, …)` steps → what they add to the gates, `(T, S, G·H, lanes)`."""


class Tokens:
    """Steps are ids, rows of an embedding `(V, E)`."""

    def __init__(self, embedding: Floats) -> None:
        self.embedding = embedding
        self.padding = np.zeros(1, dtype=np.int64)
        self._tables: dict[int, Floats] = {}

    def check(self, sequence: Steps, where: str) -> Steps:
        ids = np.asarray(sequence)
        if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
            raise InputError(
                f"{where}: expected token ids as integers of shape (T,), "
                f"found {ids.dtype} of shape {ids.shape}."
            )
        known = len(self.embedding)
        if ids.size and not (ids.min() >= 0 and ids.max() < known):
            wrong = ids[(ids < 0) | (ids >= known)][0]
            raise InputError(
                f"{where}: token id {wrong} is outside this model's vocabulary of {known} "
                f"(ids 0 to {known - 1}). Encode the text with the model's own vocabulary."
            )
        return ids.astype(np.int64, copy=False)

    def project(self, cell: Cell, steps: Steps) -> Floats:
        if len(self.embedding) * cell.bias.nbytes > TABLE_BYTES:
            return cell.project(np.ascontiguousarray(self.embedding[steps].swapaxes(2, 3)))
        table = self._tables.get(id(cell))
        if table is None:
            table = self.embedding @ cell.weight_ih.T + cell.bias  # (V, G·H)
            self._tables[id(cell)] = table
        rows: Floats = table.take(steps, axis=0)  # (T, S, lanes, G·H)
        return rows.swapaxes(2, 3)


class Vectors:
    """Steps are vectors of `size` floats."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.padding = np.zeros((1, size), dtype=np.float32)

    def check(self, sequence: Steps, where: str) -> Steps:
        vectors = np.asarray(sequence)
        if vectors.ndim != 2 or vectors.shape[1] != self.size or vectors.dtype.kind not in "fiu":
            raise InputError(
                f"{where}: expected numbers of shape (T, {self.size}), "
                f"found {vectors.dtype} of shape {vectors.shape}."
            )
        fine = np.abs(vectors) <= LARGEST_VALUE  # also False for NaN
        if not fine.all():
            step = int(np.argwhere(~fine)[0, 0])
            raise InputError(
                f"{where}: step {step} holds NaN or a number beyond {LARGEST_VALUE:g}. "
                f"Fill or drop missing values, or scale the series, first."
            )
        return vectors.astype(np.float32, copy=False)

    def project(self, cell: Cell, steps: Steps) -> Floats:
        return cell.project(np.ascontiguousarray(steps.swapaxes(2, 3)))
