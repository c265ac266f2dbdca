"""Write a model directory whole, or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from elman.artifact.manifest import (
    FORMAT,
    MANIFEST,
    WEIGHTS,
    File,
    Manifest,
    allowed,
    json_bytes,
    seal,
)
from elman.errors import WorkError
from elman.files import remove, safely, sweep, sync_directory, write_beside
from elman.schema import encode

__all__ = ["write"]


def write(
    directory: Path,
    *,
    task: str,
    network: dict[str, Any],
    input: dict[str, Any],
    output: dict[str, Any],
    training: dict[str, Any],
    tensors: Mapping[str, NDArray[np.float32]],
    parts: Mapping[str, object],
    allowed_parts: Mapping[str, int],
    known_parts: Collection[str] = (),
) -> None:
    """Write a model directory; a model that was there stays whole until the new one is on disk.

    Args:
        directory: made if it is not there.
        task: name of the task.
        network: the `NetworkSpec`, encoded.
        input: how items become steps, as the task has it.
        output: what logits mean, as the task has it.
        training: where the model comes from: versions, options, seed.
        tensors: float32 weights by name.
        parts: JSON values (text for `report.html`) by file name.
        allowed_parts: those that this kind of model may have, with their largest sizes.
        known_parts: those that any kind has; what an earlier model left of them is removed.

    Raises:
        WorkError: the disk is full or not writable, or a weight is not finite. The message says
            what is safe.
    """
    sizes = allowed(allowed_parts)
    contents = {WEIGHTS: _weights_bytes(tensors)}
    for name, value in parts.items():
        if name not in sizes or name in (MANIFEST, WEIGHTS):
            raise ValueError(f"{name!r} is not the name of a part; expected {', '.join(sizes)}")
        html = name.endswith(".html")
        contents[name] = str(value).encode() if html else json_bytes(name, value)
    files = {
        name: File(hashlib.sha256(data).hexdigest(), len(data)) for name, data in contents.items()
    }
    manifest = encode(Manifest(FORMAT, task, network, input, output, training, files, ""))
    manifest["sha256"] = seal(manifest)
    contents[MANIFEST] = json_bytes(MANIFEST, manifest, indent=2)
    for name, data in contents.items():
        if len(data) > sizes[name]:
            raise WorkError(f"{name} would have {len(data)} bytes, more than {sizes[name]}.")
    with safely(directory, f"A model that was in {directory} before is untouched."):
        directory.mkdir(parents=True, exist_ok=True)
    sweep(directory, sizes.keys() | set(known_parts))
    waiting: dict[Path, Path] = {}
    try:
        for name, data in contents.items():
            path = directory / name
            with safely(path, f"A model that was in {directory} before is untouched."):
                waiting[path] = write_beside(path, data)
        for path, temporary in waiting.items():
            with safely(path, f"{directory} holds no whole model now; save it again."):
                os.replace(temporary, path)
    finally:
        remove(*waiting.values())
    with safely(directory, "The model is written, but may not survive a power cut."):
        sync_directory(directory)
        remove(*(directory / name for name in (sizes.keys() | set(known_parts)) - contents.keys()))


def _weights_bytes(tensors: Mapping[str, NDArray[np.float32]]) -> bytes:
    for name, tensor in tensors.items():
        if tensor.dtype != np.float32 or not np.isfinite(tensor).all():
            raise WorkError(
                f'tensor "{name}" cannot be saved: expected finite float32, found '
                f"{tensor.dtype}{'' if tensor.dtype != np.float32 else ' with NaN or infinity'}. "
                f"Training diverged? Try a smaller learning rate."
            )
    ordered = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    data: bytes = safetensors.numpy.save(ordered)
    return data
