"""The graph of a saved network.

Inputs: `steps (batch, time[, columns])`, padded with whatever; `lengths (batch,)`, the real steps
of each row, 0 too; and, if it streams, `state (batch, S)`, zeros at the beginning. Outputs:
`outputs (batch, K)`, or `(batch, time, K)` where each step is answered; `probabilities` where
outputs are those of classes; and `next_state`, the state that the next call begins with. Batch and
time are free. So one graph serves whole sequences and streams: who asks for wholes feeds zeros.

A chain answers a step of a whole sequence by all of it, and of a stream by what came so far: there
the latter stands beside the former, as `outputs_so_far` and `probabilities_so_far`.

But: the state of a network that reads `padded_last`, the textbook trap, is that of real steps.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from elman.errors import OptionError
from elman.exporting.graph import DOUBLE, FLOAT, Graph, Value
from elman.exporting.parts.chain import marginals
from elman.exporting.parts.convolutions import of_convolutions
from elman.exporting.parts.heads import recurrent_outputs
from elman.exporting.parts.linear import of_ids, of_steps, of_window
from elman.exporting.parts.rows import Rows
from elman.exporting.parts.shares import Shares
from elman.exporting.parts.stack import Tensors
from elman.runtime.spec import NetworkSpec

__all__ = ["onnx_of", "streams"]

_MOST_BYTES = 2**31 - 2**20
"""What one file of ONNX can have."""


def streams(spec: NetworkSpec) -> bool:
    """Say whether a network can go on from where it stopped."""
    return not spec.bidirectional and not spec.linear_after


def onnx_of(
    spec: NetworkSpec, tensors: Tensors, shares: Shares | None, metadata: Mapping[str, str]
) -> Any:
    """Return a network as an `onnx.ModelProto`.

    Args:
        spec: what it is.
        tensors: its weights.
        shares: how outputs become probabilities, if they do.
        metadata: what the file says of itself.

    Raises:
        OptionError: it is too large for a file of ONNX.
    """
    if (size := sum(tensor.nbytes for tensor in tensors.values())) > _MOST_BYTES:
        raise OptionError(
            f"this model has {size / 2**30:.1f} GiB of weights, and a file of ONNX holds 2. Train "
            "one with a smaller vocabulary or fewer units."
        )
    graph = Graph("elman")
    rows = Rows(graph, spec, streams=streams(spec))
    said = _said(rows, spec, tensors)
    if spec.per_step:
        _declare_steps(rows, spec, tensors, shares, said)
    else:
        graph.output("outputs", FLOAT, ["batch", spec.outputs], rows.given.rows(said))
        if shares is not None:
            shares.declare(rows, said)
    rows.carried.close()
    held = {"state": " ".join(f"{name}:{size}" for name, size in rows.carried.parts)}
    return graph.model({**metadata, **(held if rows.carried.parts else {})})


def _said(rows: Rows, spec: NetworkSpec, tensors: Tensors) -> Value:
    """Return the outputs of members and linear part together, before a chain."""
    graph, parts = rows.graph, []
    if spec.linear:
        with graph.scope("linear"):
            if spec.dilations:
                parts.append(of_convolutions(rows, spec, tensors))
            elif not spec.vocabulary:
                parts.append(of_window(rows, spec, tensors))
            else:
                parts.append((of_steps if spec.per_step else of_ids)(rows, spec, tensors))
    if spec.recurrent:
        parts.append(_recurrent(rows, spec, tensors))
    return parts[0] if len(parts) == 1 else graph("Add", *parts, name="together")


def _recurrent(rows: Rows, spec: NetworkSpec, tensors: Tensors) -> Value:
    graph = rows.graph
    if spec.members == 1:
        return recurrent_outputs(rows, spec, tensors)
    alone, said = dataclasses.replace(spec, members=1), []
    for member in range(spec.members):
        begin = f"{member}."
        own = {n.removeprefix(begin): t for n, t in tensors.items() if n.startswith(begin)}
        with graph.scope(f"member{member}"):
            said.append(graph.cast(recurrent_outputs(rows, alone, own), DOUBLE))
    share = graph("Div", graph("Sum", *said), graph.constant(spec.members, np.float64))
    return graph.cast(share, FLOAT)


def _declare_steps(
    rows: Rows, spec: NetworkSpec, tensors: Tensors, shares: Shares | None, said: Value
) -> None:
    graph = rows.graph
    shape: list[int | str] = ["batch", "time", spec.outputs]
    answers = {"": said}
    if spec.chain:
        with graph.scope("chain"):
            found = marginals(rows, tensors, said)
        answers = {"": found.whole}
        if rows.carried.streams:
            answers["_so_far"] = found.so_far
    for when, value in answers.items():
        graph.output(f"outputs{when}", FLOAT, shape, rows.of_steps(value))
        if shares is not None:
            p = graph.cast(shares.of(rows, value), FLOAT)
            graph.output(f"probabilities{when}", FLOAT, shape, rows.of_steps(p))
