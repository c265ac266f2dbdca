"""The two graphs of a network that translates: one reads a sentence, one says the next piece.

Reading: `steps (batch, time)` pieces, padded with whatever, and `lengths (batch,)` → `keys`,
`values (batch, time, …)`, and the `state` to begin with. Speaking: those, `lengths`, and of each
sentence some beginnings side by side, `pieces (batch, beams)` the newest of each and `state
(batch, beams, 4H)` → `scores` of the next piece, unnormalised, `next_state`, `attention`.

The search among beginnings is no part of them: it looks for the best few, sorts and cuts off, and
stands in the front end, as elman has it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from elman.exporting.graph import FLOAT, INT32, INT64, Graph, Value
from elman.exporting.parts.gates import stacked
from elman.exporting.parts.given import Given
from elman.exporting.parts.stack import Tensors
from elman.runtime.translation.spec import TABLE, TranslationSpec

__all__ = ["SPEAKING", "translation_graphs"]

SPEAKING = "-step"
"""Stands behind the name of the file that reads, in that of the one that speaks."""


def translation_graphs(
    spec: TranslationSpec, tensors: Tensors, metadata: Mapping[str, str], shares: None = None
) -> dict[str, Any]:
    """Return both as `onnx.ModelProto`, by what stands behind their file's name.

    Args:
        spec: what the network is.
        tensors: its weights.
        metadata: what the files say of themselves.
        shares: there are none.
    """
    return {
        "": _reading(spec, tensors).model(metadata),
        SPEAKING: _speaking(spec, tensors).model(metadata),
    }


def _reading(spec: TranslationSpec, tensors: Tensors) -> Graph:
    graph, E, H = Graph("reading"), spec.input_size, spec.hidden_size
    steps = graph.input("steps", INT64, ["batch", "time"])
    lengths = graph.input("lengths", INT64, ["batch"])
    given = Given(graph, steps)
    lengths = given.lengths(lengths)
    ids = graph("Transpose", given.filled(steps, 2, steps=True), perm=[1, 0])
    there = given.real(lengths)  # (T, B)
    ids = graph("Where", there, ids, graph.constant(0, np.int64))
    vectors = _vectors(graph, spec, graph.weight("embedding", tensors[TABLE]), ids)
    walked = graph.cast(graph("Max", lengths, graph.whole(1)), INT32)
    y, real = vectors, graph("Unsqueeze", there, graph.whole(2))
    for k in range(spec.encoder_layers):
        with graph.scope(f"encoder{k}"):
            outputs, _ = _layer(graph, spec, tensors, f"encoder.{k}", y, walked, {})
            both = graph("Transpose", outputs, perm=[0, 2, 1, 3])
            both = graph("Reshape", both, graph.whole(0, 0, -1))
            y = graph("Add", both, y) if k else both
    y = graph("Where", real, y, graph.constant(0, np.float32))
    count = graph("Max", graph.cast(lengths, FLOAT), graph.constant(1, np.float32))
    total = graph("ReduceSum", y, graph.whole(0), keepdims=0)
    mean = graph("Div", total, graph("Unsqueeze", count, graph.whole(1)))
    begin = graph("Tanh", _linear(graph, tensors, "begin", mean))  # (B, 2H)
    h, h_2 = (graph.part(begin, H * n, H * (n + 1), 1) for n in (0, 1))
    c = graph("Mul", h, graph.constant(0, np.float32))
    y, vectors = (graph("Transpose", value, perm=[1, 0, 2]) for value in (y, vectors))
    keys = graph("MatMul", y, graph.weight("key", tensors["key.weight"].T))
    graph.output("keys", FLOAT, ["batch", "time", H], given.rows_and_steps(keys))
    values = graph("Concat", y, vectors, axis=2)
    graph.output("values", FLOAT, ["batch", "time", H + E], given.rows_and_steps(values))
    state = graph("Concat", h, c, h_2, c, axis=1)
    graph.output("state", FLOAT, ["batch", 4 * H], given.rows(state))
    return graph


def _speaking(spec: TranslationSpec, tensors: Tensors) -> Graph:
    graph, E, H, V = Graph("speaking"), spec.input_size, spec.hidden_size, spec.pieces
    given_keys = graph.input("keys", FLOAT, ["batch", "time", H])
    values = graph.input("values", FLOAT, ["batch", "time", H + E])
    lengths = graph.input("lengths", INT64, ["batch"])
    pieces = graph.input("pieces", INT64, ["batch", "beams"])
    state = graph.input("state", FLOAT, ["batch", "beams", 4 * H])
    read, begun = Given(graph, given_keys), Given(graph, pieces)
    keys, values = (read.filled(value, 3, steps=True) for value in (given_keys, values))
    lengths = read.lengths(lengths)
    pieces, state = begun.filled(pieces, 2, steps=True), begun.filled(state, 3, steps=True)

    def apart(value: Value, size: int) -> Value:
        """`(1, B · beams, size)` → `(B, beams, size)`."""
        shape = graph("Concat", begun.batch, begun.time, graph.whole(size), axis=0)
        return graph("Reshape", value, shape)

    def step(name: str, x: Value, size: int, first: int) -> list[Value]:
        """Return h and c of a layer after one step, `(B, beams, H)`."""
        with graph.scope(name):
            flat = graph("Reshape", x, graph.whole(1, -1, size))
            before = [graph.part(state, H * n, H * (n + 1), 2) for n in (first, first + 1)]
            begin = [graph("Reshape", value, graph.whole(1, -1, H)) for value in before]
            _, ends = _layer(
                graph, spec, tensors, name, flat, "", dict(zip("hc", begin, strict=True))
            )
            after = [apart(end, H) for end in ends]
        return [*after, before[1]][:2]

    table = graph.weight("embedding", tensors[TABLE])
    t = _vectors(graph, spec, table, pieces)  # (B, beams, E)
    h, c = step("below", t, E, 0)
    scale = np.float32(1 / math.sqrt(H))
    query = graph.weight("query", np.asarray(tensors["query.weight"] * scale, np.float32).T)
    looked = graph("MatMul", h, query)
    looked = graph("MatMul", looked, graph("Transpose", keys, perm=[0, 2, 1]))
    there = graph("Transpose", read.real(lengths), perm=[1, 0])  # (B, S)
    there = graph("Unsqueeze", there, graph.whole(1))
    # the least number, not -∞, for a sentence of nothing is looked at as well: nowhere
    least = graph.constant(np.finfo(np.float32).min, np.float32)
    shares = graph("Softmax", graph("Where", there, looked, least), axis=-1)
    attention = graph("Where", there, shares, graph.constant(0, np.float32))  # (B, beams, S)
    brought = graph("MatMul", attention, values)
    h_2, c_2 = step("above", graph("Concat", h, brought, axis=2), 2 * H + E, 2)
    brought = graph("Concat", graph("Add", h_2, h), brought, t, axis=2)
    brought = graph("Reshape", brought, graph.whole(-1, 2 * H + 2 * E))
    said = graph("Tanh", _linear(graph, tensors, "fc", brought))
    scores = graph("Gemm", said, table, graph.weight("bias", tensors["bias"]), transB=1)
    scores = begun.rows_and_steps(apart(scores, V))
    graph.output("scores", FLOAT, ["batch", "beams", V], scores)
    after = begun.rows_and_steps(graph("Concat", h, c, h_2, c_2, axis=2))
    graph.output("next_state", FLOAT, ["batch", "beams", 4 * H], after)
    attention = begun.rows_and_steps(attention, graph.size(given_keys, 1))
    graph.output("attention", FLOAT, ["batch", "beams", "time"], attention)
    return graph


def _layer(
    graph: Graph,
    spec: TranslationSpec,
    tensors: Tensors,
    name: str,
    x: Value,
    lengths: Value,
    begin: Mapping[str, Value],
) -> tuple[Value, list[Value]]:
    """Return the outputs, and the states at the end; both ways where none is given to begin with.

    Args:
        graph: that grows.
        spec: of the network.
        tensors: with those of the layer.
        name: of the layer.
        x: `(T, B, I)`.
        lengths: `(B,)`, or "" for all steps.
        begin: h and c, `(1, B, H)`.
    """
    states = ["h", "c"] if spec.cell == "lstm" else ["h"]
    sides = ["l0"] if begin else ["l0", "l0_reverse"]
    weights = stacked(spec.cell, lambda of: tensors[f"{name}.{of}"], sides)
    held = [graph.weight(n, w) for n, w in zip("WRB", weights, strict=True)]
    outputs, *ends = graph.several(
        spec.cell.upper(),
        [x, *held, lengths, *(begin[state] for state in states if begin)],
        ["outputs", *(f"{state}_n" for state in states)],
        hidden_size=weights[1].shape[2],
        direction="forward" if begin else "bidirectional",
        **({"linear_before_reset": 1} if spec.cell == "gru" else {}),
    )
    return outputs, ends


def _vectors(graph: Graph, spec: TranslationSpec, table: Value, ids: Value) -> Value:
    """Return the rows of a table, times √E."""
    scale = graph.constant(math.sqrt(spec.input_size), np.float32)
    return graph("Mul", graph("Gather", table, ids), scale)


def _linear(graph: Graph, tensors: Tensors, name: str, x: Value) -> Value:
    weight, bias = (graph.weight(f"{name}.{of}", tensors[f"{name}.{of}"]) for of in _BOTH)
    return graph("Gemm", x, weight, bias, transB=1)


_BOTH = ("weight", "bias")
