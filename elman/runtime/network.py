"""The arithmetic of a saved network: input layer → recurrent stack → pooling → linear.

Or, where every step is answered, linear of each step.

The recurrent layers run in the C++ kernels, or in numpy where an install lacks them.

Values equal those of the torch modules that trained it. A row's logits are the same to the last bit
whatever other rows, in whatever order, come in the same call.

But: `padded_last` is the textbook trap. It reads the state after stepping on padding up to the
longest row *of the call*, as a padded batch in torch does, so its answers depend on the company.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from elman import native
from elman.errors import OptionError
from elman.runtime.arrays import Floats, Steps
from elman.runtime.compiled import Compiled, InOneCall, Member, compiles
from elman.runtime.heads.pooled import PooledHead
from elman.runtime.heads.pools import Accumulator
from elman.runtime.heads.steps import StepHead
from elman.runtime.inputs import Tokens, Vectors
from elman.runtime.recurrence.blocks import CHUNK, Chunk, blocks
from elman.runtime.recurrence.cell_native import NativeCell
from elman.runtime.recurrence.cell_numpy import Cell, CellState
from elman.runtime.recurrence.products import lanes_for
from elman.runtime.recurrence.stack import INPUT, Stack
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import cell_names, check

__all__ = ["Network", "State"]


class State(NamedTuple):
    """All that a stream remembers. A step makes a new one, so keeping the old one is a copy."""

    steps: int
    layers: tuple[CellState, ...]
    """`(1, H, 1)` each."""
    pools: tuple[Accumulator, ...]
    """What each pool has gathered, `(1, H, 1)`; or what is said of the newest steps."""


class Network(InOneCall):
    """A network ready to run; of several members, one.

    Args:
        spec: what the network is.
        tensors: float32 arrays, named and shaped as `tensors.tensor_shapes(spec)` says.

    Raises:
        ArtifactError: a tensor is missing, unknown, or of another shape or type.
    """

    def __init__(self, spec: NetworkSpec, tensors: Mapping[str, np.ndarray]) -> None:
        check(spec, tensors)
        self.spec = spec
        self.input = (
            Tokens(tensors["embedding.weight"], spec.ids_per_step)
            if spec.vocabulary
            else Vectors(spec.input_size)
        )
        layers = [[_cell(spec, tensors, name) for name in names] for names in cell_names(spec)]
        self.stack = Stack(self.input, layers, show_input=bool(spec.input_pools))
        self.head: Any = (StepHead if spec.per_step else PooledHead)(spec, tensors)
        in_numpy = [cell for layer in layers for cell in layer if isinstance(cell, Cell)]
        products = [
            *self.head.matrices,
            *(m for cell in in_numpy for m in (cell.input, cell.recurrent)),
        ]
        self.lanes = lanes_for(products) if in_numpy else 1
        if isinstance(self.input, Tokens) and compiles(spec):
            cells = tuple(cell for (cell,) in layers)
            weight, bias = tensors["fc.weight"], tensors["fc.bias"]
            self.compiled = Compiled(spec, [Member(self.input.embedding, cells, weight, bias)])

    def _forward(self, sequences: Sequence[Steps]) -> Floats:
        """Memory is a few steps of 256 rows, however long they are. Only a network of several
        layers that goes both ways also keeps the outputs of the layers below the last for them.
        """
        checked = [self.input.check(x, f"sequence {n}") for n, x in enumerate(sequences)]
        if self.spec.per_step:
            return self._of_steps(checked)
        longest = max((len(sequence) for sequence in checked), default=0)
        logits = np.empty((len(checked), self.spec.outputs), dtype=np.float32)
        for block in blocks(checked, self.input.padding, self.lanes):
            read = self.head.read(self.stack, block, longest, self.lanes)
            logits[block.rows] = block.unlane(read)
        return logits

    def _of_steps(self, sequences: Sequence[Steps]) -> Floats:
        ends = np.cumsum([0, *map(len, sequences)])
        logits = np.empty((ends[-1], self.spec.outputs), np.float32)
        logits[:] = self.head.bias
        for block in blocks(sequences, self.input.padding, self.lanes):
            self.head.read(self.stack, block, ends[:-1], self.lanes, logits)
        return logits

    def states(self, sequence: Steps) -> tuple[Floats, Floats]:
        """Both results of torch's recurrent layers for one sequence: `output` and `h_n`.

        Returns:
            `output (T, D·H)`, the state of the last layer after every step, and `h_n (L·D, H)`,
            the final state of every layer and direction: zeros where T = 0.
        """
        steps = self.input.check(sequence, "sequence")
        (block,) = blocks([steps], self.input.padding, self.lanes)
        H, D, last = self.spec.hidden_size, self.stack.directions, self.spec.num_layers - 1
        output = np.zeros((len(steps), D * H), dtype=np.float32)
        h_n = np.zeros((last + 1, D, H), dtype=np.float32)

        def visit(layer: int, direction: int, chunk: Chunk, outputs: Floats) -> None:
            if layer == INPUT:
                return
            x = outputs[:, 0, :, 0]  # (T', H): the one row there is
            h_n[layer, direction] = x[0] if direction else x[-1]
            if layer == last:
                columns = slice(direction * H, (direction + 1) * H)
                output[chunk.start : chunk.start + chunk.steps, columns] = x

        self.stack.walk(block, self.lanes, visit)
        return output, h_n.reshape(-1, H)

    def _begin(self) -> State:
        if self.spec.bidirectional:
            raise OptionError(
                "This model reads sequences both ways, so its answer needs the whole sequence: "
                "it cannot stream. Use `predict`, or train a model that reads left to right."
            )
        return State(0, self.stack.zeros(1, 1), self.head.begin())

    def step(self, state: Any, x: Steps | int) -> Any:
        """Take one step, an id or an `(input_size,)` vector; `state` itself stays as it is."""
        return self.advance(state, np.asarray(x)[None])

    def _advance(self, state: State, steps: Steps) -> State:
        checked = self.input.check(steps, "stream")
        layers, pools = state.layers, self.head.resume(state.pools)
        visit = partial(self.head.fold, pools)
        for start in range(0, len(checked), CHUNK):
            x = checked[start : start + CHUNK, None, None]  # (T, 1, 1, …)
            layers = self.stack.advance(x, layers, Chunk(start, len(x), groups=1), visit)
        return State(state.steps + len(checked), layers, tuple(pools))

    def _read(self, state: State) -> Floats:
        said: Floats = self.head.read_stream(state.pools, state.steps)
        return said


def _cell(spec: NetworkSpec, tensors: Mapping[str, np.ndarray], name: str) -> Cell | NativeCell:
    kind = Cell if native.missing() else NativeCell
    return kind(
        spec.cell,
        weight_ih=tensors[f"rnn.weight_ih_{name}"],
        weight_hh=tensors[f"rnn.weight_hh_{name}"],
        bias_ih=tensors[f"rnn.bias_ih_{name}"],
        bias_hh=tensors[f"rnn.bias_hh_{name}"],
    )
