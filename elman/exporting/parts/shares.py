"""From outputs to probabilities, inside the graph: arithmetic that a saved model fixes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from elman.exporting.graph import BOOL, DOUBLE, FLOAT, Value
from elman.exporting.parts.rows import Rows
from elman.judging.classes.decision import Kind

__all__ = ["Shares"]


@dataclass(frozen=True)
class Shares:
    """How outputs become probabilities, as `judging.classes.decision.Decision` says it."""

    kind: Kind
    temperature: float = 1.0
    base: tuple[float, ...] = ()
    """Of a row of which nothing is known yet; empty where each step is answered."""
    strange: int | None = None
    """The id, first in a step, that says nothing; None where every step says something."""
    doubt: float = 0.0
    """What t steps say counts t / (t + doubt)."""

    def of(self, rows: Rows, outputs: Value) -> Value:
        """Return probabilities of outputs `(…, outputs)`, float64."""
        graph = rows.graph
        z = graph.cast(outputs, DOUBLE)
        if self.doubt:
            both = graph("Add", rows.divisor, graph.constant(self.doubt, np.float64))
            z = graph("Mul", z, graph("Div", rows.divisor, both))
        z = graph("Div", z, graph.constant(self.temperature, np.float64))
        if self.kind == "multiclass":
            return graph("Softmax", z, axis=-1)
        p = graph("Sigmoid", z)
        if self.kind == "binary":
            p = graph("Concat", graph("Sub", graph.constant(1, np.float64), p), p, axis=-1)
        return p

    def declare(self, rows: Rows, outputs: Value) -> None:
        """Declare what is said of each row: its probabilities, and whether anything is known."""
        graph, K = rows.graph, len(self.base)
        known = self._known(rows)
        base = graph.constant(self.base, np.float64)
        p = graph.cast(graph("Where", known, self.of(rows, outputs), base), FLOAT)
        graph.output("probabilities", FLOAT, ["batch", K], rows.given.rows(p))
        flat = graph("Squeeze", known, graph.whole(1))
        graph.output("known", BOOL, ["batch"], rows.given.rows(flat))

    def _known(self, rows: Rows) -> Value:
        """Return `(B, 1)` whether there was a step that says something."""
        graph = rows.graph
        if self.strange is None:
            return rows.begun
        first = rows.steps if rows.columns == 1 else graph.part(rows.steps, 0, 1, 2)
        same = graph("Equal", first, graph.constant(self.strange, np.int64))
        says = graph.cast(graph("Not", same), FLOAT)
        total = rows.summed(rows.carried.take("known", 1), says)
        rows.carried.give("known", total, double=True)
        return graph("Greater", total, graph.constant(0, np.float64))
