"""The arithmetic of a saved network: input layer → recurrent stack → pooling → linear.

The recurrent layers run in the C++ kernels, or in numpy where an install lacks them.

Values equal those of the torch modules that trained it. A row's logits are the same to the last bit
whatever other rows, in whatever order, come in the same call.

But: `padded_last` is the textbook trap. It reads the state after stepping on padding up to the
longest row *of the call*, as a padded batch in torch does, so its answers depend on the company.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from elman import native
from elman.cells import GATES
from elman.errors import ArtifactError, OptionError
from elman.runtime.arrays import Floats, Steps
from elman.runtime.blocks import CHUNK, Block, Chunk, blocks
from elman.runtime.cells import Cell, CellState
from elman.runtime.inputs import Tokens, Vectors
from elman.runtime.native_cell import NativeCell
from elman.runtime.pooling import POOLING, Accumulator, Pool
from elman.runtime.products import Matrix, lanes_for
from elman.runtime.spec import NetworkSpec
from elman.runtime.stack import INPUT, Stack

__all__ = ["Network", "State", "tensor_shapes"]

LARGEST_WEIGHT = 1e12
"""With inputs up to `inputs.LARGEST_VALUE`, no product or sum can then overflow float32."""


class State(NamedTuple):
    """All that a stream remembers. A step makes a new one, so keeping the old one is a copy."""

    steps: int
    layers: tuple[CellState, ...]
    """`(1, H, 1)` each."""
    pools: tuple[Accumulator, ...]
    """What each pool has gathered, `(1, H, 1)`."""


class Gather(NamedTuple):
    """One part of what the head reads: a pool of one direction of one layer."""

    name: str
    layer: int
    direction: int
    size: int

    @property
    def pool(self) -> Pool:
        return POOLING[self.name]

    def start(self, groups: int, lanes: int) -> Accumulator:
        return self.pool.start(groups, self.size, lanes)


class Network:
    """A network ready to run; of several members, one.

    Args:
        spec: what the network is.
        tensors: float32 arrays, named and shaped as `tensor_shapes(spec)` says.

    Raises:
        ArtifactError: a tensor is missing, unknown, or of another shape or type.
    """

    def __init__(self, spec: NetworkSpec, tensors: Mapping[str, np.ndarray]) -> None:
        _check(spec, tensors)
        self.spec = spec
        self.input = (
            Tokens(tensors["embedding.weight"], spec.ids_per_step)
            if spec.vocabulary
            else Vectors(spec.input_size)
        )
        layers = [[_cell(spec, tensors, name) for name in names] for names in _cell_names(spec)]
        self.stack = Stack(self.input, layers, show_input=bool(spec.input_pools))
        self.gathers = _gathers(spec)
        self.head = Matrix(tensors["fc.weight"])
        self.head_bias: Floats = tensors["fc.bias"][:, None]
        in_numpy = [cell for layer in layers for cell in layer if isinstance(cell, Cell)]
        products = [self.head, *(m for cell in in_numpy for m in (cell.input, cell.recurrent))]
        self.lanes = lanes_for(products) if in_numpy else 1

    def forward(self, sequences: Sequence[Steps]) -> Floats:
        """Logits of whole sequences, `(N, outputs)`.

        Memory is a few steps of 256 rows, however long they are. Only a network of several layers
        that goes both ways also keeps the outputs of the layers below the last for those rows.

        Args:
            sequences: each `(T,)` ids or `(T, input_size)` vectors; T may differ, and may be 0.

        Raises:
            InputError: a sequence is not what the network takes.
        """
        checked = [self.input.check(x, f"sequence {n}") for n, x in enumerate(sequences)]
        longest = max((len(sequence) for sequence in checked), default=0)
        logits = np.empty((len(checked), self.spec.outputs), dtype=np.float32)
        for block in blocks(checked, self.input.padding, self.lanes):
            logits[block.rows] = block.unlane(self._read(self._pooled(block, longest)))
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

    def begin(self) -> State:
        """The state of a stream that has seen nothing yet.

        Raises:
            OptionError: the network goes both ways.
        """
        if self.spec.bidirectional:
            raise OptionError(
                "This model reads sequences both ways, so its answer needs the whole sequence: "
                "it cannot stream. Use `predict`, or train a model that reads left to right "
                '(preset "fast" or "chapter").'
            )
        pools = tuple(gather.start(1, 1) for gather in self.gathers)
        return State(0, self.stack.zeros(1, 1), pools)

    def step(self, state: State, x: Steps | int) -> State:
        """Take one step, an id or an `(input_size,)` vector; `state` itself stays as it is."""
        return self.advance(state, np.asarray(x)[None])

    def advance(self, state: State, steps: Steps) -> State:
        """Take some more steps, `(T,)` ids or `(T, input_size)` vectors; T may be 0."""
        checked = self.input.check(steps, "stream")
        layers, pools = state.layers, tuple(kept.copy() for kept in state.pools)

        def visit(layer: int, direction: int, chunk: Chunk, outputs: Floats) -> None:
            for gather, kept in zip(self.gathers, pools, strict=True):
                if gather.layer == layer:
                    gather.pool.fold(kept, chunk, outputs)

        for start in range(0, len(checked), CHUNK):
            x = checked[start : start + CHUNK, None, None]  # (T, 1, 1, …)
            layers = self.stack.advance(x, layers, Chunk(start, len(x), groups=1), visit)
        return State(state.steps + len(checked), layers, pools)

    def read(self, state: State) -> Floats:
        """Logits `(outputs,)` after the steps so far: what `forward` says of that sequence.

        Equal to about 1e-6, not to the bit: one row is multiplied in another order than sixteen.
        A stream has no padding, so `padded_last` reads here as `last`.
        """
        lengths = np.array([[state.steps]])
        pooled = [
            gather.pool.finish(kept, lengths)
            for gather, kept in zip(self.gathers, state.pools, strict=True)
        ]
        logits: Floats = self._read(np.concatenate(pooled, axis=1))[0, :, 0]
        return logits

    def _pooled(self, block: Block, longest: int) -> Floats:
        """All pools side by side, `(S, P, lanes)`, from one walk, or two for `padded_last`."""
        vectors: dict[Gather, Floats] = {}
        real = [gather for gather in self.gathers if gather.name != "padded_last"]
        if real:
            vectors |= self._walk_pools(block, real)
        if len(real) < len(self.gathers):
            padded = [gather for gather in self.gathers if gather.name == "padded_last"]
            vectors |= self._walk_pools(block.padded_to(longest), padded)
        return np.concatenate([vectors[gather] for gather in self.gathers], axis=1)

    def _walk_pools(self, block: Block, gathers: Sequence[Gather]) -> dict[Gather, Floats]:
        """What each gathers, `(S, size, lanes)`."""
        kept = {gather: gather.start(len(block.lengths), self.lanes) for gather in gathers}

        def visit(layer: int, direction: int, chunk: Chunk, outputs: Floats) -> None:
            for gather, sums in kept.items():
                if (gather.layer, gather.direction) == (layer, direction):
                    gather.pool.fold(sums, chunk, outputs, reverse=direction == 1)

        self.stack.walk(block, self.lanes, visit)
        return {gather: gather.pool.finish(x, block.lengths) for gather, x in kept.items()}

    def _read(self, pooled: Floats) -> Floats:
        """`(S, P, lanes)` → logits `(S, outputs, lanes)`."""
        logits: Floats = self.head(pooled) + self.head_bias
        return logits


def tensor_shapes(spec: NetworkSpec) -> dict[str, tuple[int, ...]]:
    """Names and shapes of all tensors of one member, as torch has them."""
    H, D, G = spec.hidden_size, 1 + spec.bidirectional, GATES[spec.cell]
    shapes: dict[str, tuple[int, ...]] = {}
    if spec.vocabulary:
        shapes["embedding.weight"] = (spec.vocabulary, spec.input_size)
    for k, names in enumerate(_cell_names(spec)):
        for name in names:
            shapes[f"rnn.weight_ih_{name}"] = (G * H, D * H if k else spec.input_size)
            shapes[f"rnn.weight_hh_{name}"] = (G * H, H)
            shapes[f"rnn.bias_ih_{name}"] = (G * H,)
            shapes[f"rnn.bias_hh_{name}"] = (G * H,)
    shapes["fc.weight"] = (spec.outputs, sum(gather.size for gather in _gathers(spec)))
    shapes["fc.bias"] = (spec.outputs,)
    return shapes


def _gathers(spec: NetworkSpec) -> list[Gather]:
    """What the head reads, in order: pools of the last layer, then of the inputs."""
    last, directions = spec.num_layers - 1, range(1 + spec.bidirectional)
    states = [Gather(name, last, d, spec.hidden_size) for name in spec.pools for d in directions]
    return states + [Gather(name, INPUT, 0, spec.input_size) for name in spec.input_pools]


def _cell_names(spec: NetworkSpec) -> list[list[str]]:
    """torch's suffix of each layer and direction: `l0`, `l0_reverse`, `l1`…"""
    sides = ("", "_reverse") if spec.bidirectional else ("",)
    return [[f"l{k}{side}" for side in sides] for k in range(spec.num_layers)]


