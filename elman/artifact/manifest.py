"""model.json key for key, its seal, and which files a model directory may have."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.errors import ArtifactError, WorkError

__all__ = [
    "FORMAT",
    "HELD_OUT",
    "MANIFEST",
    "READS",
    "REPORT",
    "WEIGHTS",
    "Artifact",
    "File",
    "Manifest",
    "allowed",
    "json_bytes",
    "seal",
]

FORMAT = 1
"""The version that is written. It grows when an older elman could misread a newer directory."""

READS = (1,)

MANIFEST = "model.json"
WEIGHTS = "weights.safetensors"
HELD_OUT = "held_out.json"
"""The rows that training held out, by column: their truth, the answers, what drift compares."""
REPORT = "report.html"
"""A page about the model, for people."""
MIB = 2**20

_SHARED = {
    MANIFEST: MIB,
    WEIGHTS: 4096 * MIB,
    "metrics.json": 16 * MIB,
    HELD_OUT: 64 * MIB,
    REPORT: 64 * MIB,
}
"""The files that any model directory may have, and the bytes of each."""


def allowed(parts: Mapping[str, int]) -> dict[str, int]:
    """Return the files a directory may name, with their largest sizes: there are no others.

    Args:
        parts: the task's own.
    """
    return _SHARED | dict(parts)


@dataclass(frozen=True)
class Artifact:
    """What a model directory says. `network`, `input` and `output` are for their owners to decode.

    `parts` has the content of each part by its file's name: JSON values, and text for `.html`. Of a
    directory they are read, and may be refused, when they are asked for.
    """

    task: str
    network: dict[str, Any]
    input: dict[str, Any]
    output: dict[str, Any]
    training: dict[str, Any]
    tensors: dict[str, NDArray[np.float32]] = field(repr=False)
    parts: Mapping[str, Any] = field(repr=False)
    sha256: str = ""
    """Of a model directory, which it names; of what was never one there is none."""

    def part(self, name: str) -> Any:
        """Return a part that this kind of model cannot do without.

        Raises:
            ArtifactError: the directory has no such part, or a damaged one.
        """
        if name not in self.parts:
            raise ArtifactError(f'{MANIFEST}: files: "{name}" is missing; a {self.task} needs it.')
        return self.parts[name]


@dataclass(frozen=True)
class File:
    """What model.json says of another file."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """model.json, key for key."""

    format: int
    task: str
    network: dict[str, Any]
    input: dict[str, Any]
    output: dict[str, Any]
    training: dict[str, Any]
    files: dict[str, File]
    sha256: str
    """Of all the other keys, see `seal`."""


def seal(manifest: dict[str, Any]) -> str:
    """Return the sha256 of model.json without `sha256`, keys sorted, whatever its white space."""
    content = {key: value for key, value in manifest.items() if key != "sha256"}
    data = json_bytes(MANIFEST, content, sort_keys=True)
    return hashlib.sha256(data).hexdigest()


def json_bytes(
    name: str, value: object, *, indent: int | None = None, sort_keys: bool = False
) -> bytes:
    """Return a JSON value as the bytes of a file.

    Raises:
        WorkError: it holds NaN, infinity or something that is no JSON; the message has the name.
    """
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, indent=indent, sort_keys=sort_keys
        )
    except (TypeError, ValueError) as error:
        raise WorkError(f"{name} cannot be written as JSON: {error}.") from error
    # A lone surrogate has no UTF-8; its backslash escape is just what JSON wants.
    return text.encode("utf-8", "backslashreplace")
