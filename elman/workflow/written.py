"""What a command writes: a model in its directory, or a file, which is none that it reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from elman import artifact, tasks
from elman.artifact import Artifact
from elman.data.unread import check_unread
from elman.errors import OptionError
from elman.files import check_target

__all__ = ["check_written", "save"]


def check_written(option: str, path: Path, *read: Any) -> None:
    """Refuse a file that could not or must not be written, before there is anything to write.

    Args:
        option: that names it.
        path: the file.
        *read: files, folders, patterns and addresses that the same command reads.

    Raises:
        OptionError: it cannot be written, is one of those read, or is part of a model.
    """
    check_unread(option, path, *read)
    if artifact.is_part(path):
        raise OptionError(
            f"{option} {path} is part of a model, which would be damaged; name another file"
        )
    check_target(option, path)


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
