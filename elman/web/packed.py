"""A saved model inside a page: everything that the script's runtime needs, as one JSON value.

Weights are 32-bit floats, 16-bit floats, or bytes with a scale for each row (first axis) of a
tensor: w ≈ byte · scale. What the smaller forms cost is measured by whoever asks for them.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from elman.artifact import Artifact

__all__ = ["PRECISIONS", "Precision", "packed", "rounded", "unpacked"]

Precision = Literal["int8", "float16", "float32"]
PRECISIONS: tuple[Precision, ...] = ("int8", "float16", "float32")
"""From the smallest."""


@dataclass(frozen=True)
class _Form:
    """One tensor as bytes, and the floats that the page makes of them."""

    data: bytes
    floats: NDArray[np.float32]


def packed(saved: Artifact, precision: Precision, parts: Iterable[str]) -> dict[str, Any]:
    """Return a model as a page holds it.

    Args:
        saved: the model.
        precision: of its weights.
        parts: the files of its directory that its answers need; those it lacks are left out.

    Returns:
        `task`, `network`, `input` and `output` as in model.json; `parts` by file name; `tensors`
        with name, shape and offset in bytes; `precision`; and all bytes in base64 (little-endian):
        of int8, the scales of the rows (float32) before the bytes of a tensor, which are padded to
        a multiple of four.
    """
    tensors, chunks, offset = [], [], 0
    # in this order, for of a file they come in any, and a page should be the same each time
    for name, tensor in sorted(saved.tensors.items()):
        data = _form(tensor, precision).data
        tensors.append({"name": name, "shape": list(tensor.shape), "offset": offset})
        chunks.append(data)
        offset += len(data)
    return {
        "task": saved.task,
        "network": saved.network,
        "input": saved.input,
        "output": saved.output,
        "parts": {name: saved.parts[name] for name in parts if name in saved.parts},
        "precision": precision,
        "tensors": tensors,
        "weights": base64.b64encode(b"".join(chunks)).decode(),
    }


def rounded(saved: Artifact, precision: Precision) -> Artifact:
    """Return the model as a page with weights of this precision computes it."""
    forms: Mapping[str, NDArray[np.float32]] = {
        name: _form(tensor, precision).floats for name, tensor in saved.tensors.items()
    }
    return replace(saved, tensors=dict(forms))


def unpacked(held: Mapping[str, Any]) -> Artifact:
    """Return what `packed` packed: the model as a page computes it."""
    data, precision = base64.b64decode(held["weights"]), held["precision"]
    return Artifact(
        task=held["task"],
        network=held["network"],
        input=held["input"],
        output=held["output"],
        training={},
        tensors={
            one["name"]: _floats(data, one["offset"], tuple(one["shape"]), precision)
            for one in held["tensors"]
        },
        parts=held["parts"],
    )


def _floats(
    data: bytes, offset: int, shape: tuple[int, ...], precision: Precision
) -> NDArray[np.float32]:
    size = math.prod(shape)
    if precision != "int8":
        form = "<f4" if precision == "float32" else "<f2"
        return np.frombuffer(data, form, size, offset).astype(np.float32).reshape(shape)
    rows = shape[0] if len(shape) > 1 else 1
    scale = np.frombuffer(data, "<f4", rows, offset)[:, None]
    whole = np.frombuffer(data, np.int8, size, offset + scale.nbytes)
    floats: NDArray[np.float32] = whole.reshape(rows, -1).astype(np.float32) * scale
    return floats.reshape(shape)


def _form(tensor: NDArray[np.float32], precision: Precision) -> _Form:
    if precision == "float32":
        return _Form(tensor.astype("<f4").tobytes(), tensor)
    if precision == "float16":
        half = tensor.astype("<f2")
        if not np.isfinite(half).all():  # beyond 65,504: a page would compute with infinity
            half = np.clip(tensor, -65504, 65504).astype("<f2")
        return _Form(_padded(half.tobytes()), half.astype(np.float32))
    rows = tensor.reshape(len(tensor), -1) if tensor.ndim > 1 else tensor.reshape(1, -1)
    largest = np.abs(rows).max(axis=1, initial=0.0)
    scale = np.where(largest > 0, largest / 127, 1).astype("<f4")[:, None]
    whole = np.rint(rows / scale).astype(np.int8)
    floats = (whole.astype(np.float32) * scale).reshape(tensor.shape)
    return _Form(scale.tobytes() + _padded(whole.tobytes()), floats)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
