"""What is written is nothing that is read, whether that is a file, a folder, a pattern, an address.

But: of an index of sounds the sounds are not looked at, nor what lies in a store.
"""

from __future__ import annotations

import contextlib
import fnmatch
import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from elman.data.addresses import file_system, is_address, shown
from elman.data.named import fixed, is_pattern
from elman.data.tables.formats import files_of
from elman.errors import DataError, OptionError

__all__ = ["PIPED", "check_outside", "check_unread"]

PIPED = "-"
"""The name of standard input."""
_HERE = "file"
"""fsspec's name of this machine."""


def check_unread(option: str, target: Path, *read: Any) -> None:
    """Refuse to write over something that is read.

    Args:
        option: that names the target.
        target: what is to be written.
        *read: files, folders, patterns and addresses; `PIPED`; anything else is no file.

    Raises:
        OptionError: the target is one of them, or one of their files, by whatever name.
    """
    try:
        there = os.stat(target)
    except (OSError, ValueError):
        return  # what is not there is not read
    for name in read:
        alone, files = _files(name)
        if any(os.path.samestat(there, found) for found in _stats(files)):
            which = "the input itself" if alone else f"one of the files of {name}, which are read"
            raise OptionError(f"{option} {target} is {which}; name another file")


def check_outside(option: str, folder: str, held: str, *read: Any) -> None:
    """Refuse a folder of ours that would be among what is read, now or the next time.

    What begins with . or _ is left out of a folder that is read.

    Args:
        option: that names the folder.
        folder: a path or an address.
        held: the name of a file that will be in it.
        *read: as `check_unread` takes it.

    Raises:
        OptionError: it lies in a folder that is read, or a pattern meets what it will hold.
    """
    for name in read:
        taken = False
        with contextlib.suppress(OSError, RuntimeError, ValueError):  # said when it is opened
            if isinstance(name, (str, Path)) and name != PIPED:
                taken = _takes(str(name), (*_parts(folder), held))
        if taken:
            raise OptionError(
                f"{option} {shown(folder)} lies where {shown(str(name))} is read, and would be "
                "read with it. Name a folder elsewhere."
            )


def _parts(name: str) -> tuple[str, ...]:
    return tuple(name.rstrip("/").split("/")) if is_address(name) else Path(name).resolve().parts


def _takes(name: str, made: tuple[str, ...]) -> bool:
    """Say whether a file is further down in a folder, or has a name of a pattern."""
    each = name.rstrip("/").split("/") if is_address(name) else Path(os.path.abspath(name)).parts
    there = (lambda _: False) if is_address(name) else os.path.lexists
    pattern = glob.has_magic(name) if is_address(name) else is_pattern(name)
    n = fixed(each, there) if pattern else len(each)
    base = tuple(each[:n]) if is_address(name) else Path(*each[:n]).resolve().parts
    below = made[len(base) :]
    if made[: len(base)] != base:
        return False
    if n < len(each):
        return _meets(below, tuple(each[n:]))
    return len(below) > 1 and not below[0].startswith((".", "_"))


def _meets(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    if not pattern or not parts:
        return not parts and set(pattern) <= {"**"}
    first, *rest = pattern
    if parts[0].startswith(".") and not first.startswith("."):
        return False
    if first == "**":
        return _meets(parts, tuple(rest)) or _meets(parts[1:], pattern)
    return fnmatch.fnmatch(parts[0], first) and _meets(parts[1:], tuple(rest))


def _files(name: Any) -> tuple[bool, Iterable[Path | int]]:
    """Return the files of a name, and whether it is that of one."""
    if name == PIPED:
        return True, [0]
    if is_address(name):
        system, name = file_system(name)
        if _HERE not in system.protocol:
            return True, []
    if not isinstance(name, (str, Path)):
        return True, []
    path = Path(name)
    if is_pattern(path) or path.is_dir():
        with contextlib.suppress(DataError, OSError):  # which is said when it is read
            return False, files_of(path) or path.rglob("*")
    return True, [path]


def _stats(files: Iterable[Path | int]) -> Iterator[os.stat_result]:
    for file in files:
        with contextlib.suppress(OSError, ValueError):
            yield os.stat(file)
