"""One answer a row: pools of the last layer and of the inputs, side by side → linear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from elman.runtime.arrays import Floats
from elman.runtime.heads.pools import POOLING, Accumulator, Pool
from elman.runtime.recurrence.blocks import Block, Chunk
from elman.runtime.recurrence.products import Matrix
from elman.runtime.recurrence.stack import INPUT, Stack
from elman.runtime.spec import NetworkSpec

__all__ = ["PooledHead", "gathers"]


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


def gathers(spec: NetworkSpec) -> list[Gather]:
    """What the head reads, in order: pools of the last layer, then of the inputs."""
    last, directions = spec.num_layers - 1, range(1 + spec.bidirectional)
    states = [Gather(name, last, d, spec.hidden_size) for name in spec.pools for d in directions]
    return states + [Gather(name, INPUT, 0, spec.input_size) for name in spec.input_pools]


class PooledHead:
    """Reads rows as a whole, or a stream step by step; it holds weights and no state.

    But: `padded_last` is `last` after walking on through padding to the longest row of the call.

    Args:
        spec: what the network is.
        tensors: with `fc.weight (outputs, P)` and `fc.bias (outputs,)`.
    """

    def __init__(self, spec: NetworkSpec, tensors: Mapping[str, np.ndarray]) -> None:
        self.gathers = gathers(spec)
        self.weight = Matrix(tensors["fc.weight"])
        self.bias: Floats = tensors["fc.bias"][:, None]

    def read(self, stack: Stack, block: Block, longest: int, lanes: int) -> Floats:
        """Walk the rows of a block, and once more for `padded_last`; return `(S, outputs, lanes)`.

        Args:
            stack: the layers below.
            block: rows of similar length.
            longest: steps of the longest row of the call.
            lanes: rows of a group.
        """
        vectors: dict[Gather, Floats] = {}
        real = [gather for gather in self.gathers if gather.name != "padded_last"]
        if real:
            vectors |= _walk(stack, block, real, lanes)
        if len(real) < len(self.gathers):
            padded = [gather for gather in self.gathers if gather.name == "padded_last"]
            vectors |= _walk(stack, block.padded_to(longest), padded, lanes)
        return self._linear([vectors[gather] for gather in self.gathers])

    @property
    def matrices(self) -> list[Matrix]:
        """What it multiplies by."""
        return [self.weight]

    def resume(self, kept: Sequence[Accumulator]) -> list[Accumulator]:
        """What more steps are folded into."""
        return [one.copy() for one in kept]

    def begin(self) -> tuple[Accumulator, ...]:
        """What each pool of a stream has gathered before its first step, `(1, size, 1)`."""
        return tuple(gather.start(1, 1) for gather in self.gathers)

    def fold(
        self,
        kept: Sequence[Accumulator],
        layer: int,
        direction: int,
        chunk: Chunk,
        outputs: Floats,
    ) -> None:
        """Fold more outputs of a stream's layer into what was gathered: `Visit`, but for `kept`."""
        for gather, sums in zip(self.gathers, kept, strict=True):
            if gather.layer == layer:
                gather.pool.fold(sums, chunk, outputs)

    def read_stream(self, kept: Sequence[Accumulator], steps: int) -> Floats:
        """Return `(outputs,)` of what a stream of so many steps has gathered."""
        lengths = np.array([[steps]])
        pools = zip(self.gathers, kept, strict=True)
        answer: Floats = self._linear([g.pool.finish(sums, lengths) for g, sums in pools])[0, :, 0]
        return answer

    def _linear(self, pooled: Sequence[Floats]) -> Floats:
        """`(S, size, lanes)` each → `(S, outputs, lanes)`."""
        outputs: Floats = self.weight(np.concatenate(pooled, axis=1)) + self.bias
        return outputs


def _walk(
    stack: Stack, block: Block, gathers: Sequence[Gather], lanes: int
) -> dict[Gather, Floats]:
    """What each gathers of all steps of the block, `(S, size, lanes)`."""
    kept = {gather: gather.start(len(block.lengths), lanes) for gather in gathers}

    def visit(layer: int, direction: int, chunk: Chunk, outputs: Floats) -> None:
        for gather, sums in kept.items():
            if (gather.layer, gather.direction) == (layer, direction):
                gather.pool.fold(sums, chunk, outputs, reverse=direction == 1)

    stack.walk(block, lanes, visit)
    return {gather: gather.pool.finish(sums, block.lengths) for gather, sums in kept.items()}
