"""Input vectors and recurrent layers: what `runtime.inputs` and `runtime.recurrence` compute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.exporting.graph import INT32, Value
from elman.exporting.parts.gates import stacked
from elman.exporting.parts.rows import Rows
from elman.runtime.inputs import PADDING, UNKNOWN
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import cell_names

__all__ = ["Begun", "Tensors", "Walked", "begun", "vectors_of", "walked", "walked_over_padding"]

Tensors = Mapping[str, NDArray[np.float32]]

Begun = dict[str, Value]
"""The states of a layer by name, `(B, H)`; "" of a layer that begins with zeros."""


class Walked(NamedTuple):
    """What comes out of the last layer."""

    outputs: Value
    """`(T, B, D·H)` of every step."""
    last: Value
    """`(B, D·H)`: the state after the last real step of all calls, beside that of the way back."""


def vectors_of(rows: Rows, spec: NetworkSpec, tensors: Tensors) -> Value:
    """Return the input vectors, `(T, B, I)`."""
    graph = rows.graph
    if not spec.vocabulary:
        return rows.steps
    embedding = tensors["embedding.weight"]
    ids = _own(rows, spec)
    if spec.ids_per_step == 1:
        ids = graph("Squeeze", ids, graph.whole(2))
        return graph("Gather", graph.weight("embedding", embedding), ids, name="vectors")
    if embedding[0].any():  # beside other ids, padding is nothing
        embedding = np.concatenate([np.zeros_like(embedding[:1]), embedding[1:]])
    each = graph("Gather", graph.weight("embedding", embedding), ids)
    return graph("ReduceSum", each, graph.whole(2), keepdims=0, name="vectors")


def _own(rows: Rows, spec: NetworkSpec) -> Value:
    """Return the ids `(T, B, ids_per_step)` as the recurrence reads them: `linear.own_steps`."""
    graph, count = rows.graph, spec.ids_per_step
    ids = rows.steps if rows.columns == count else graph.part(rows.steps, 0, count, 2)
    if spec.linear <= spec.vocabulary:
        return ids  # it knows all that the linear part knows
    strange = [UNKNOWN] + [PADDING] * (count - 1)
    known = graph("Less", ids, graph.constant(spec.vocabulary, np.int64))
    return graph("Where", known, ids, graph.constant(strange, np.int64), name="own_ids")


def begun(rows: Rows, spec: NetworkSpec) -> list[Begun]:
    """Return the states of every layer before the first step, by name; none of both ways."""
    names = ["h", "c"] if spec.cell == "lstm" else ["h"]
    if spec.bidirectional:
        return [dict.fromkeys(names, "")] * spec.num_layers
    size, take = spec.hidden_size, rows.carried.floats
    return [
        {name: take(f"layer{k}/{name}", size) for name in names} for k in range(spec.num_layers)
    ]


def walked(rows: Rows, spec: NetworkSpec, tensors: Tensors, x: Value, begin: list[Begun]) -> Walked:
    """Walk the layers over all real steps, from where the call before ended."""
    last = ""
    for k, states in enumerate(begin):
        with rows.graph.scope(f"layer{k}"):
            x, ends = _layer(rows, spec, _weights(spec, tensors, k), x, rows.walked, states)
            held = {
                name: rows.graph("Where", rows.some, end, states[name] or rows.zero)
                for name, end in ends.items()
            }
            last = held["h"]
        for name, value in held.items() if not spec.bidirectional else ():
            rows.carried.give(f"layer{k}/{name}", value)
    return Walked(x, last)


def walked_over_padding(
    rows: Rows, spec: NetworkSpec, tensors: Tensors, x: Value, begin: list[Begun]
) -> Value:
    """Return `last` of rows that are all walked to the end of the longest: the textbook trap."""
    graph, ends = rows.graph, begin[-1]
    longest = graph("ReduceMax", rows.lengths, keepdims=1)
    steps = graph("Max", graph("Expand", longest, rows.batch), graph.whole(1))
    lengths = graph.cast(steps, INT32)
    for k, states in enumerate(begin):
        with graph.scope(f"layer{k}"):
            x, ends = _layer(rows, spec, _weights(spec, tensors, k), x, lengths, states)
    any_step = graph("Greater", longest, graph.constant(0, np.int64))
    return graph("Where", any_step, ends["h"], begin[-1]["h"] or rows.zero)


def _weights(spec: NetworkSpec, tensors: Tensors, layer: int) -> dict[str, NDArray[np.float32]]:
    names = cell_names(spec)[layer]
    held = stacked(spec.cell, lambda name: tensors[f"rnn.{name}"], names)
    return dict(zip(("W", "R", "B"), held, strict=True))


def _layer(
    rows: Rows,
    spec: NetworkSpec,
    weights: Mapping[str, NDArray[np.float32]],
    x: Value,
    lengths: Value,
    begin: Begun,
) -> tuple[Value, dict[str, Value]]:
    """Return the outputs `(T, B, D·H)`, and what each state is at the end, `(B, D·H)`."""
    graph, both = rows.graph, spec.bidirectional
    first = [value and graph("Unsqueeze", value, graph.whole(0)) for value in begin.values()]
    outputs, *after = graph.several(
        spec.cell.upper(),
        [x, *(graph.weight(name, weight) for name, weight in weights.items()), lengths, *first],
        ["outputs", *(f"{name}_n" for name in begin)],
        hidden_size=spec.hidden_size,
        direction="bidirectional" if both else "forward",
        **({"linear_before_reset": 1} if spec.cell == "gru" else {}),
    )
    if both:
        outputs = graph("Transpose", outputs, perm=[0, 2, 1, 3])
        outputs = graph("Reshape", outputs, graph.whole(0, 0, -1))
        after = [graph("Transpose", after[0], perm=[1, 0, 2])]
        return outputs, {"h": graph("Reshape", after[0], graph.whole(0, -1))}
    ends = [graph("Squeeze", value, graph.whole(0)) for value in after]
    return graph("Squeeze", outputs, graph.whole(1)), dict(zip(begin, ends, strict=True))