def _cell(spec: NetworkSpec, tensors: Mapping[str, np.ndarray], name: str) -> Cell | NativeCell:
    kind = Cell if native.missing() else NativeCell
    return kind(
        spec.cell,
        weight_ih=tensors[f"rnn.weight_ih_{name}"],
        weight_hh=tensors[f"rnn.weight_hh_{name}"],
        bias_ih=tensors[f"rnn.bias_ih_{name}"],
        bias_hh=tensors[f"rnn.bias_hh_{name}"],
    )


def _check(spec: NetworkSpec, tensors: Mapping[str, np.ndarray]) -> None:
    """Refuse a spec of impossible size, and tensors that are not exactly the spec's."""
    least = dict.fromkeys(("hidden_size", "outputs", "input_size", "num_layers", "ids_per_step"), 1)
    least["vocabulary"] = 0
    for field, smallest in least.items():
        if getattr(spec, field) < smallest:
            raise ArtifactError(
                f"network.{field} must be at least {smallest}, found {getattr(spec, field)}."
            )
    if not spec.pools:
        raise ArtifactError(f"network.pools is empty; expected some of {', '.join(POOLING)}.")
    if spec.num_layers > len(tensors):
        # Also keeps a forged number of layers from making a list of a billion names.
        raise ArtifactError(
            f"network.num_layers is {spec.num_layers}, but there are {len(tensors)} tensors in all."
        )
    expected = tensor_shapes(spec)
    for name, shape in expected.items():
        if name not in tensors:
            raise ArtifactError(f'tensor "{name}" is missing; the network needs it with {shape}.')
        if tensors[name].shape != shape or tensors[name].dtype != np.float32:
            raise ArtifactError(
                f'tensor "{name}": expected float32 of shape {shape}, '
                f"found {tensors[name].dtype} of shape {tensors[name].shape}."
            )
        if not (np.abs(tensors[name]) <= LARGEST_WEIGHT).all():
            raise ArtifactError(
                f'tensor "{name}" holds NaN or a value beyond {LARGEST_WEIGHT:g}: '
                f"its training diverged. Train again with a smaller learning rate."
            )
    if unknown := sorted(tensors.keys() - expected.keys()):
        raise ArtifactError(
            f'tensor "{unknown[0]}" does not belong to this network. '
            f"Expected only: {', '.join(expected)}."
        )
