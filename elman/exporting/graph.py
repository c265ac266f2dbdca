"""An ONNX graph as it is written: nodes in their order, each named after what it makes.

The operators are those of opset 14 (2021), in which RNN, GRU and LSTM got their present form: what
reads a newer opset reads this one too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.version import __version__

__all__ = ["BOOL", "DOUBLE", "FLOAT", "INT32", "INT64", "IR_VERSION", "OPSET", "Graph", "Value"]

OPSET, IR_VERSION = 14, 7

FLOAT, INT32, INT64, BOOL, DOUBLE = 1, 6, 7, 9, 11
"""`onnx.TensorProto`'s numbers of types."""

Value = str
"""The name of what a node makes, of an input or of a weight."""


class Graph:
    """Call it with an operator and its inputs; it returns the name of what the node makes.

    Args:
        name: of the graph.
        inside: of the graphs that stand in a node of another one: names there begin with it.
    """

    def __init__(self, name: str, *, inside: bool = False) -> None:
        self.name = name
        self.nodes: list[Any] = []
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []
        self.weights: dict[Value, NDArray[Any]] = {}
        self._names: Counter[str] = Counter()
        self._scope = self._top = f"{name}/" if inside else ""
        self._constants: dict[tuple[Any, ...], Value] = {}

    def __call__(self, operator: str, *inputs: Value, name: str = "", **attributes: Any) -> Value:
        """Add a node that makes one thing."""
        (made,) = self.several(operator, inputs, (name or operator.lower(),), **attributes)
        return made

    def several(
        self, operator: str, inputs: Sequence[Value], names: Sequence[str], **attributes: Any
    ) -> list[Value]:
        """Add a node that makes several things; what has no name is not made."""
        from onnx import helper

        made = [self._free(name) if name else "" for name in names]
        whose = next(filter(None, made))
        self.nodes.append(helper.make_node(operator, inputs, made, name=whose, **attributes))
        return made

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        """Put a name before those of all that is made within."""
        before, self._scope = self._scope, f"{self._scope}{name}/"
        yield
        self._scope = before

    @contextmanager
    def at(self, place: int) -> Iterator[None]:
        """Put what is made within before the node that stands at a place."""
        after = self.nodes[place:]
        del self.nodes[place:]
        yield
        self.nodes += after

    @contextmanager
    def on_top(self) -> Iterator[None]:
        """Leave out the scopes around: what is made within belongs to all."""
        before, self._scope = self._scope, self._top
        yield
        self._scope = before

    def constant(self, value: Any, kind: type[np.generic]) -> Value:
        """Return a small constant; equal ones are one."""
        array = np.asarray(value, kind)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constants:
            said = f"{array.ravel()[0]}" if array.size == 1 else "constant"
            with self.on_top(), self.scope("constants"):
                self._constants[key] = self.weight(said, array)
        return self._constants[key]

    def whole(self, *numbers: int) -> Value:
        """Return a list of whole numbers: sizes, axes, places."""
        return self.constant(numbers, np.int64)

    def weight(self, name: str, array: NDArray[Any]) -> Value:
        """Return a tensor that the graph holds."""
        named = self._free(name)
        self.weights[named] = np.ascontiguousarray(array)
        return named

    def input(self, name: str, kind: int, shape: Sequence[int | str]) -> Value:
        """Declare an input; sizes with a name are free."""
        from onnx import helper

        named = self.scoped(name)
        self.inputs.append(helper.make_tensor_value_info(named, kind, shape))
        return named

    def output(self, name: str, kind: int, shape: Sequence[int | str], value: Value) -> None:
        """Declare an output: a value under its own name."""
        from onnx import helper

        named = self.scoped(name)
        self.nodes.append(helper.make_node("Identity", [value], [named], name=named))
        self.outputs.append(helper.make_tensor_value_info(named, kind, shape))

    def cast(self, value: Value, kind: int) -> Value:
        return self("Cast", value, to=kind)

    def size(self, value: Value, axis: int) -> Value:
        """Return one size of a value, as a list of one."""
        return self("Gather", self("Shape", value), self.whole(axis))

    def joined(self, values: Sequence[Value], axis: int, name: str = "") -> Value:
        return values[0] if len(values) == 1 else self("Concat", *values, axis=axis, name=name)

    def part(self, value: Value, begin: int, end: int, axis: int) -> Value:
        """Return what stands from begin to end along an axis."""
        ends = (self.whole(begin), self.whole(end), self.whole(axis))
        return self("Slice", value, *ends)

    def scoped(self, name: str) -> str:
        """Return a name with those of the scopes around it."""
        return self._scope + name

    def split(self, value: Value, into: Sequence[Value], sizes: Sequence[int]) -> None:
        """Cut a value into parts of its second axis."""
        from onnx import helper

        lengths = self.whole(*sizes)
        node = helper.make_node("Split", [value, lengths], into, name=f"{value}/split", axis=1)
        self.nodes.append(node)

    def proto(self) -> Any:
        """Return it as an `onnx.GraphProto`, to stand alone or inside a node."""
        from onnx import helper, numpy_helper

        weights = [numpy_helper.from_array(array, named) for named, array in self.weights.items()]
        return helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, weights)

    def model(self, metadata: Mapping[str, str]) -> Any:
        """Return it as an `onnx.ModelProto`."""
        from onnx import helper

        model = helper.make_model(
            self.proto(),
            opset_imports=[helper.make_opsetid("", OPSET)],
            producer_name="elman",
            producer_version=__version__,
            ir_version=IR_VERSION,
        )
        helper.set_model_props(model, dict(metadata))
        return model

    def _free(self, name: str) -> str:
        named = self._scope + name
        self._names[named] += 1
        count = self._names[named]
        return named if count == 1 else f"{named}.{count}"
