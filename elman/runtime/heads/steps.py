"""An answer to every step: the last layer's output → linear."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from elman.runtime.arrays import Floats, Integers
from elman.runtime.recurrence.blocks import Block, Chunk
from elman.runtime.recurrence.products import Matrix
from elman.runtime.recurrence.stack import Stack
from elman.runtime.spec import NetworkSpec

__all__ = ["StepHead"]


class StepHead:
    """Reads every step of rows or of a stream; it holds weights and no state.

    Args:
        spec: what the network is.
        tensors: with `fc.weight (outputs, D·H)` and `fc.bias (outputs,)`.
    """

    def __init__(self, spec: NetworkSpec, tensors: Mapping[str, NDArray[np.float32]]) -> None:
        weight, H = tensors["fc.weight"], spec.hidden_size
        self.last = spec.num_layers - 1
        self.sides = [
            Matrix(np.ascontiguousarray(weight[:, d * H : (d + 1) * H]))
            for d in range(1 + spec.bidirectional)
        ]
        self.bias: Floats = tensors["fc.bias"]

    @property
    def matrices(self) -> list[Matrix]:
        """What it multiplies by."""
        return self.sides

    def read(self, stack: Stack, block: Block, starts: Integers, lanes: int, out: Floats) -> None:
        """Walk the rows of a block and write what is said of their steps.

        Args:
            stack: the layers below.
            block: rows of similar length.
            starts: `(N,)` where the steps of each row of the call begin in `out`.
            lanes: rows of a group.
            out: `(ΣT, outputs)`, with the bias in it.
        """
        places = np.zeros(block.lengths.size, np.int64)
        places[: len(block.rows)] = starts[block.rows]
        begin = places.reshape(block.lengths.shape)  # (S, lanes)

        def visit(layer: int, direction: int, chunk: Chunk, outputs: Floats) -> None:
            if layer != self.last:
                return
            said = self.sides[direction](outputs).swapaxes(2, 3)  # (T, S, lanes, outputs)
            t = np.arange(chunk.start, chunk.start + chunk.steps)[:, None, None]
            s = slice(chunk.groups)
            real = t < block.lengths[s]  # (T, S, lanes)
            out[(begin[s] + t)[real]] += said[real]

        stack.walk(block, lanes, visit)

    def begin(self) -> tuple[Floats, ...]:
        """What is said of the newest steps of a stream: nothing yet."""
        return ()

    def resume(self, kept: tuple[Floats, ...]) -> list[Floats]:
        """What more steps are written to; what was said of those before is done with."""
        return []

    def fold(
        self, kept: list[Floats], layer: int, direction: int, chunk: Chunk, outputs: Floats
    ) -> None:
        """Say something of more steps of a stream: `Visit`, but for `kept`."""
        if layer == self.last:
            kept.append(self.sides[direction](outputs)[:, 0, :, 0] + self.bias)

    def read_stream(self, kept: tuple[Floats, ...], steps: int) -> Floats:
        """Return `(T, outputs)` of the newest steps."""
        return np.concatenate([np.zeros((0, len(self.bias)), np.float32), *kept])
