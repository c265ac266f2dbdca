"""Files of a model directory as the system sees them: plain ones, of a bounded size.

But: no link is followed, nothing is waited for, and no device is opened.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from elman.artifact.manifest import MANIFEST, File
from elman.errors import ArtifactError

__all__ = ["plain_bytes", "plain_size", "verified"]

# Should the file change between look and opening; Windows has neither.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_FLAGS |= getattr(os, "O_BINARY", 0)


def plain_size(path: Path, largest: int) -> int:
    """Return the bytes of a plain file.

    Raises:
        ArtifactError: it is missing, cannot be reached, is something else, or is too large.
    """
    with _faults(path):
        status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        kind = "a link" if stat.S_ISLNK(status.st_mode) else "no file"
        raise ArtifactError(
            f"{path}: expected a plain file, found {kind}. Copy the file itself here."
        )
    if status.st_size > largest:
        raise ArtifactError(f"{path}: {status.st_size} bytes, more than the {largest} it may have.")
    return status.st_size


def plain_bytes(path: Path, largest: int) -> bytes:
    """Read a plain file, and no more of it than it may have.

    Raises:
        ArtifactError: as of `plain_size`.
    """
    size = plain_size(path, largest)
    with _faults(path), open(os.open(path, _FLAGS), "rb") as file:
        return file.read(size)


def verified(path: Path, entry: File, largest: int) -> bytes:
    """Read a file, and hold it against what model.json says of it.

    Raises:
        ArtifactError: as of `plain_size`, or it is another file.
    """
    data = plain_bytes(path, largest)
    remedy = f"The file and {MANIFEST} do not belong together: copy the whole model again."
    if len(data) != entry.bytes:
        raise ArtifactError(
            f"{path}: {len(data)} bytes, but {MANIFEST} says {entry.bytes}. {remedy}"
        )
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        raise ArtifactError(f"{path}: its sha256 is not the one in {MANIFEST}. {remedy}")
    return data


@contextlib.contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise ArtifactError(
            f"{path}: missing. Train again, or copy the whole model directory."
        ) from None
    # ValueError: a name with a NUL byte
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ArtifactError(f"{path}: cannot be read ({why or error}).") from error
