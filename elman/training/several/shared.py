"""A sum of arrays of several processes of one machine, in memory that they share.

Who waits for the others looks at that memory, so nobody has to be woken: for nets of some thousand
numbers that is most of what a sum over sockets takes. The order is that of ranks, so all have the
same bits.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from torch import Tensor

from elman import native

__all__ = ["SharedSum"]

_TURNS = 20_000
"""Looks for the others before this process sleeps for a moment: some milliseconds."""

_LONGEST_S = 0.02
"""Of such a moment."""

_ALIVE_S = 1.0
"""Seconds between two looks whether the others are still alive."""

_LINE, _PID = 64, 8
"""Bytes that a process has of the beginning, and where in them its number stands."""


class SharedSum:
    """One process's part.

    Args:
        rank: of this process.
        size: how many there are.
        n: numbers of an array.
        path: of the file that all map; a new one for the first.
    """

    def __init__(self, rank: int, size: int, n: int, path: Path) -> None:
        self._call = native.Sum(rank=rank, size=size, n=n, turns=_TURNS)
        memory = self._call.memory()
        with open(path, "r+b") as file:
            if rank == 0 and hasattr(os, "posix_fallocate"):
                # taken now: of a memory that is too small, whoever writes to it would be killed
                os.posix_fallocate(file.fileno(), 0, memory)
            elif rank == 0:
                file.truncate(memory)
            self._memory = mmap.mmap(file.fileno(), memory)
        struct.pack_into("<q", self._memory, rank * _LINE + _PID, os.getpid())
        self._held = ctypes.c_char.from_buffer(self._memory)
        self._call.shared = ctypes.addressof(self._held)

    @classmethod
    def of(
        cls,
        rank: int,
        size: int,
        n: int,
        tell: Callable[[Any], Any],
        all_can: Callable[[bool], bool],
    ) -> SharedSum | None:
        """Return this process's part, if all can have one; to be called by all at once.

        Args:
            rank, size, n: as of the class.
            tell: gives all what rank 0 says.
            all_can: says whether all say so.
        """
        path: Path | None = None
        found = None
        if rank == 0 and not native.missing():
            with suppress(OSError):
                shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
                handle, name = tempfile.mkstemp(prefix="elman-sum-", dir=shared)
                os.close(handle)
                path = Path(name)
                found = cls(rank, size, n, path)
        try:
            told = tell(str(path) if found is not None else "")
            if rank and told and not native.missing():
                with suppress(OSError, ValueError):  # it is on another machine
                    found = cls(rank, size, n, Path(told))
            return found if all_can(found is not None) else None
        finally:
            if path is not None:  # whoever has mapped it keeps it
                path.unlink(missing_ok=True)

    def add_up(self, own: Tensor) -> None:
        """Put the sum of all processes' arrays into this one's.

        Raises:
            RuntimeError: one of them has ended.
        """
        call = self._call
        call.round, call.wrote, call.own = call.round + 1, 0, own.data_ptr()
        pause, look = 0.0005, time.monotonic() + _ALIVE_S
        while not call.run():
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_S)
            if time.monotonic() > look:
                look = time.monotonic() + _ALIVE_S
                for rank in range(call.size):
                    (pid,) = struct.unpack_from("<q", self._memory, rank * _LINE + _PID)
                    if not _lives(pid):
                        raise RuntimeError(f"process {pid} has ended")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] not in "ZX"
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's, or has just ended
        return True
