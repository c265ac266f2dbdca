"""weights.safetensors: held against what the network asks for before it is read, and after."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from elman.artifact.manifest import File
from elman.artifact.plain import plain_size, verified
from elman.errors import ArtifactError
from elman.schema import parse

__all__ = ["Shapes", "fit", "read_weights"]

Shapes = Mapping[str, tuple[int, ...]]
"""Of tensors, by name."""

LARGEST_HEADER = 2**20
"""Bytes of a safetensors header; ours have a few kilobytes."""


def read_weights(
    path: Path, entry: File, largest: int, shapes: Shapes
) -> dict[str, NDArray[np.float32]]:
    """Read the tensors of exactly these shapes.

    A file that has other bytes than these tensors and a header can have is refused unread.

    Raises:
        ArtifactError: the file is not as it should be.
    """
    size, wanted = plain_size(path, largest), 4 * sum(map(math.prod, shapes.values()))
    if not 8 <= size - wanted <= 8 + LARGEST_HEADER:
        raise ArtifactError(
            f"{path}: {size} bytes, but the network in model.json has tensors of {wanted}, beside "
            f"a header of at most {LARGEST_HEADER}. Copy the whole model again."
        )
    data = verified(path, entry, largest)
    length = int.from_bytes(data[:8], "little")
    if length > min(LARGEST_HEADER, len(data) - 8):
        raise ArtifactError(
            f"{path}: its header claims {length} bytes; expected at most {LARGEST_HEADER}, "
            f"within a file of {len(data)}."
        )
    header = parse(data[8 : 8 + length], f"{path}: header")
    fit(shapes, _described(header, path), f"{path}: ")
    try:
        tensors: dict[str, NDArray[np.float32]] = safetensors.numpy.load(data)
    except (SafetensorError, ValueError) as error:
        raise ArtifactError(f"{path}: not a safetensors file ({error}).") from error
    for name, tensor in tensors.items():
        if not np.isfinite(tensor).all():
            raise ArtifactError(f'{path}: tensor "{name}" holds NaN or infinity.')
    return tensors


def fit(wanted: Shapes, found: Shapes, where: str = "") -> None:
    """Refuse tensors that are not exactly those of the network.

    Raises:
        ArtifactError: one is missing, has another shape, or belongs to none.
    """
    for name, shape in wanted.items():
        if name not in found:
            raise ArtifactError(
                f'{where}tensor "{name}" is missing; the network needs it with {shape}.'
            )
        if found[name] != shape:
            raise ArtifactError(
                f'{where}tensor "{name}": expected float32 of shape {shape}, '
                f"found float32 of shape {found[name]!s:.60}."
            )
    if unknown := sorted(found.keys() - wanted.keys()):
        known = ", ".join([*wanted][:12]) + (", …" if len(wanted) > 12 else "")
        raise ArtifactError(
            f'{where}tensor "{unknown[0]:.60}" does not belong to this network. '
            f"Expected only: {known}."
        )


def _described(header: object, path: Path) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every tensor that a header describes."""
    shapes = {}
    for name, entry in header.items() if isinstance(header, dict) else ():
        if name == "__metadata__":
            continue
        dtype = entry.get("dtype") if isinstance(entry, dict) else None
        if dtype != "F32":
            raise ArtifactError(f'{path}: tensor "{name:.60}" must be F32, found {dtype!s:.60}.')
        shape = entry.get("shape")
        if not isinstance(shape, list) or not all(type(n) is int for n in shape):
            raise ArtifactError(f'{path}: tensor "{name:.60}" has no shape.')
        shapes[name] = tuple(shape)
    return shapes
