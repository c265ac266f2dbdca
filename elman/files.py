"""Files written whole or not at all; the system's errors become ones that name the file."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

from elman.errors import WorkError

__all__ = ["atomic_write", "remove", "safely", "spool", "sync_directory", "write_beside", "writing"]


def atomic_write(path: Path, data: bytes) -> None:
    """Put `data` at `path` so that, whatever happens, there is the old file or the new one.

    Raises:
        WorkError: the disk is full or not writable; the file that was there is untouched.
    """
    with safely(path, "What was there before is untouched."):
        temporary = write_beside(path, data)
        try:
            os.replace(temporary, path)
        finally:
            remove(temporary)
        sync_directory(path.parent)


@contextlib.contextmanager
def spool(path: Path) -> Iterator[IO[str]]:
    """Open a text file that takes its name when it is whole; until then it lies beside it.

    Raises:
        WorkError: it cannot be written.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with safely(path), open(partial, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with safely(path):
            os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Open a file of numbers to write, in a folder that is made if it is missing.

    Raises:
        WorkError: it cannot be written.
    """
    with safely(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            yield file


@contextlib.contextmanager
def safely(path: Path, still_safe: str = "") -> Iterator[None]:
    """Turn the system's error into one that names the file and says what is still safe."""
    try:
        yield
    except BrokenPipeError:
        raise  # of standard output, not of this file
    except OSError as error:
        raise WorkError(
            f"{path}: could not be written ({error.strerror or error}). "
            f"{still_safe}{' ' if still_safe else ''}"
            "Free some space or choose a directory you may write to, and run again."
        ) from error


def write_beside(path: Path, data: bytes) -> Path:
    """Write and sync a temporary file in the directory of `path`; nothing is left on failure."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        remove(temporary)
        raise
    return temporary


def remove(*paths: Path) -> None:
    """Remove what is there, without complaint about what is not."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()


def sync_directory(directory: Path) -> None:
    """Make renames survive a power cut; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
