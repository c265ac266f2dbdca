"""Read a model directory without trusting a byte of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from elman.artifact.manifest import (
    MANIFEST,
    READS,
    WEIGHTS,
    Artifact,
    Manifest,
    allowed,
    seal,
)
from elman.artifact.parts import Parts
from elman.artifact.plain import plain_bytes
from elman.artifact.weights import Shapes, read_weights
from elman.errors import ArtifactError, did_you_mean
from elman.schema import decode, parse

__all__ = ["is_ours", "is_part", "read"]


def is_ours(directory: Path) -> bool:
    """Say whether a directory holds a model of ours, good or damaged, that may be replaced."""
    return bool(_files(directory))


def is_part(path: Path) -> bool:
    """Say whether a path is that of a file that a model of ours consists of."""
    try:
        path = path.resolve()
    except (OSError, RuntimeError, ValueError):
        return False
    return path.name in _files(path.parent)


def _files(directory: Path) -> set[str]:
    """Return the files that a model says it has; none of what is no model of ours."""
    path = directory / MANIFEST
    try:
        model = parse(plain_bytes(path, allowed({})[MANIFEST]), str(path))
    except ArtifactError:
        return set()
    if not isinstance(model, dict) or not {"format", "task", "files"} <= set(model):
        return set()
    files = model["files"]
    return {MANIFEST, *(files if isinstance(files, dict) else ())}


def read(
    directory: Path,
    parts_of: Callable[[str], Mapping[str, int]],
    shapes_of: Callable[[dict[str, Any]], Shapes],
) -> Artifact:
    """Read and verify a model directory; its parts are read when they are asked for.

    Args:
        directory: of one model.
        parts_of: gives the files that a task of this name may have, with their largest sizes.
        shapes_of: gives the tensors that a network of this description has.

    Raises:
        ArtifactError: anything at all is not as it should be; the message names the file.
    """
    directory = Path(directory)
    try:
        found = "a file" if directory.exists() else "nothing"
        good = directory.is_dir()
    except (OSError, ValueError) as error:
        found, good = getattr(error, "strerror", None) or str(error), False
    if not good:
        raise ArtifactError(
            f"{directory}: expected a model directory made by `elman train`, found {found}."
        )
    manifest, sizes = _manifest(directory, parts_of)
    files = dict(manifest.files)
    weights = files.pop(WEIGHTS)
    shapes = shapes_of(manifest.network)
    tensors = read_weights(directory / WEIGHTS, weights, sizes[WEIGHTS], shapes)
    return Artifact(
        task=manifest.task,
        network=manifest.network,
        input=manifest.input,
        output=manifest.output,
        training=manifest.training,
        tensors=tensors,
        parts=Parts(directory, files, sizes),
        sha256=manifest.sha256,
    )


def _manifest(
    directory: Path, parts_of: Callable[[str], Mapping[str, int]]
) -> tuple[Manifest, dict[str, int]]:
    """Return what model.json says, and how large each file may be."""
    path = directory / MANIFEST
    content = parse(plain_bytes(path, allowed({})[MANIFEST]), str(path))
    version = content.get("format") if isinstance(content, dict) else None
    if isinstance(version, int) and not isinstance(version, bool) and version not in READS:
        raise ArtifactError(
            f"{path}: format {version} is not known to this version of elman, "
            f"which reads {', '.join(map(str, READS))}. Upgrade it: pip install --upgrade elman."
        )
    manifest = decode(Manifest, content, str(path))
    if manifest.sha256 != seal(content):
        raise ArtifactError(
            f"{path}: its sha256 is not that of its content: it was changed by "
            f"hand or damaged. Train again, or copy the whole model directory."
        )
    sizes = allowed(parts_of(manifest.task))
    for name in manifest.files:
        if name not in sizes or name == MANIFEST:
            known = [other for other in sizes if other != MANIFEST]
            raise ArtifactError(
                f"{path}: files: {json.dumps(name):.60} may not be in a model "
                f"directory. {did_you_mean(name, known)}"
            )
    if WEIGHTS not in manifest.files:
        raise ArtifactError(f"{path}: files: {WEIGHTS} is missing.")
    return manifest, sizes
