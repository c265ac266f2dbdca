"""Rows of numbers through weights, so that a row's result does not depend on its company.

Rows are `(R, F)`. In numpy sixteen of them lie side by side in every product, as in
`runtime.recurrence`; the C++ kernels promise the same of every row by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from elman import native
from elman.runtime.arrays import Floats, Integers
from elman.runtime.recurrence.blocks import Chunk
from elman.runtime.recurrence.cell_native import NativeCell
from elman.runtime.recurrence.cell_numpy import Cell, CellState
from elman.runtime.recurrence.products import Matrix, lanes_for

__all__ = ["Linear", "OneWay", "laned", "rows_of"]


def laned(rows: Floats, lanes: int) -> Floats:
    """`(…, R, F)` rows as groups of lanes, `(…, S, F, lanes)`, filled up with zeros."""
    *before, R, F = rows.shape
    S = -(-R // lanes)
    filled = np.zeros((*before, S * lanes, F), dtype=np.float32)
    filled[..., :R, :] = rows
    return np.ascontiguousarray(filled.reshape(*before, S, lanes, F).swapaxes(-1, -2))


def rows_of(groups: Floats, rows: int) -> Floats:
    """Undo `laned`: `(…, S, F, lanes)` to `(…, rows, F)`."""
    *before, S, F, lanes = groups.shape
    # one layout for any number of groups: numpy adds up in the order of the memory
    laid = np.ascontiguousarray(groups.swapaxes(-1, -2))
    return laid.reshape(*before, S * lanes, F)[..., :rows, :]


class Linear:
    """x Wᵀ + b of rows, `(R, I)` → `(R, O)`."""

    def __init__(self, weight: Floats, bias: Floats | None = None) -> None:
        self.matrix, self.bias = Matrix(weight), bias
        self.lanes = lanes_for([self.matrix])

    def __call__(self, rows: Floats) -> Floats:
        product = rows_of(self.matrix(laned(rows, self.lanes)), len(rows))
        return product if self.bias is None else product + self.bias


class OneWay:
    """A recurrent layer in one direction.

    Args:
        kind: of the cell.
        tensors: all of the network.
        name: of the layer.
        side: `_reverse` of a layer's way from the end.
    """

    def __init__(
        self, kind: str, tensors: Mapping[str, np.ndarray], name: str, side: str = ""
    ) -> None:
        cell = Cell if native.missing() else NativeCell
        self.cell = cell(
            kind,
            weight_ih=tensors[f"{name}.weight_ih_l0{side}"],
            weight_hh=tensors[f"{name}.weight_hh_l0{side}"],
            bias_ih=tensors[f"{name}.bias_ih_l0{side}"],
            bias_hh=tensors[f"{name}.bias_hh_l0{side}"],
        )
        self.reverse = bool(side)
        self.lanes = 1
        if isinstance(self.cell, Cell):
            self.lanes = lanes_for([self.cell.input, self.cell.recurrent])

    def whole(self, x: Floats, lengths: Integers) -> Floats:
        """`(T, R, I)` → `(T, R, H)`, from a state of zeros; 0 after a row's end."""
        T, R, _ = x.shape
        S = -(-R // self.lanes)
        counts = np.zeros(S * self.lanes, dtype=np.int64)
        counts[:R] = lengths
        chunk = Chunk(0, T, S, counts.reshape(S, self.lanes))
        state = CellState.zeros(S, self.cell.hidden_size, self.lanes)
        projected = self.cell.project(laned(x, self.lanes))
        outputs, _ = self.cell.advance(projected, state, chunk, reverse=self.reverse)
        return rows_of(outputs, R)

    def step(self, x: Floats, h: Floats, c: Floats) -> tuple[Floats, Floats]:
        """Take one step with every row: `(R, I)`, `(R, H)`, `(R, H)` → h and c after it."""
        projected = self.cell.project(laned(x, self.lanes)[None])
        state = CellState(laned(h, self.lanes), laned(c, self.lanes))
        chunk = Chunk(0, 1, projected.shape[1])
        _, after = self.cell.advance(projected, state, chunk)
        return rows_of(after.h, len(x)), rows_of(after.c, len(x))
