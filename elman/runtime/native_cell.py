"""One direction of one recurrent layer in the C++ kernels: what `cells.Cell` is in numpy.

The kernels compute a row alike in any company, and however its steps are cut into chunks, so rows
need no lanes: arrays are `(…, S, features, 1)`, and every group is one row.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from elman import native
from elman.runtime.arrays import Floats
from elman.runtime.blocks import Chunk
from elman.runtime.cells import CellState

__all__ = ["NativeCell"]


class NativeCell:
    """The weights of one direction of one layer, packed for the kernels; arguments as of `Cell`."""

    def __init__(self, kind: str, **weights: Floats) -> None:
        self.kind = kind
        self.weights = {
            name: np.require(weight, np.float32, ["C", "ALIGNED"])
            for name, weight in weights.items()
        }
        self.hidden_size = self.weights["weight_hh"].shape[1]
        self.input_size = self.weights["weight_ih"].shape[1]
        places = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        addresses = [part for name in places for part in (_address(self.weights[name]), 0)]
        self.packed = native.Packed([*self._sizes(0, 0), *[0] * 13, *addresses])

    def __reduce__(self) -> tuple[Any, ...]:
        # What is packed belongs to one object of one process; a copy packs its own.
        return partial(NativeCell, self.kind, **self.weights), ()

    def project(self, x: Floats) -> Floats:
        """Leave the input, `(T, S, I, 1)`, as it is: the kernel multiplies it."""
        return x

    def advance(
        self, x: Floats, state: CellState, chunk: Chunk, *, reverse: bool = False
    ) -> tuple[Floats, CellState]:
        """Step through one chunk, as `Cell.advance` does.

        Args:
            x: `(T, S, I, 1)`, in the order of time also when walking in reverse.
            state: from the chunk before, or zeros; left as it is.
            chunk: which steps of which rows are real.
            reverse: walk from the chunk's end to its beginning.

        Returns:
            Outputs `(T, S, H, 1)`, 0 where no step is real, in the order of time, and the state.
        """
        T, S = x.shape[:2]
        if reverse:
            x = _turned(x, chunk)
        outputs = np.empty((T, S, self.hidden_size, 1), dtype=np.float32)
        h, c = state.resized(S)
        h_n = np.empty_like(h)
        c_n = np.empty_like(c) if self.kind == "lstm" else c
        self.packed.forward(
            [
                *self._sizes(S, T),
                0 if chunk.counts is None else _address(chunk.counts),
                0,  # no offsets
                *_place(x),
                *_place(outputs),
                _address(h),
                0 if c_n is c else _address(c),
                _address(h_n),
                0 if c_n is c else _address(c_n),
                *[0] * 9,  # no reserve; weights are packed
            ]
        )
        return _turned(outputs, chunk) if reverse else outputs, CellState(h_n, c_n)

    def _sizes(self, rows: int, steps: int) -> list[int]:
        """`cell, B, T, I, H, D, threads` of `Layer` in `csrc/elman.h`."""
        cell = native.CELLS[self.kind]
        return [cell, rows, steps, self.input_size, self.hidden_size, 1, 1]


def _address(array: np.ndarray[Any, Any]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def _place(x: Floats) -> tuple[int, int, int]:
    """Where `(T, S, F, 1)` begins, and how many floats lie from row to row and step to step."""
    return _address(x), x.strides[1] // x.itemsize, x.strides[0] // x.itemsize


def _turned(x: Floats, chunk: Chunk) -> Floats:
    """`(T, S, F, 1)` with the real steps of every row from the last to the first."""
    if chunk.counts is None:
        return x[::-1]
    t = np.arange(chunk.steps)[:, None]
    counts = chunk.counts[:, 0]
    turned: Floats = x[np.where(t < counts, counts - 1 - t, t), np.arange(chunk.groups)]
    return turned
