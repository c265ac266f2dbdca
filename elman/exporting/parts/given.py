"""How many rows and steps a call has, and one at least: no operator walks over nothing.

A call that has none gets one of padding, which is left out of what is returned. Inputs that do not
fit together are refused, where operators would stretch the smaller one or count from the end.
"""

from __future__ import annotations

import numpy as np

from elman.exporting.graph import Graph, Value

__all__ = ["Given"]


class Given:
    """The free sizes of a call, each a list of one number.

    Args:
        graph: that grows.
        value: an input whose first two axes are rows and the steps of each.
    """

    def __init__(self, graph: Graph, value: Value) -> None:
        self.graph, one = graph, graph.whole(1)
        self._sizes = [graph.size(value, axis) for axis in (0, 1)]
        self.batch, self.time = (graph("Max", size, one) for size in self._sizes)
        """Rows and steps, one at least."""
        filled = zip((self.batch, self.time), self._sizes, strict=True)
        self._lacks = [graph("Sub", more, size) for more, size in filled]
        most = graph("Add", self._sizes[1], one)
        self._most, zero = most, graph.constant(0, np.int64)
        self._numbers = graph("Range", zero, graph("Squeeze", most), graph.constant(1, np.int64))

    def filled(self, value: Value, rank: int, *, steps: bool = False) -> Value:
        """Return an input with one row at least.

        Args:
            value: rows of something.
            rank: axes that it has.
            steps: whether its second axis are steps, of which there is one at least as well.
        """
        graph, lacks = self.graph, self._lacks[: 1 + steps]
        pads = [graph.whole(*[0] * rank), *lacks]
        if after := rank - len(lacks):
            pads.append(graph.whole(*[0] * after))
        return graph("Pad", value, graph("Concat", *pads, axis=0))

    def lengths(self, given: Value) -> Value:
        """Return the real steps of each row; refuse all but one number a row, 0 to all steps."""
        graph = self.graph
        lengths = graph("Reshape", self.filled(given, 1), self.batch, name="one_length_a_row")
        # a number that is looked up must be there, and below 0 it would be counted from the end
        below = graph("Less", lengths, graph.constant(0, np.int64))
        lengths = graph("Where", below, self._most, lengths)
        return graph("Gather", self._numbers, lengths, name="lengths_within_time")

    def real(self, lengths: Value) -> Value:
        """Return `(T, B)` whether a step is one."""
        graph = self.graph
        t = graph("Slice", self._numbers, graph.whole(0), self.time)
        return graph("Less", graph("Unsqueeze", t, graph.whole(1)), lengths)

    def rows(self, value: Value) -> Value:
        """Leave out the row that was added."""
        graph = self.graph
        return graph("Slice", value, graph.whole(0), self._sizes[0], graph.whole(0))

    def rows_and_steps(self, value: Value, *more: Value) -> Value:
        """Leave out the row and the step that were added; more are the sizes of axes after them."""
        graph, sizes = self.graph, [*self._sizes, *more]
        ends = graph("Concat", *sizes, axis=0)
        axes = range(len(sizes))
        return graph("Slice", value, graph.whole(*[0 for _ in axes]), ends, graph.whole(*axes))
