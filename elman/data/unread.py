"""What is written is nothing that is read, whether that is a file, a folder, a pattern, an address.

But: of an index of sounds the sounds are not looked at, nor what lies in a store.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from elman.data.addresses import file_system, is_address
from elman.data.many import is_pattern
from elman.data.tables.formats import files_of
from elman.errors import DataError, OptionError

__all__ = ["PIPED", "check_unread"]

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
