"""Read a model directory without trusting a byte of it."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from elman.artifact.manifest import (
    MANIFEST,
    READS,
    WEIGHTS,
    Artifact,
    File,
    Manifest,
    allowed,
    seal,
)
from elman.errors import ArtifactError, did_you_mean
from elman.schema import decode, parse

__all__ = ["is_ours", "read"]

LARGEST_HEADER = 2**20
"""Bytes of a safetensors header; ours have a few kilobytes."""


def is_ours(directory: Path) -> bool:
    """Say whether a directory holds a model of ours, good or damaged, that may be replaced."""
    try:
        model = json.loads((directory / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(model, dict) and {"format", "task", "files"} <= set(model)


def read(directory: Path, parts_of: Callable[[str], Mapping[str, int]]) -> Artifact:
    """Read and verify a model directory.

    Args:
        directory: of one model.
        parts_of: gives the files that a task of this name may have, with their largest sizes.

    Raises:
        ArtifactError: anything at all is not as it should be; the message names the file.
    """
    directory = Path(directory)
    if not directory.is_dir():
        raise ArtifactError(
            f"{directory}: expected a model directory made by `elman train`, "
            f"found {'a file' if directory.exists() else 'nothing'}."
        )
    manifest, sizes = _manifest(directory, parts_of)
    contents = {
        name: _verified(directory, name, entry, sizes[name])
        for name, entry in manifest.files.items()
    }
    tensors = _tensors(directory / WEIGHTS, contents.pop(WEIGHTS))
    parts = {name: _part(directory / name, data) for name, data in contents.items()}
    return Artifact(
        task=manifest.task,
        network=manifest.network,
        input=manifest.input,
        output=manifest.output,
        training=manifest.training,
        tensors=tensors,
        parts=parts,
    )


def _manifest(
    directory: Path, parts_of: Callable[[str], Mapping[str, int]]
) -> tuple[Manifest, dict[str, int]]:
    """Return what model.json says, and how large each file may be."""
    content = parse(_bytes(directory, MANIFEST, allowed({})[MANIFEST]), str(directory / MANIFEST))
    version = content.get("format") if isinstance(content, dict) else None
    if isinstance(version, int) and not isinstance(version, bool) and version not in READS:
        raise ArtifactError(
            f"{directory / MANIFEST}: format {version} is not known to this version of elman, "
            f"which reads {', '.join(map(str, READS))}. Upgrade it: pip install --upgrade elman."
        )
    manifest = decode(Manifest, content, str(directory / MANIFEST))
    if manifest.sha256 != seal(content):
        raise ArtifactError(
            f"{directory / MANIFEST}: its sha256 is not that of its content: it was changed by "
            f"hand or damaged. Train again, or copy the whole model directory."
        )
    sizes = allowed(parts_of(manifest.task))
    for name in manifest.files:
        if name not in sizes or name == MANIFEST:
            known = [other for other in sizes if other != MANIFEST]
            raise ArtifactError(
                f"{directory / MANIFEST}: files: {json.dumps(name)} may not be in a model "
                f"directory. {did_you_mean(name, known)}"
            )
    if WEIGHTS not in manifest.files:
        raise ArtifactError(f"{directory / MANIFEST}: files: {WEIGHTS} is missing.")
    return manifest, sizes


def _bytes(directory: Path, name: str, largest: int) -> bytes:
    """Read a file of the directory itself: no link, no device, not beyond its largest size."""
    path = directory / name
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a link" if stat.S_ISLNK(status.st_mode) else "no file"
            raise ArtifactError(
                f"{path}: expected a plain file, found {kind}. Copy the file itself here."
            )
        if status.st_size > largest:
            raise ArtifactError(
                f"{path}: {status.st_size} bytes, more than the {largest} it may have."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise ArtifactError(
            f"{path}: missing. Train again, or copy the whole model directory."
        ) from None
    except OSError as error:
        raise ArtifactError(f"{path}: cannot be read ({error.strerror or error}).") from error


def _verified(directory: Path, name: str, entry: File, largest: int) -> bytes:
    data = _bytes(directory, name, largest)
    remedy = f"The file and {MANIFEST} do not belong together: copy the whole model again."
    if len(data) != entry.bytes:
        raise ArtifactError(
            f"{directory / name}: {len(data)} bytes, but {MANIFEST} says {entry.bytes}. {remedy}"
        )
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        raise ArtifactError(
            f"{directory / name}: its sha256 is not the one in {MANIFEST}. {remedy}"
        )
    return data


def _tensors(path: Path, data: bytes) -> dict[str, NDArray[np.float32]]:
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(LARGEST_HEADER, len(data) - 8):
        raise ArtifactError(
            f"{path}: its header claims {length} bytes; expected at most {LARGEST_HEADER}, "
            f"within a file of {len(data)}."
        )
    header = parse(data[8 : 8 + length], f"{path}: header")
    for name, entry in header.items() if isinstance(header, dict) else ():
        dtype = entry.get("dtype") if isinstance(entry, dict) else None
        if name != "__metadata__" and dtype != "F32":
            raise ArtifactError(f'{path}: tensor "{name}" must be F32, found {dtype}.')
    try:
        tensors: dict[str, NDArray[np.float32]] = safetensors.numpy.load(data)
    except (SafetensorError, ValueError) as error:
        raise ArtifactError(f"{path}: not a safetensors file ({error}).") from error
    for name, tensor in tensors.items():
        if not np.isfinite(tensor).all():
            raise ArtifactError(f'{path}: tensor "{name}" holds NaN or infinity.')
    return tensors


def _part(path: Path, data: bytes) -> Any:
    if path.suffix == ".json":
        return parse(data, str(path))
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ArtifactError(f"{path}: not UTF-8 ({error}).") from None
