"""The linear part of a network: what `runtime.linear` computes, of ids and of windows."""

from __future__ import annotations

import numpy as np

from elman.exporting.graph import DOUBLE, FLOAT, INT64, Value
from elman.exporting.parts.rows import Rows
from elman.exporting.parts.stack import Tensors
from elman.runtime.spec import NetworkSpec

__all__ = ["of_ids", "of_steps", "of_window", "through"]


def of_ids(rows: Rows, spec: NetworkSpec, tensors: Tensors) -> Value:
    """Return `(B, outputs)`: the sum of the weights of all ids, over the root of all steps."""
    graph = rows.graph
    each = graph("Gather", graph.weight("weight", tensors["linear.weight"]), rows.steps)
    real = graph("Mul", each, graph("Unsqueeze", rows.share, graph.whole(3)))  # (T, B, ids, K)
    total = rows.total(rows.carried.take("total", spec.outputs), real, 0, 2)
    rows.carried.give("total", total, double=True)
    mean = graph("Div", total, graph("Sqrt", rows.divisor))
    return _with_bias(rows, mean, tensors)


def of_steps(rows: Rows, spec: NetworkSpec, tensors: Tensors) -> Value:
    """Return `(T, B, outputs)`: the sum of the weights of the ids at places around each step."""
    graph, before, places = rows.graph, spec.linear_before, spec.places
    weight = tensors["linear.weight"].copy()
    weight[:: spec.linear] = 0  # of a step that is not there nothing is said
    parts = [rows.steps]
    if before:
        size = before * rows.columns
        kept = graph.cast(rows.carried.take("ids", size), INT64)
        kept = rows.unpacked(kept, before)
        rows.carried.give("ids", rows.packed(rows.newest(kept, rows.steps, before)))
        parts.insert(0, kept)
    if spec.linear_after:
        after = graph("Concat", graph.whole(spec.linear_after), rows.batch, axis=0)
        after = graph("Concat", after, graph.whole(rows.columns), axis=0)
        parts.append(graph("Expand", graph.constant(0, np.int64), after))
    ids, read = graph.joined(parts, 0), []
    for place in range(places):
        end = place - places + 1 or np.iinfo(np.int64).max
        there = graph.part(ids, place, int(end), 0) if places > 1 else ids
        columns = spec.linear_around if place != before and spec.linear_around else None
        if columns is not None:
            there = graph("Gather", there, graph.whole(*columns), axis=2)
        if place:
            there = graph("Add", there, graph.constant(place * spec.linear, np.int64))
        read.append(there)
    each = graph("Gather", graph.weight("weight", weight), graph.joined(read, 2))
    said = graph("ReduceSum", each, graph.whole(2), keepdims=0)
    return graph("Add", said, graph.weight("bias", tensors["linear.bias"]), name="said")


def of_window(rows: Rows, spec: NetworkSpec, tensors: Tensors) -> Value:
    """Return `(B, outputs)`: the last floats through weights; of those not there yet, nothing."""
    graph, size = rows.graph, spec.linear // spec.input_size
    kept = rows.unpacked(rows.carried.floats("window", spec.linear), size)
    window = rows.packed(rows.newest(kept, rows.steps, size))
    rows.carried.give("window", window)
    return through(rows, graph.cast(window, DOUBLE), tensors)


def through(rows: Rows, read: Value, tensors: Tensors) -> Value:
    """Return what the weights say of `(B, F)` float64: sums of terms that may cancel."""
    weight = rows.graph.weight("weight", tensors["linear.weight"].astype(np.float64))
    return _with_bias(rows, rows.graph("MatMul", read, weight), tensors)


def _with_bias(rows: Rows, said: Value, tensors: Tensors) -> Value:
    graph = rows.graph
    bias = graph.weight("bias", tensors["linear.bias"].astype(np.float64))
    return graph.cast(graph("Add", said, bias), FLOAT)
