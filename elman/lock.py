"""One run at a time in a directory, and what it had there for a while: the system lets go of a lock
when its process ends, however it does."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from elman.errors import OptionError

__all__ = ["LOCK", "Lock", "scratch"]

LOCK = "lock"
"""The file's name; it holds the number of the process."""
_SCRATCH, _IN_USE = "elman-scratch-", ".in-use"


class Lock:
    """Hold a directory until `release`, or until this process ends in whatever way.

    Args:
        directory: exists; the lock is a file in it.
        option: what the user named, for the message.
        work: what holds directories of this kind, for the message.

    Raises:
        OptionError: another process holds it.
    """

    def __init__(self, directory: Path, option: str, work: str = "elman train") -> None:
        path = directory / LOCK
        while True:
            directory.mkdir(parents=True, exist_ok=True)
            try:
                self._file: IO[str] = open(path, "a+", encoding="utf-8")  # noqa: SIM115
            except FileNotFoundError:
                continue  # another run cleared the directory as it ended
            if not _held(self._file):
                self._file.seek(0)
                holder = self._file.read(20).strip() or "unknown"
                self._file.close()
                raise OptionError(
                    f"{option}: another {work} is at work there (process {holder}). Wait for its "
                    "end, or name another directory. Nothing was touched."
                )
            if _is_there(self._file, path):
                break
            # it ended and cleared its directory between our opening and our locking
            self._file.close()
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        self._file.close()


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Make a folder for a while, where TMPDIR says; those of processes that were killed go."""
    if os.name == "posix":  # elsewhere a file that is open has its name for good
        with contextlib.suppress(OSError):
            _clear(tempfile.gettempdir())
    with contextlib.ExitStack() as held:
        place = Path(held.enter_context(tempfile.TemporaryDirectory(prefix=_SCRATCH)))
        if os.name == "posix":
            file = held.enter_context(open(place / "new", "x", encoding="utf-8"))
            _held(file)
            (place / "new").rename(place / _IN_USE)  # so nobody sees it unlocked
        yield place


def _clear(directory: str) -> None:
    """Remove folders of `scratch` that are ours and that nobody holds."""
    for name in os.listdir(directory):
        place = Path(directory, name)
        with contextlib.suppress(OSError):
            if not re.fullmatch(rf"{_SCRATCH}\w{{8}}", name) or place.lstat().st_uid != os.getuid():
                continue
            handle = os.open(place / _IN_USE, os.O_RDWR | os.O_NOFOLLOW)
            with open(handle, "r+", encoding="utf-8") as file:
                if _held(file):
                    shutil.rmtree(place, ignore_errors=True)


def _is_there(file: IO[str], path: Path) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False


if sys.platform != "win32":
    import fcntl

    def _held(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

else:
    import msvcrt

    def _held(file: IO[str]) -> bool:
        try:
            file.seek(2**20)  # beyond the content, which others read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
