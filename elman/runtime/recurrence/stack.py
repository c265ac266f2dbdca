"""The recurrent layers of a network, walked over a block of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from elman.runtime.arrays import Floats, Steps
from elman.runtime.inputs import InputLayer
from elman.runtime.recurrence.blocks import Block, Chunk
from elman.runtime.recurrence.cell_native import NativeCell
from elman.runtime.recurrence.cell_numpy import Cell, CellState

__all__ = ["INPUT", "Stack", "Visit"]

INPUT = -1
"""The number by which the input vectors are shown, below layer 0."""


class Visit(Protocol):
    """What is done with the outputs of every layer, direction and chunk as they come."""

    def __call__(self, layer: int, direction: int, chunk: Chunk, outputs: Floats) -> None:
        """`outputs` is `(T, S, H, lanes)`; directions are 0, forward, and 1, from the end.

        Layer INPUT is the input vectors `(T, S, I, lanes)`, 0 where no step is real; it is shown
        only by a stack that was asked to.
        """


class Stack:
    """Layers of one cell each (left to right) or two (both ways), over an input layer."""

    def __init__(
        self,
        input_layer: InputLayer,
        layers: Sequence[Sequence[Cell | NativeCell]],
        *,
        show_input: bool = False,
    ) -> None:
        self.input = input_layer
        self.layers = layers
        self.show_input = show_input
        self.directions = len(layers[0])

    def zeros(self, groups: int, lanes: int) -> tuple[CellState, ...]:
        """The state of every layer before the first step, left to right."""
        return tuple(CellState.zeros(groups, cell.hidden_size, lanes) for cell, *_ in self.layers)

    def walk(self, block: Block, lanes: int, visit: Visit) -> None:
        """Run all layers over all steps of the block and show every chunk of outputs."""
        if self.directions == 2:
            self._walk_both_ways(block, lanes, visit)
            return
        states = self.zeros(len(block.lengths), lanes)
        for chunk in block.chunks():
            states = self.advance(block.steps(chunk), states, chunk, visit)

    def advance(
        self, steps: Steps, states: tuple[CellState, ...], chunk: Chunk, visit: Visit
    ) -> tuple[CellState, ...]:
        """Take one chunk through all layers, left to right; nothing but the states is kept."""
        self._show_input(steps, chunk, visit)
        after = []
        x = steps
        for k, ((cell,), state) in enumerate(zip(self.layers, states, strict=True)):
            projected = cell.project(x) if k else self.input.project(cell, x)
            x, state = cell.advance(projected, state, chunk)
            visit(k, 0, chunk, x)
            after.append(state)
        return tuple(after)

    def _walk_both_ways(self, block: Block, lanes: int, visit: Visit) -> None:
        """Layer by layer: the next one needs both directions of all steps of the one below."""
        below: dict[int, Floats] = {}
        for k, layer in enumerate(self.layers):
            sides: list[dict[int, Floats]] = []
            for direction, cell in enumerate(layer):
                reverse = direction == 1
                side: dict[int, Floats] = {}
                state = CellState.zeros(len(block.lengths), cell.hidden_size, lanes)
                for chunk in block.chunks(reverse=reverse):
                    if k:
                        projected = cell.project(below[chunk.start])
                    else:
                        steps = block.steps(chunk)
                        projected = self.input.project(cell, steps)
                        if not reverse:
                            self._show_input(steps, chunk, visit)
                    x, state = cell.advance(projected, state, chunk, reverse=reverse)
                    visit(k, direction, chunk, x)
                    if k < len(self.layers) - 1:
                        side[chunk.start] = x
                sides.append(side)
            forward, backward = sides
            below = {
                start: np.concatenate([x, backward[start]], axis=2) for start, x in forward.items()
            }

    def _show_input(self, steps: Steps, chunk: Chunk, visit: Visit) -> None:
        if self.show_input:
            x, alive = self.input.vectors(steps), chunk.alive()
            visit(INPUT, 0, chunk, x if alive is None else x * alive)
