"""One direction of one recurrent layer in the C++ kernels: what `cell_numpy` is in numpy.

The kernels compute a row alike in any company, and however its steps are cut into chunks, so rows
need no lanes: arrays are `(…, S, features, 1)`, and every group is one row.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from elman import native
from elman.runtime.arrays import Floats
from elman.runtime.recurrence.blocks import Chunk
from elman.runtime.recurrence.cell_numpy import CellState

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
        self._layer = native.Layer(
            cell=native.CELLS[kind],
            I=self.weights["weight_ih"].shape[1],
            H=self.hidden_size,
            D=1,
        )
        for name, weight in self.weights.items():
            setattr(self._layer, name, _address(weight))
        self.packed = native.Packed(self._layer)

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
        # A copy, because a stream may be fed by several threads.
        layer = native.Layer.from_buffer_copy(self._layer)
        layer.B, layer.T, layer.threads = S, T, native.threads()
        if chunk.counts is not None:
            layer.lengths = _address(chunk.counts)
        layer.x = _address(x)
        layer.x_row, layer.x_step = x.strides[1] // x.itemsize, x.strides[0] // x.itemsize
        layer.output = _address(outputs)
        layer.output_row, layer.output_step = self.hidden_size, S * self.hidden_size
        layer.h_0, layer.h_n = _address(h), _address(h_n)
        if c_n is not c:
            layer.c_0, layer.c_n = _address(c), _address(c_n)
        self.packed.forward(layer)
        return _turned(outputs, chunk) if reverse else outputs, CellState(h_n, c_n)


def _address(array: np.ndarray[Any, Any]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def _turned(x: Floats, chunk: Chunk) -> Floats:
    """`(T, S, F, 1)` with the real steps of every row from the last to the first."""
    if chunk.counts is None:
        return x[::-1]
    t = np.arange(chunk.steps)[:, None]
    counts = chunk.counts[:, 0]
    turned: Floats = x[np.where(t < counts, counts - 1 - t, t), np.arange(chunk.groups)]
    return turned
