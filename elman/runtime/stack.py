"""The recurrent layers of a network, walked over a block of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from elman.runtime.arrays import Floats, Steps
from elman.runtime.blocks import Block, Chunk
from elman.runtime.cells import Cell, CellState
from elman.runtime.inputs import InputLayer

__all__ = ["Stack", "Visit"]


class Visit(Protocol):
    """What is done with the outputs of every layer, direction and chunk as they come."""

    def __call__(self, layer: int, direction: int, chunk: Chunk, outputs: Floats) -> None:
        """`outputs` is `(T, S, H, lanes)`; directions are 0, forward, and 1, from the end."""


class Stack:
    """Layers of one cell each (left to right) or two (both ways), over an input layer."""

    def __init__(self, input_layer: InputLayer, layers: Sequence[Sequence[Cell]]) -> None:
        self.input = input_layer
        self.layers = layers
        self.directions = len(layers[0])

    def zeros(self, groups: int, lanes: int) -> tuple[CellState, ...]:
        """The state of every layer before the first step, left to right."""
        return tuple(cell.zeros(groups, lanes) for cell, *_ in self.layers)

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
                state = cell.zeros(0 if reverse else len(block.lengths), lanes)
                for chunk in block.chunks(reverse=reverse):
                    projected = (
                        cell.project(below[chunk.start])
                        if k
                        else self.input.project(cell, block.steps(chunk))
                    )
                    x, state = cell.advance(projected, state, chunk, reverse=reverse)
                    visit(k, direction, chunk, x)
                    if k < len(self.layers) - 1:
                        side[chunk.start] = x
                sides.append(side)
            forward, backward = sides
            below = {
                start: np.concatenate([x, backward[start]], axis=2) for start, x in forward.items()
            }
