"""A model as it is written to its directory, whoever changed what of it."""

from __future__ import annotations

from pathlib import Path

from elman import artifact, tasks
from elman.artifact import Artifact

__all__ = ["save"]


def save(saved: Artifact, directory: Path) -> None:
    """Write all that an artifact describes; what lay there before gives way as a whole.

    Raises:
        WorkError: the directory cannot be written; a model in it is whole.
    """
    artifact.write(
        directory,
        task=saved.task,
        network=saved.network,
        input=saved.input,
        output=saved.output,
        training=saved.training,
        tensors=saved.tensors,
        parts=saved.parts,
        allowed_parts=tasks.named(saved.task).parts,
        known_parts=[part for name in tasks.names() for part in tasks.named(name).parts],
    )
