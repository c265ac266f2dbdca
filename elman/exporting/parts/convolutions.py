"""Fixed convolutions and how often each is above its threshold: what `runtime.convolutions` does.

Sums go in the runtime's order and in float64, so that no count differs by a rounding.
"""

from __future__ import annotations

import numpy as np

from elman.exporting.graph import DOUBLE, FLOAT, Value
from elman.exporting.parts.linear import through
from elman.exporting.parts.rows import Rows
from elman.exporting.parts.stack import Tensors
from elman.runtime.convolutions import CHOSEN, KERNELS, TAPS
from elman.runtime.spec import NetworkSpec

__all__ = ["of_convolutions"]


def of_convolutions(rows: Rows, spec: NetworkSpec, tensors: Tensors) -> Value:
    """Return `(B, outputs)`: a linear layer of the features of all steps so far."""
    graph, carried = rows.graph, rows.carried
    C, reach = spec.input_size, (TAPS - 1) * spec.dilations[-1]
    past = rows.unpacked(carried.floats("past", reach * C), reach)
    carried.give("past", rows.packed(rows.newest(past, rows.steps, reach)))
    x = graph.cast(graph("Concat", past, rows.steps, axis=0), DOUBLE)
    features = []
    for place, dilation in enumerate(spec.dilations):
        with graph.scope(f"dilation{dilation}"):
            above = _above(rows, tensors, x, place, dilation, reach)
            size = KERNELS * spec.thresholds
            counts = graph("Add", carried.take("counts", size), above)
            carried.give("counts", counts, double=True)
        features.append(graph("Div", counts, rows.divisor))
    features += _statistics(rows, C)
    read = graph.cast(graph("Concat", *features, axis=1), FLOAT)
    read = graph("Where", rows.begun, read, rows.zero, name="features")
    return through(rows, graph.cast(read, DOUBLE), tensors)


def _above(rows: Rows, tensors: Tensors, x: Value, place: int, dilation: int, reach: int) -> Value:
    """Return how many steps of each row are above each threshold, `(B, 84 · Q)` float64."""
    graph, span = rows.graph, (TAPS - 1) * dilation
    channels = tensors["linear.channels"][place].astype(np.float64)
    y = graph("MatMul", x, graph.weight("channels", channels))  # (reach + T, B, 84)
    taps = []
    for j in range(TAPS):  # weight j stands on the step j dilations before
        end = -j * dilation or int(np.iinfo(np.int64).max)
        taps.append(graph.part(y, reach - span + (TAPS - 1 - j) * dilation, end, 0))
    total = taps[0]
    for tap in taps[1:]:
        total = graph("Add", total, tap)
    said = graph("Neg", total)
    for j, tap in enumerate(taps):
        three = 3.0 * np.any(j == CHOSEN, axis=1)
        said = graph("Add", said, graph("Mul", tap, graph.constant(three, np.float64)))
    said = graph("Unsqueeze", said, graph.whole(3))  # (T, B, 84, 1)
    least = graph.weight("thresholds", tensors["linear.thresholds"][place].astype(np.float64))
    above = graph.cast(graph("Greater", said, least), FLOAT)
    real = graph.cast(graph("Unsqueeze", rows.real, graph.whole(3)), FLOAT)
    counted = graph("ReduceSum", graph("Mul", above, real), graph.whole(0), keepdims=0)
    return graph.cast(graph("Reshape", counted, graph.whole(0, -1)), DOUBLE)


def _statistics(rows: Rows, channels: int) -> list[Value]:
    """Return mean, standard deviation, least and largest value of each channel, `(B, C)` each."""
    graph, carried = rows.graph, rows.carried
    wide = graph.cast(rows.steps, DOUBLE)
    means = []
    for name, values in (("sum", wide), ("squares", graph("Mul", wide, wide))):
        total = rows.total(carried.take(name, channels), values, 0)
        carried.give(name, total, double=True)
        means.append(graph("Div", total, rows.divisor))
    mean, square = means
    spread = graph("Sub", square, graph("Mul", mean, mean))
    spread = graph("Sqrt", graph("Max", spread, graph.constant(0, np.float64)))
    ends = []
    for name, least in (("least", True), ("largest", False)):
        end = rows.largest(carried.floats(name, channels), rows.steps, least=least)
        end = graph("Where", rows.begun, end, rows.zero)
        carried.give(name, end)
        ends.append(graph.cast(end, DOUBLE))
    return [mean, spread, *ends]
