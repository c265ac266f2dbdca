"""From the outputs of all steps to a network's: what `runtime.heads` computes."""

from __future__ import annotations

from elman.exporting.graph import FLOAT, Value
from elman.exporting.parts.rows import Rows
from elman.exporting.parts.stack import Tensors, begun, vectors_of, walked, walked_over_padding
from elman.runtime.spec import NetworkSpec

__all__ = ["recurrent_outputs"]


def recurrent_outputs(rows: Rows, spec: NetworkSpec, tensors: Tensors) -> Value:
    """Return what one network says: `(B, outputs)`, or of every step `(T, B, outputs)`."""
    graph = rows.graph
    x = vectors_of(rows, spec, tensors)
    begin = begun(rows, spec)
    through = walked(rows, spec, tensors, x, begin)
    weight, bias = tensors["fc.weight"], graph.weight("fc.bias", tensors["fc.bias"])
    if spec.per_step:
        turned = graph.weight("fc.weight", weight.T)
        return graph("Add", graph("MatMul", through.outputs, turned), bias, name="said")
    pooled = []
    for name in spec.pools:
        if name == "last":
            pooled.append(through.last)
        elif name == "padded_last":
            with graph.scope("padded"):
                pooled.append(walked_over_padding(rows, spec, tensors, x, begin))
        else:
            size = (1 + spec.bidirectional) * spec.hidden_size
            pooled.append(POOLS[name](rows, name, through.outputs, size))
    pooled += [POOLS[name](rows, f"input_{name}", x, spec.input_size) for name in spec.input_pools]
    read = graph.joined(pooled, 1, name="read")
    return graph("Gemm", read, graph.weight("fc.weight", weight), bias, transB=1, name="said")


def _mean(rows: Rows, name: str, values: Value, size: int) -> Value:
    total = rows.summed(rows.carried.take(name, size), values)
    rows.carried.give(name, total, double=True)
    return rows.graph.cast(rows.graph("Div", total, rows.divisor), FLOAT)


def _max(rows: Rows, name: str, values: Value, size: int) -> Value:
    graph = rows.graph
    top = rows.largest(rows.carried.floats(name, size), values)
    pooled = graph("Where", rows.begun, top, rows.zero)
    rows.carried.give(name, pooled)
    return pooled


POOLS = {"mean": _mean, "max": _max}
"""`(T, B, size)` of real steps and what was kept of those before → `(B, size)`."""
