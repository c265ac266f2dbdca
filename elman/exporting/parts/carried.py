"""What a graph carries from call to call: one tensor of float64, a row for each sequence.

Zeros are the state before the first step. float64 holds every float32, count and id as it is, and
sums over 100,000 steps stay true, as in the runtime. So there is one thing to keep, to copy and to
set back, whatever the network.
"""

from __future__ import annotations

import numpy as np

from elman.exporting.graph import DOUBLE, FLOAT, Graph, Value
from elman.exporting.parts.given import Given

__all__ = ["Carried"]

STATE, NEXT = "state", "next_state"


class Carried:
    """The state of a graph as it grows: who needs some of it takes it, and gives it back.

    A graph that does not stream begins with zeros each time; it has neither input nor output.
    """

    def __init__(self, graph: Graph, given: Given, *, streams: bool) -> None:
        self.graph, self.given, self.streams = graph, given, streams
        self.parts: list[tuple[str, int]] = []
        """Names and columns, in their order."""
        self._taken: list[Value] = []
        self._given_back: dict[Value, Value] = {}
        self._begin = len(graph.nodes)
        """Where the state is split; so far nobody has read it."""

    @property
    def size(self) -> int:
        """Columns in all."""
        return sum(size for _, size in self.parts)

    def take(self, name: str, size: int) -> Value:
        """Return what the call before gave back, `(B, size)` float64."""
        graph = self.graph
        if not self.streams:
            shape = graph("Concat", self.given.batch, graph.whole(size), axis=0)
            return graph("Expand", graph.constant(0, np.float64), shape, name=f"{STATE}/{name}")
        taken = f"{STATE}/{graph.scoped(name)}"
        self.parts.append((graph.scoped(name), size))
        self._taken.append(taken)
        return taken

    def floats(self, name: str, size: int) -> Value:
        """Return what the call before gave back, `(B, size)` float32."""
        return self.graph.cast(self.take(name, size), FLOAT)

    def give(self, name: str, value: Value, *, double: bool = False) -> None:
        """Leave `(B, size)` for the next call."""
        if self.streams:
            wide = value if double else self.graph.cast(value, DOUBLE)
            self._given_back[self.graph.scoped(name)] = wide

    def close(self) -> None:
        """Declare the input and the output, once all of it is given back."""
        if not self.parts:
            return
        graph, sizes = self.graph, [size for _, size in self.parts]
        state = graph.input(STATE, DOUBLE, ["batch", self.size])
        with graph.at(self._begin):
            graph.split(self.given.filled(state, 2), self._taken, sizes)
        after = graph.joined([self._given_back[name] for name, _ in self.parts], 1)
        graph.output(NEXT, DOUBLE, ["batch", self.size], self.given.rows(after))
