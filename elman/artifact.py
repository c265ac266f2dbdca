"""The model directory: written whole or not at all, and read without trusting a byte of it.

    model.json            closed schema: format, task, network, input, output, training, files
    weights.safetensors   float32 tensors
    vocabulary.json, metrics.json, report.html    parts, from an allow-list

`files` in model.json holds size and sha256 of every other file, and `sha256` that of model.json's
own content. model.json is written last, so a directory without it, or with one that does not match,
is no model.

But: no pickle, no code, no import path and no file path is ever taken from a model directory. The
hashes find damage; they do not prove who wrote the model.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from elman.errors import ArtifactError, WorkError, did_you_mean
from elman.files import remove, safely, sync_directory, write_beside
from elman.schema import decode, encode, parse

__all__ = ["Artifact", "decode", "encode", "is_ours", "read", "write"]

FORMAT = 1
"""The version that is written. It grows when an older elman could misread a newer directory."""

READS = (1,)

MANIFEST = "model.json"
WEIGHTS = "weights.safetensors"
MIB = 2**20
LARGEST = {
    MANIFEST: MIB,
    WEIGHTS: 4096 * MIB,
    "vocabulary.json": 64 * MIB,
    "metrics.json": 16 * MIB,
    "report.html": 64 * MIB,
}
"""The files a model directory may name, and the bytes each may have. There are no others."""

LARGEST_HEADER = MIB
"""Bytes of a safetensors header; ours have a few kilobytes."""


@dataclass(frozen=True)
class Artifact:
    """What a model directory says. `network`, `input` and `output` are for their owners to decode.

    `parts` has the content of each part by its file's name: JSON values, and text for `.html`.
    """

    task: str
    network: dict[str, Any]
    input: dict[str, Any]
    output: dict[str, Any]
    training: dict[str, Any]
    tensors: dict[str, NDArray[np.float32]] = field(repr=False)
    parts: dict[str, Any] = field(repr=False)

    def part(self, name: str) -> Any:
        """Return a part that this kind of model cannot do without.

        Raises:
            ArtifactError: the directory has no such part.
        """
        if name not in self.parts:
            raise ArtifactError(f'{MANIFEST}: files: "{name}" is missing; a {self.task} needs it.')
        return self.parts[name]


@dataclass(frozen=True)
class _File:
    sha256: str
    bytes: int


@dataclass(frozen=True)
class _Manifest:
    """model.json, key for key."""

    format: int
    task: str
    network: dict[str, Any]
    input: dict[str, Any]
    output: dict[str, Any]
    training: dict[str, Any]
    files: dict[str, _File]
    sha256: str
    """Of all the other keys, see `_seal`."""


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

    Raises:
        WorkError: the disk is full or not writable, or a weight is not finite. The message says
            what is safe.
    """
    contents = {WEIGHTS: _weights_bytes(tensors)}
    for name, value in parts.items():
        contents[name] = _part_bytes(name, value)
    files = {
        name: _File(hashlib.sha256(data).hexdigest(), len(data)) for name, data in contents.items()
    }
    manifest = encode(_Manifest(FORMAT, task, network, input, output, training, files, ""))
    manifest["sha256"] = _seal(manifest)
    contents[MANIFEST] = _json_bytes(MANIFEST, manifest, indent=2)
    for name, data in contents.items():
        if len(data) > LARGEST[name]:
            raise WorkError(f"{name} would have {len(data)} bytes, more than {LARGEST[name]}.")
    with safely(directory, f"A model that was in {directory} before is untouched."):
        directory.mkdir(parents=True, exist_ok=True)
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
        remove(*(directory / name for name in LARGEST.keys() - contents.keys()))


def is_ours(directory: Path) -> bool:
    """Say whether a directory holds a model of ours, good or damaged, that may be replaced."""
    try:
        model = json.loads((directory / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(model, dict) and {"format", "task", "files"} <= set(model)


def read(directory: Path) -> Artifact:
    """Read and verify a model directory.

    Raises:
        ArtifactError: anything at all is not as it should be; the message names the file.
    """
    directory = Path(directory)
    if not directory.is_dir():
        raise ArtifactError(
            f"{directory}: expected a model directory made by `elman train`, "
            f"found {'a file' if directory.exists() else 'nothing'}."
        )
    manifest = _manifest(directory)
    contents = {name: _verified(directory, name, entry) for name, entry in manifest.files.items()}
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


def _part_bytes(name: str, value: object) -> bytes:
    if name not in LARGEST or name in (MANIFEST, WEIGHTS):
        raise ValueError(f"{name!r} is not the name of a part; see LARGEST")
    if name.endswith(".html"):
        return str(value).encode()
    return _json_bytes(name, value)


def _json_bytes(
    name: str, value: object, *, indent: int | None = None, sort_keys: bool = False
) -> bytes:
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, indent=indent, sort_keys=sort_keys
        )
    except (TypeError, ValueError) as error:
        raise WorkError(f"{name} cannot be written as JSON: {error}.") from error
    # A lone surrogate has no UTF-8; its backslash escape is just what JSON wants.
    return text.encode("utf-8", "backslashreplace")


def _seal(manifest: dict[str, Any]) -> str:
    """sha256 of model.json without the key `sha256`, keys sorted, whatever its white space."""
    content = {key: value for key, value in manifest.items() if key != "sha256"}
    data = _json_bytes(MANIFEST, content, sort_keys=True)
    return hashlib.sha256(data).hexdigest()


def _manifest(directory: Path) -> _Manifest:
    content = parse(_bytes(directory, MANIFEST), str(directory / MANIFEST))
    version = content.get("format") if isinstance(content, dict) else None
    if isinstance(version, int) and not isinstance(version, bool) and version not in READS:
        raise ArtifactError(
            f"{directory / MANIFEST}: format {version} is not known to this version of elman, "
            f"which reads {', '.join(map(str, READS))}. Upgrade it: pip install --upgrade elman."
        )
    manifest = decode(_Manifest, content, str(directory / MANIFEST))
    if manifest.sha256 != _seal(content):
        raise ArtifactError(
            f"{directory / MANIFEST}: its sha256 is not that of its content: it was changed by "
            f"hand or damaged. Train again, or copy the whole model directory."
        )
    for name in manifest.files:
        if name not in LARGEST or name == MANIFEST:
            allowed = [known for known in LARGEST if known != MANIFEST]
            raise ArtifactError(
                f"{directory / MANIFEST}: files: {json.dumps(name)} may not be in a model "
                f"directory. {did_you_mean(name, allowed)}"
            )
    if WEIGHTS not in manifest.files:
        raise ArtifactError(f"{directory / MANIFEST}: files: {WEIGHTS} is missing.")
    return manifest


def _bytes(directory: Path, name: str) -> bytes:
    """Read a file of the directory itself: no link, no device, not beyond its largest size."""
    path = directory / name
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a link" if stat.S_ISLNK(status.st_mode) else "no file"
            raise ArtifactError(
                f"{path}: expected a plain file, found {kind}. Copy the file itself here."
            )
        if status.st_size > LARGEST[name]:
            raise ArtifactError(
                f"{path}: {status.st_size} bytes, more than the {LARGEST[name]} it may have."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise ArtifactError(
            f"{path}: missing. Train again, or copy the whole model directory."
        ) from None
    except OSError as error:
        raise ArtifactError(f"{path}: cannot be read ({error.strerror or error}).") from error


def _verified(directory: Path, name: str, entry: _File) -> bytes:
    data = _bytes(directory, name)
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
