"""A chain on top of the answers to every step: what `runtime.chain` computes, by ONNX's Scan.

Of whole sequences forwards and backwards; what a stream says of its newest steps forwards alone.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from elman.exporting.graph import BOOL, DOUBLE, FLOAT, Graph, Value
from elman.exporting.parts.rows import Rows
from elman.exporting.parts.stack import Tensors
from elman.runtime.chain import LEAST, TINY, odds_of

__all__ = ["Marginals", "marginals"]


class Marginals(NamedTuple):
    """Logarithms of probabilities of labels, `(T, B, K)`."""

    whole: Value
    """By all steps of the call."""
    so_far: Value
    """Of each step by those up to it, as a stream answers."""


def marginals(rows: Rows, tensors: Tensors, logits: Value) -> Marginals:
    """Return what a chain makes of logits `(T, B, K)`."""
    graph = rows.graph
    first, onward = odds_of(tensors["chain.weight"], tensors["chain.begin"])
    K = len(first)
    wide = graph.cast(logits, DOUBLE)
    top = graph("ReduceMax", wide, axes=[2], keepdims=1)
    odds = graph("Exp", graph("Sub", wide, top), name="odds")
    begun = graph("Greater", rows.before, graph.constant(0, np.float64))
    kept = rows.carried.take("expected", K)
    expected = graph("Where", begun, kept, graph.constant(first, np.float64))
    ones = graph("Expand", graph.constant(1, np.float64), graph("Shape", expected))
    end, before = graph.several(
        "Scan",
        [expected, odds, rows.real],
        ["expected", "before"],
        body=_body(K, graph.weight("onward", onward), back=False),
        num_scan_inputs=2,
    )
    none = graph.constant(0, np.float64)
    rows.carried.give("expected", graph("Where", rows.begun, end, none), double=True)
    _, after = graph.several(
        "Scan",
        [ones, odds, rows.real],
        ["said", "after"],
        body=_body(K, graph.weight("backward", onward.T), back=True),
        num_scan_inputs=2,
        scan_input_directions=[1, 1],
        scan_output_directions=[1],
    )
    both = _share(graph, graph("Mul", before, after), 2)
    return Marginals(_logs(graph, both), _logs(graph, before))


def _body(K: int, weight: Value, *, back: bool) -> Any:
    """Return one step of the walk: (carried, odds, real) → (carried, what is said of the step).

    Forwards what is carried are the labels expected before the step is seen; backwards what is said
    of it by the steps after. The weight is that of the graph around.
    """
    graph = Graph("backwards" if back else "forwards", inside=True)
    shape: list[int | str] = ["batch", K]
    carried, odds = (graph.input(name, DOUBLE, shape) for name in ("carried", "odds"))
    real = graph.input("real", BOOL, ["batch", 1])
    seen = graph("Mul", carried, odds)
    said = carried if back else _share(graph, seen, 1)
    onward = graph("MatMul", seen if back else said, weight)
    onward = _share(graph, onward, 1) if back else onward
    graph.output("carried_on", DOUBLE, shape, graph("Where", real, onward, carried))
    graph.output("said", DOUBLE, shape, said)
    return graph.proto()


def _share(graph: Graph, odds: Value, axis: int) -> Value:
    total = graph("ReduceSum", odds, graph.whole(axis), keepdims=1)
    return graph("Div", odds, graph("Max", total, graph.constant(TINY, np.float64)))


def _logs(graph: Graph, shares: Value) -> Value:
    least = graph("Max", shares, graph.constant(LEAST, np.float64))
    return graph.cast(graph("Log", least), FLOAT)
