"""Tensors of the Open Inference Protocol: from a request to items, and from answers to a response.

JSON, and Triton's extension for binary data: a JSON text of `Inference-Header-Content-Length`
bytes, and behind it the tensors that name a `binary_data_size`, one after another. BYTES are in
binary a length of four bytes before each element.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.errors import did_you_mean
from elman.serve.asked import parsed
from elman.serve.errors import RefusedError
from elman.serve.responses import encoded_in_pieces
from elman.tasks.wire import Tensor, kind_of

__all__ = ["Inference", "inference_of", "response_of", "values_of"]

_DIGITS = 20
"""Of a length; more of them is no number that anybody means."""

_MOST_AXES = 4
_LARGEST = 2**31 - 1
"""Of an axis. No body holds more, and an array has room for the product of two, though one be 0."""

_FLOATS = {"FP32": "<f4", "FP64": "<f8"}


class Inference(NamedTuple):
    """A request, as far as it does not depend on the model."""

    id: str
    inputs: list[dict[str, Any]]
    outputs: dict[str, bool] | None
    """Whether each wanted output is to be binary; None where all are wanted."""
    binary: bool
    """Whether outputs are, of which nothing is said."""
    behind: bytes
    """What stands behind the JSON text."""


def inference_of(body: bytes, header: bytes | None) -> Inference:
    """Read a request.

    Args:
        body: all of it.
        header: of HTTP, the length of the JSON text; None where that is all.

    Raises:
        RefusedError: it is none.
    """
    size = len(body)
    if header is not None:
        if not header.isdigit() or len(header) > _DIGITS or int(header) > len(body):
            raise RefusedError(400, "Inference-Header-Content-Length: not within the body")
        size = int(header)
    content = parsed(body[:size])
    if not isinstance(content, dict):
        raise RefusedError(400, "expected an object with inputs")
    inputs, id = content.get("inputs"), content.get("id", "")
    if not isinstance(inputs, list) or not all(isinstance(one, dict) for one in inputs):
        raise RefusedError(400, "inputs: expected an array of tensors")
    if not isinstance(id, str):
        raise RefusedError(400, f"id: expected a text, found {kind_of(id)}")
    parameters = _parameters(content, "the request")
    if any(name.startswith("sequence_") for name in parameters):
        raise RefusedError(400, "sequences of this protocol are not kept; see /v1 for streams")
    wanted = _wanted(content["outputs"]) if "outputs" in content else None
    binary = parameters.get("binary_data_output") is True
    return Inference(id, inputs, wanted, binary, body[size:])


def _wanted(outputs: Any) -> dict[str, bool]:
    """Return the outputs that a request names, and whether each is to be binary."""
    found = {}
    for one in outputs if isinstance(outputs, list) else [None]:
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            raise RefusedError(400, "outputs: expected an array of objects with a name")
        parameters = _parameters(one, "an output")
        if parameters.get("classification"):
            raise RefusedError(400, "outputs: classification is not given; ask for label")
        found[one["name"]] = parameters.get("binary_data") is True
    return found


def _parameters(of: dict[str, Any], where: str) -> dict[str, Any]:
    found = of.get("parameters", {})
    if not isinstance(found, dict):
        raise RefusedError(400, f"parameters of {where}: expected an object")
    return found


def values_of(asked: Inference, kinds: Sequence[Tensor], most: int) -> list[Any]:
    """Return the items of a request, as JSON would have them, or arrays.

    Args:
        asked: the request.
        kinds: of inputs that the model takes, one of them in a request.
        most: items.

    Raises:
        RefusedError: a tensor is not one of those, or does not hold what it says.
    """
    names = " or ".join(kind.name for kind in kinds)
    if len(asked.inputs) != 1:
        raise RefusedError(400, f"{len(asked.inputs)} inputs; expected one, {names}")
    (given,) = asked.inputs
    name = given.get("name")
    kind = next((kind for kind in kinds if kind.name == name), None)
    if kind is None:
        hint = did_you_mean(str(name), [kind.name for kind in kinds])
        raise RefusedError(400, f"input {json.dumps(name):.60}: not known. {hint}")
    datatype, shape = given.get("datatype"), given.get("shape")
    allowed = ("BYTES",) if kind.datatype == "BYTES" else tuple(_FLOATS)
    if datatype not in allowed:
        raise RefusedError(400, f"{name}: datatype: expected {' or '.join(allowed)}")
    if not isinstance(shape, list) or not all(map(_is_size, shape)):
        raise RefusedError(
            400, f"{name}: shape: expected an array of whole numbers, 0 to {_LARGEST:,}"
        )
    shape = [int(n) for n in shape[:_MOST_AXES]]
    fits = len(shape) == len(kind.shape) and all(
        wanted in (-1, there) for wanted, there in zip(kind.shape, shape, strict=True)
    )
    if not fits:
        raise RefusedError(400, f"{name}: shape {shape}: expected {list(kind.shape)}")
    if shape[0] > most:
        raise RefusedError(422, f"{shape[0]:,} items; at most {most:,} in one request")
    size = int(np.prod(shape, dtype=object))
    if kind.datatype == "BYTES":
        texts = _texts(asked, given, size)
        return [{kind.key: text} for text in texts] if kind.key else list(texts)
    return list(_numbers(asked, given, size, _FLOATS[str(datatype)]).reshape(shape))


def response_of(
    asked: Inference,
    kinds: Sequence[Tensor],
    columns: Sequence[Sequence[Any]],
    said: dict[str, Any],
) -> tuple[bytes, int | None]:
    """Return a response's body, and the length of its JSON text where more stands behind.

    Args:
        asked: the request.
        kinds: of the outputs.
        columns: the contents of each.
        said: what else the JSON text says.

    Raises:
        RefusedError: an output is asked for that there is not.
    """
    named = {kind.name: (kind, column) for kind, column in zip(kinds, columns, strict=True)}
    wanted = dict.fromkeys(named, asked.binary) if asked.outputs is None else asked.outputs
    outputs, behind = [], []
    for name, binary in wanted.items():
        if name not in named:
            raise RefusedError(400, f"output {name:.60}: not known. {did_you_mean(name, named)}")
        kind, column = named[name]
        output: dict[str, Any] = {"name": name, "datatype": kind.datatype}
        if kind.datatype == "BYTES":
            output["shape"] = [len(column)]
            data: Any = list(column)
            raw = b"".join(_element(text) for text in column) if binary else b""
        else:
            array = np.asarray(column, np.float64).reshape(len(column), *kind.shape[1:])
            output["shape"] = list(array.shape)
            # what nobody knows is NaN, for which JSON has null
            data = [None if x != x else x for x in array.ravel().tolist()] if not binary else []
            raw = array.astype("<f8").tobytes() if binary else b""
        if binary:
            output["parameters"] = {"binary_data_size": len(raw)}
            behind.append(raw)
        else:
            output["data"] = data
        outputs.append(output)
    head = encoded_in_pieces(said | {"outputs": outputs})
    return b"".join([head, *behind]), len(head) if behind else None


def _is_size(n: Any) -> bool:
    whole = type(n) is int or (type(n) is float and n.is_integer())
    return whole and 0 <= n <= _LARGEST


def _raw(asked: Inference, given: dict[str, Any]) -> bytes | None:
    """Return the binary content of the one input; None where it has its data in JSON."""
    size = _parameters(given, "an input").get("binary_data_size")
    if size is None:
        if asked.behind:
            raise RefusedError(400, "there are bytes behind the JSON text that no input names")
        return None
    if type(size) is not int or size != len(asked.behind) or "data" in given:
        raise RefusedError(
            400,
            f"binary_data_size: expected {len(asked.behind)}, the bytes behind the JSON text, and "
            "no data beside it",
        )
    return asked.behind


def _texts(asked: Inference, given: dict[str, Any], size: int) -> list[str]:
    name, raw = given["name"], _raw(asked, given)
    if raw is None:
        data = _flat(given.get("data"), name)
        if len(data) != size or not all(isinstance(text, str) for text in data):
            raise RefusedError(400, f"{name}: data: expected {size} texts, as shape says")
        return data
    found: list[bytes] = []
    at = 0
    while at + 4 <= len(raw) and len(found) < size:
        (length,) = struct.unpack_from("<I", raw, at)
        if at + 4 + length > len(raw):
            break
        found.append(raw[at + 4 : at + 4 + length])
        at += 4 + length
    if at != len(raw) or len(found) != size:
        raise RefusedError(400, f"{name}: the bytes are not {size} elements with their lengths")
    try:
        return [element.decode("utf-8") for element in found]
    except UnicodeDecodeError:
        raise RefusedError(400, f"{name}: an element is not UTF-8") from None


def _numbers(asked: Inference, given: dict[str, Any], size: int, dtype: str) -> NDArray[Any]:
    name, raw = given["name"], _raw(asked, given)
    if raw is not None:
        if len(raw) != size * np.dtype(dtype).itemsize:
            raise RefusedError(400, f"{name}: {len(raw)} bytes are not what shape says")
        return np.frombuffer(raw, dtype).astype(np.float64)
    data = _flat(given.get("data"), name)
    if len(data) != size or not all(x is None or type(x) in (int, float) for x in data):
        raise RefusedError(400, f"{name}: data: expected {size} numbers, as shape says")
    try:
        return np.array([np.nan if x is None else x for x in data], np.float64)
    except OverflowError:
        raise RefusedError(400, f"{name}: data: a number is too large") from None


def _flat(given: Any, name: str) -> list[Any]:
    """Return the elements of data, which may be nested as the shape is."""
    if not isinstance(given, list):
        raise RefusedError(400, f"{name}: data: expected an array")
    data: list[Any] = given
    for _ in range(4):
        if not any(isinstance(one, list) for one in data):
            break
        if not all(isinstance(one, list) for one in data):
            raise RefusedError(400, f"{name}: data: some elements are arrays, and others are not")
        data = [element for one in data for element in one]
    return data


def _element(text: str) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")
    return struct.pack("<I", len(raw)) + raw
