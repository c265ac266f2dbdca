"""The rows of a call: their steps, time first, and which of them are real.

A graph's `steps` are padded to the longest row, with whatever; `lengths` says how many steps of
each row are real. Everything that follows reads what is here.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from elman.exporting.graph import DOUBLE, FLOAT, INT32, INT64, Graph, Value
from elman.exporting.parts.carried import Carried
from elman.exporting.parts.given import Given
from elman.runtime.spec import NetworkSpec

__all__ = ["Rows"]


class Rows:
    """The steps of a call as a graph reads them.

    Args:
        graph: that grows.
        spec: of the network.
        streams: whether the graph goes on from a state.
    """

    def __init__(self, graph: Graph, spec: NetworkSpec, *, streams: bool) -> None:
        self.graph = graph
        self.columns = spec.ids_per_step + spec.linear_ids if spec.vocabulary else spec.input_size
        if not spec.vocabulary:
            steps = graph.input("steps", FLOAT, ["batch", "time", self.columns])
        elif self.columns > 1:
            steps = graph.input("steps", INT64, ["batch", "time", self.columns])
        else:
            ids = graph.input("steps", INT64, ["batch", "time"])
            steps = graph("Unsqueeze", ids, graph.whole(2))
        lengths = graph.input("lengths", INT64, ["batch"])
        self.given = Given(graph, steps)
        self.batch = self.given.batch
        """How many rows there are, as a list of one."""
        lengths = self.given.lengths(lengths)
        self.lengths = lengths
        self.carried = Carried(graph, self.given, streams=streams)
        filled = self.given.filled(steps, 3, steps=True)
        self.walked = graph.cast(graph("Max", lengths, graph.whole(1)), INT32)
        """`(B,)` steps that recurrent layers take: one at least, whose result is not used."""
        zero = graph.constant(0, np.int64)
        self.some = graph("Greater", self.column(lengths), zero, name="some")
        """`(B, 1)` whether a row has any step."""
        self.real = graph("Unsqueeze", self.given.real(lengths), graph.whole(2), name="real")
        """`(T, B, 1)` whether a step is one."""
        turned = graph("Transpose", filled, perm=[1, 0, 2])
        nothing = zero if spec.vocabulary else graph.constant(0, np.float32)
        self.steps = graph("Where", self.real, turned, nothing, name="real_steps")
        """`(T, B, columns)` ids, or floats; 0 where none is real."""

    @property
    def zero(self) -> Value:
        """0.0, as float32."""
        return self.graph.constant(0, np.float32)

    @cached_property
    def _counted(self) -> tuple[Value, Value]:
        graph = self.graph
        with graph.on_top():
            before = self.carried.take("steps", 1)
            now = graph.cast(self.column(self.lengths), DOUBLE)
            count = graph("Add", before, now, name="steps_so_far")
            self.carried.give("steps", count, double=True)
        return before, count

    @property
    def before(self) -> Value:
        """`(B, 1)` float64: steps of the calls before."""
        return self._counted[0]

    @property
    def count(self) -> Value:
        """`(B, 1)` float64: all steps so far."""
        return self._counted[1]

    @cached_property
    def divisor(self) -> Value:
        """`(B, 1)` float64: all steps so far, one at least."""
        with self.graph.on_top():
            return self.graph("Max", self.count, self.graph.constant(1, np.float64))

    @cached_property
    def begun(self) -> Value:
        """`(B, 1)` whether there was any step so far."""
        with self.graph.on_top():
            return self.graph("Greater", self.count, self.graph.constant(0, np.float64))

    def column(self, value: Value) -> Value:
        """`(B,)` → `(B, 1)`."""
        return self.graph("Unsqueeze", value, self.graph.whole(1))

    def summed(self, kept: Value, values: Value) -> Value:
        """Return what was kept `(B, F)` float64 and the sum of values `(T, B, F)` of real steps."""
        return self.total(kept, self.graph("Mul", values, self.share), 0)

    def total(self, kept: Value, values: Value, *axes: int) -> Value:
        """Return what was kept `(B, F)` float64 and the sum of values along axes."""
        graph = self.graph
        wide = graph.cast(values, DOUBLE)
        return graph("Add", kept, graph("ReduceSum", wide, graph.whole(*axes), keepdims=0))

    def largest(self, kept: Value, values: Value, *, least: bool = False) -> Value:
        """Return the largest of what was kept `(B, F)` and values `(T, B, F)` of real steps.

        What was kept of no steps does not count; of none at all it is infinite.
        """
        graph = self.graph
        worst = graph.constant(np.inf if least else -np.inf, np.float32)
        real = graph("Add", values, graph("Where", self.real, self.zero, worst))
        reduced = graph("ReduceMin" if least else "ReduceMax", real, axes=[0], keepdims=0)
        begun = graph("Greater", self.before, graph.constant(0, np.float64))
        before = graph("Where", begun, kept, worst)
        return graph("Min" if least else "Max", before, reduced)

    @cached_property
    def share(self) -> Value:
        """`(T, B, 1)` 1 where a step is real, else 0: a product with it is quicker than `Where`."""
        with self.graph.on_top():
            return self.graph.cast(self.real, FLOAT)

    def newest(self, kept: Value, steps: Value, size: int) -> Value:
        """Return the last `size` steps of each row, `(size, B, C)`, of kept ones and new ones.

        Args:
            kept: `(size, B, C)`.
            steps: `(T, B, C)`.
            size: how many.
        """
        graph = self.graph
        both = graph("Concat", kept, steps, axis=0)
        places = graph("Add", graph.constant(np.arange(size)[:, None, None], np.int64), self._last)
        wanted = graph("Expand", places, graph("Shape", kept))
        return graph("GatherElements", both, wanted, axis=0)

    @cached_property
    def _last(self) -> Value:
        with self.graph.on_top():
            return self.graph("Unsqueeze", self.column(self.lengths), self.graph.whole(0))

    def unpacked(self, flat: Value, size: int) -> Value:
        """`(B, size · C)` → `(size, B, C)`."""
        shape = self.graph.whole(0, size, -1)
        return self.graph("Transpose", self.graph("Reshape", flat, shape), perm=[1, 0, 2])

    def packed(self, rows: Value) -> Value:
        """`(size, B, C)` → `(B, size · C)`."""
        turned = self.graph("Transpose", rows, perm=[1, 0, 2])
        return self.graph("Reshape", turned, self.graph.whole(0, -1))

    def of_steps(self, values: Value) -> Value:
        """`(T, B, K)` of every step → `(B, time, K)`, 0 where none is real."""
        graph = self.graph
        real = graph("Where", self.real, values, graph.constant(0, np.float32))
        return self.given.rows_and_steps(graph("Transpose", real, perm=[1, 0, 2]))
