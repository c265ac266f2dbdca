"""A model as a directory, and as arrays and JSON: the two ways in which an estimator is kept."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

from elman import artifact, tasks
from elman.artifact import Artifact
from elman.errors import OptionError
from elman.runtime.model import Model
from elman.workflow.written import save

__all__ = ["model_of", "plain", "write"]


def plain(model: Model) -> dict[str, Any]:
    """Return all of a model as arrays and JSON values, which is what a pickle of it holds."""
    fields = {f.name: getattr(model.info, f.name) for f in dataclasses.fields(model.info)}
    return fields | {"parts": dict(model.info.parts)}


def model_of(state: dict[str, Any]) -> Model:
    """Build the model again.

    Raises:
        ArtifactError: its parts do not fit together.
    """
    return Model.of(Artifact(**state), tasks.named(state["task"]).codec)


def write(model: Model, directory: str | os.PathLike[str], memo: dict[str, Any]) -> None:
    """Write a model directory, as `elman train` does.

    Args:
        model: what is written.
        directory: made if it is not there; a model of ours in it is replaced.
        memo: parts beside those of the model, by their files' names.

    Raises:
        OptionError: the directory holds something else.
        WorkError: it cannot be written.
    """
    place = Path(directory)
    if place.is_dir() and any(place.iterdir()) and not artifact.is_ours(place):
        raise OptionError(
            f"{place} holds other files and no model; nothing was touched. Name a new or empty "
            "directory."
        )
    save(dataclasses.replace(model.info, parts={**model.info.parts, **memo}), place)
