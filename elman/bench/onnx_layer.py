"""A torch layer as an ONNX graph of one node, run by ONNX Runtime.

ONNX keeps time first, and puts the directions of the output between time and batch.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from elman.errors import installing
from elman.exporting.graph import IR_VERSION, OPSET
from elman.exporting.parts.gates import stacked

__all__ = ["graph_of", "missing", "prepare"]

_WEIGHTS = ("W", "R", "B")


def missing() -> str | None:
    """Return what has to be installed, or None."""
    lacking = [name for name in ("onnx", "onnxruntime") if find_spec(name) is None]
    if not lacking:
        return None
    return f"{' and '.join(lacking)} not installed ({installing('bench')})"


def graph_of(layer: nn.RNNBase, *, ragged: bool) -> Any:
    """Return an `onnx.ModelProto` of one layer; inputs X `(T, B, I)` and, if ragged, lengths."""
    from onnx import TensorProto, helper, numpy_helper

    op = type(layer).__name__
    D = 2 if layer.bidirectional else 1
    sides = ("l0", "l0_reverse") if layer.bidirectional else ("l0",)
    weights = stacked(op.lower(), lambda name: getattr(layer, name).detach().numpy(), sides)
    initializers = [
        numpy_helper.from_array(weight, name)
        for weight, name in zip(weights, _WEIGHTS, strict=True)
    ]
    inputs = [helper.make_tensor_value_info("X", TensorProto.FLOAT, ["T", "B", layer.input_size])]
    if ragged:
        inputs.append(helper.make_tensor_value_info("lengths", TensorProto.INT32, ["B"]))
    H = layer.hidden_size
    shapes: dict[str, list[str | int]] = {"Y": ["T", D, "B", H], "Y_h": [D, "B", H]}
    if op == "LSTM":
        shapes["Y_c"] = [D, "B", H]
    reset: dict[str, Any] = {"linear_before_reset": 1} if op == "GRU" else {}
    node = helper.make_node(
        op,
        ["X", *_WEIGHTS, "lengths" if ragged else ""],
        list(shapes),
        hidden_size=H,
        direction="bidirectional" if D == 2 else "forward",
        **reset,
    )
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in shapes.items()
    ]
    graph = helper.make_graph([node], op, inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    return model


def prepare(
    layer: nn.RNNBase, x: Tensor, *, lengths: Tensor | None, threads: int
) -> tuple[Callable[[], None], Callable[[], dict[str, Tensor]]]:
    """Return a function that runs the layer, and one that gives what it last computed.

    The input lies in the order of time that the runtime wants and the outputs have their memory:
    neither is part of a run.

    Args:
        layer: one layer of torch, `batch_first`.
        x: `(B, T, I)`.
        lengths: `(B,)`, or None.
        threads: of the runtime.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = onnxruntime.InferenceSession(
        graph_of(layer, ragged=lengths is not None).SerializeToString(),
        options,
        providers=["CPUExecutionProvider"],
    )
    (B, T, _), H, D = x.shape, layer.hidden_size, 2 if layer.bidirectional else 1
    binding = session.io_binding()
    fed = {"X": np.ascontiguousarray(x.detach().transpose(0, 1).numpy())}
    if lengths is not None:
        fed["lengths"] = lengths.to(torch.int32).numpy()
    for name, array in fed.items():
        binding.bind_cpu_input(name, array)
    made = {}
    for name in [output.name for output in session.get_outputs()]:
        shape = [T, D, B, H] if name == "Y" else [D, B, H]
        made[name] = onnxruntime.OrtValue.ortvalue_from_shape_and_type(shape, np.float32, "cpu")
        binding.bind_ortvalue_output(name, made[name])

    def run(held: object = fed) -> None:  # the binding keeps no reference to what it reads
        session.run_with_iobinding(binding)

    def result() -> dict[str, Tensor]:
        found = {name: torch.from_numpy(value.numpy()) for name, value in made.items()}
        output = found.pop("Y").permute(2, 0, 1, 3).reshape(B, T, D * H)
        return {"output": output} | {name.replace("Y_", "") + "_n": t for name, t in found.items()}

    return run, result
