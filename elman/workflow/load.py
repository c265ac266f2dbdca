"""From a model directory to a model that answers; imports neither torch nor scikit-learn."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from elman import artifact, native, tasks
from elman.errors import ArtifactError, did_you_mean
from elman.runtime import kinds
from elman.runtime.model import Model

__all__ = ["load", "model_from"]

_log = logging.getLogger("elman.model")


def load(directory: str | Path) -> Model:
    """Load a saved model; imports neither torch nor scikit-learn.

    Raises:
        ArtifactError: the directory is damaged, foreign or hostile; the message names the file.
    """
    path = Path(directory)

    def parts_of(task: str) -> Mapping[str, int]:
        if task not in tasks.names():
            raise ArtifactError(
                f'{directory}: model.json: task "{task:.60}" is unknown to this version of elman. '
                f"{did_you_mean(task, tasks.names())}"
            )
        return tasks.named(task).parts

    def shapes_of(network: dict[str, Any]) -> artifact.Shapes:
        return kinds.shapes_of(kinds.spec_of(network))

    saved = artifact.read(path, parts_of, shapes_of)
    model = Model.of(saved, tasks.named(saved.task).codec, path)
    network, kernels = model.network.spec, native.missing()
    _log.info(
        "%s: %s, %s of %d units; runs on %s",
        directory,
        saved.task,
        network.cell,
        network.hidden_size,
        f"numpy ({kernels})" if kernels else f"C++ kernels ({native.isa()})",
    )
    return model


def model_from(model: Model | str | Path) -> Model:
    """Return a model that may be given as its directory."""
    return load(model) if isinstance(model, (str, Path)) else model
