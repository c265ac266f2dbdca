"""Files written whole or not at all; the system's errors become ones that name the file.

Until a file is whole it lies beside its name as `.NAME.PID.PLACE.TOKEN.tmp`. What a process left
that was killed goes when somebody writes that file again; what belongs to a living process stays.
Of a process of another machine, or container, nobody can tell whether it lives: what is not from
this place (`_here`) goes when nobody has written to it for a day.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO

from elman.errors import OptionError, WorkError

__all__ = [
    "atomic_write",
    "beside",
    "check_target",
    "copying",
    "remove",
    "replacing",
    "safely",
    "spool",
    "sweep",
    "sync_directory",
    "write_beside",
    "writing",
]

_LONGEST = 48
"""Characters of a name that its temporary has, so that a long one leaves room for the rest."""
_TEMPORARY = re.compile(r"\.(.+)\.(\d{1,10})\.([0-9a-f]{8})\.[0-9a-f]{8}\.tmp", re.DOTALL)
_FORGOTTEN_S = 86_400


def atomic_write(path: Path, data: bytes, *, first: bool = False) -> None:
    """Put `data` at `path` so that, whatever happens, there is the old file or the new one.

    Args:
        path: where.
        data: what.
        first: whoever comes first keeps the name, and all others do nothing.

    Raises:
        WorkError: the disk is full or not writable; the file that was there is untouched.
    """
    with safely(path, "What was there before is untouched."):
        temporary = write_beside(path, data)
        try:
            if not (first and _linked(temporary, path)):
                os.replace(temporary, path)
        finally:
            remove(temporary)
        sync_directory(path.parent)


def _linked(temporary: Path, path: Path) -> bool:
    """Give a file the name if nobody has it; False where the file system has no such step."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    except OSError:
        return False
    return True


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Name a file beside `path` that takes its place when it is whole and on the disk.

    Raises:
        WorkError: it cannot be written.
    """
    partial = beside(path)
    sweep(path.parent, [path.name])
    try:
        yield partial
        with safely(path):
            with open(partial, "rb+") as file:
                os.fsync(file.fileno())
            os.replace(partial, path)
            sync_directory(path.parent)
    finally:
        remove(partial)


@contextlib.contextmanager
def spool(path: Path, mode: int = 0o666) -> Iterator[IO[str]]:
    """Open a text file that takes its name when it is whole; until then it lies beside it.

    What is written to it in between is the caller's to guard, by `safely`.

    Args:
        path: of the file.
        mode: who may read and write it, less what the process denies anyway.

    Raises:
        WorkError: it cannot be written.
    """
    with replacing(path) as partial:
        with safely(path):
            # half a character, which a file of somebody else may hold, is written as its escape
            file = open(  # noqa: SIM115
                partial,
                "x",
                encoding="utf-8",
                errors="backslashreplace",
                newline="",
                opener=lambda name, flags: os.open(name, flags, mode),
            )
        try:
            yield file
            with safely(path):
                file.flush()
        finally:
            with contextlib.suppress(OSError):
                file.close()


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Open a file of numbers to write, in a folder that is made if it is missing.

    Raises:
        WorkError: it cannot be written.
    """
    partial = beside(path)
    with safely(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path.parent, [path.name])
        try:
            with open(partial, "xb") as file:
                yield file
            # moved into place: whoever has the old file mapped keeps it whole
            os.replace(partial, path)
        finally:
            remove(partial)


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


@contextlib.contextmanager
def copying(path: Path) -> Iterator[None]:
    """Turn what the system says of a copy for a while into an error that is not of the original."""
    with safely(path, "It is a copy for a while, where TMPDIR says."):
        yield


def write_beside(path: Path, data: bytes) -> Path:
    """Write and sync a temporary file in the directory of `path`; nothing is left on failure."""
    temporary = beside(path)
    sweep(path.parent, [path.name])
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        remove(temporary)
        raise
    return temporary


def check_target(option: str, path: Path) -> None:
    """Refuse a file that could not be written, before there is anything to write.

    Raises:
        OptionError: its folder is missing or may not be written to, its name is too long, or
            something other than a file has it.
    """
    why = ""
    try:
        if path.is_dir():
            why = "it is a folder; name a file in it"
        elif path.exists() and not path.is_file():
            why = "it is no plain file; name another"
        elif not path.absolute().parent.is_dir():
            why = f"there is no folder {path.absolute().parent}"
        else:
            with contextlib.suppress(FileNotFoundError):
                path.lstat()  # says whether a file can have this name
            with open(beside(path), "xb") as probe:
                remove(Path(probe.name))
    # ValueError: a name with a NUL byte
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
    if why:
        raise OptionError(f"{option} {path}: {why}")


def sweep(directory: Path, names: Iterable[str], ended: bool = False) -> None:
    """Remove what killed processes left of files of these names.

    Args:
        directory: where they are.
        names: theirs.
        ended: no other machine writes any of them now.
    """
    if os.name != "posix":
        return  # there is no way to ask whether a process lives
    begun = {name[:_LONGEST] for name in names}
    with contextlib.suppress(OSError):
        for name in os.listdir(directory):
            found = _TEMPORARY.fullmatch(name)
            if not found or found[1] not in begun:
                continue
            here = found[3] == _here()
            if not _alive(int(found[2])) if here else ended or _forgotten(directory / name):
                remove(directory / name)


def beside(path: Path) -> Path:
    """Return a new name beside `path`, with the process that writes it."""
    token = f"{os.getpid()}.{_here()}.{secrets.token_hex(4)}"
    return path.with_name(f".{path.name[:_LONGEST]}.{token}.tmp")


@functools.cache
def _here() -> str:
    """What tells where process ids mean what they mean here: a machine since its start, or one of
    its containers."""
    told = [os.uname().nodename if os.name == "posix" else ""]
    with contextlib.suppress(OSError):
        told.append(Path("/proc/sys/kernel/random/boot_id").read_text())
        told.append(os.readlink("/proc/self/ns/pid"))
    return hashlib.sha256("\n".join(told).encode(errors="surrogateescape")).hexdigest()[:8]


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # it lives, and belongs to somebody else
    return True


def _forgotten(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return time.time() - path.lstat().st_mtime > _FORGOTTEN_S
    return False


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
