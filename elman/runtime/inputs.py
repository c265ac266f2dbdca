"""The input layer: what a step of a sequence adds to the gates of the first recurrent layer."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from elman.errors import InputError
from elman.runtime.arrays import Floats, Steps
from elman.runtime.recurrence.cell_native import NativeCell
from elman.runtime.recurrence.cell_numpy import Cell
from elman.runtime.spec import NetworkSpec

__all__ = [
    "PADDING",
    "UNKNOWN",
    "InputLayer",
    "Tokens",
    "Vectors",
    "check_floats",
    "check_ids",
    "own_steps",
]

UNKNOWN, PADDING = 1, 0
"""As what the recurrence reads an id that only the linear part knows."""

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

    def vectors(self, steps: Steps) -> Floats:
        """`(T, S, lanes, …)` steps → input vectors `(T, S, I, lanes)`."""

    def project(self, cell: Cell | NativeCell, steps: Steps) -> Floats:
        """`(T, S, lanes, …)` steps → what the cell's `project` makes of their vectors."""


class Tokens:
    """Steps are ids, or several ids each, whose rows of an embedding `(V, E)` are added up."""

    def __init__(self, embedding: Floats, ids_per_step: int = 1) -> None:
        self.embedding = embedding
        self.several = ids_per_step > 1
        self.shape = (ids_per_step,) if self.several else ()
        if self.several and embedding[0].any():
            # beside other ids, padding is nothing; trained as such it is so already
            self.embedding = embedding.copy()
            self.embedding[0] = 0
        self.padding = np.zeros((1, *self.shape), dtype=np.int64)
        self._tables: dict[int, Floats] = {}

    def check(self, sequence: Steps, where: str) -> Steps:
        return check_ids(sequence, self.shape, len(self.embedding), where)

    def vectors(self, steps: Steps) -> Floats:
        return np.ascontiguousarray(self._added_up(self.embedding, steps).swapaxes(2, 3))

    def project(self, cell: Cell | NativeCell, steps: Steps) -> Floats:
        known = len(self.embedding)
        if isinstance(cell, NativeCell) or known * cell.bias.nbytes > TABLE_BYTES:
            return cell.project(self.vectors(steps))
        table = self._tables.get(id(cell))
        if table is None:
            table = self.embedding @ cell.weight_ih.T  # (V, G·H)
            if not self.several:
                table += cell.bias
            self._tables[id(cell)] = table
        rows = self._added_up(table, steps)  # (T, S, lanes, G·H)
        if self.several:
            rows += cell.bias
        return rows.swapaxes(2, 3)

    def _added_up(self, table: Floats, steps: Steps) -> Floats:
        rows: Floats = table.take(steps, axis=0)
        return rows.sum(axis=3) if self.several else rows


class Vectors:
    """Steps are vectors of `size` floats."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.padding = np.zeros((1, size), dtype=np.float32)

    def check(self, sequence: Steps, where: str) -> Steps:
        return check_floats(sequence, self.size, where)

    def vectors(self, steps: Steps) -> Floats:
        return np.ascontiguousarray(steps.swapaxes(2, 3))

    def project(self, cell: Cell | NativeCell, steps: Steps) -> Floats:
        return cell.project(self.vectors(steps))


def check_floats(sequence: Steps, size: int, where: str) -> Floats:
    """Return vectors `(T, size)` of numbers, or say what is wrong with them."""
    vectors = np.asarray(sequence)
    if vectors.ndim != 2 or vectors.shape[1] != size or vectors.dtype.kind not in "fiu":
        raise InputError(
            f"{where}: expected numbers of shape (T, {size}), "
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


def check_ids(sequence: Steps, shape: tuple[int, ...], known: int, where: str) -> Steps:
    """Return ids `(T, *shape)` below `known`, or say what is wrong with them."""
    ids = np.asarray(sequence)
    if ids.size == 0:
        return np.zeros((0, *shape), dtype=np.int64)
    if ids.shape[1:] != shape or ids.ndim == 0 or ids.dtype.kind not in "iu":
        expected = ", ".join(["T", *map(str, shape)])
        raise InputError(
            f"{where}: expected token ids as integers of shape ({expected}), "
            f"found {ids.dtype} of shape {ids.shape}."
        )
    ids = ids.astype(np.int64, copy=False)
    # Without a sign, numbers below zero are beyond all ids.
    if ids.view(np.uint64).max() >= known:
        wrong = ids[(ids < 0) | (ids >= known)][0]
        raise InputError(
            f"{where}: token id {wrong} is outside this model's vocabulary of {known} "
            f"(ids 0 to {known - 1}). Encode the text with the model's own vocabulary."
        )
    return ids


def own_steps(spec: NetworkSpec, steps: Steps) -> Steps:
    """Return the ids of steps, `(T,)` or `(T, columns)`, as the recurrence reads them."""
    if spec.linear <= spec.vocabulary and not spec.linear_ids:
        return steps  # it knows all that the linear part knows
    if steps.ndim == 1:
        return np.where(steps < spec.vocabulary, steps, UNKNOWN)
    first = np.where(steps[:, 0] < spec.vocabulary, steps[:, 0], UNKNOWN)
    if spec.ids_per_step == 1:
        return first
    others = steps[:, 1 : spec.ids_per_step]
    others = np.where(others < spec.vocabulary, others, PADDING)
    return np.column_stack([first, others])
