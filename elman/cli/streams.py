"""Standard streams as they may be found: closed, full, or with nobody at the other end."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import NoReturn

from elman.terminal import silence, visible
from elman.width import folded

__all__ = ["flushed", "ready", "tell"]


_LONGEST = 4000
"""Characters of a message; a longer one repeats somebody's file."""


class Closed(io.TextIOBase):
    """In the place of a stream that was closed before we began."""

    def write(self, text: str) -> NoReturn:
        raise OSError(errno.EBADF, "it is closed")

    def readline(self, size: int = -1) -> NoReturn:  # type: ignore[override]
        raise OSError(errno.EBADF, "it is closed")


def ready() -> None:
    """Have three streams that can be used, and none that stumbles over a character."""
    # else a file we open takes the place of a closed stream, and a library's message goes into it
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Closed())
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def tell(*lines: str) -> None:
    """Write last lines to standard error; where that fails there is nobody left to tell."""
    shown = [visible(line[:_LONGEST]) + ("…" if len(line) > _LONGEST else "") for line in lines]
    try:
        print(
            "\n".join(part for line in shown for part in folded(line)), file=sys.stderr, flush=True
        )
    except OSError:
        silence(sys.stderr)


def flushed(code: int) -> int:
    """Return the exit code, once everything printed has arrived; 1 if it cannot."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
    except OSError as error:
        silence(sys.stdout)
        tell(f"error: standard output could not be written ({error.strerror or error}).")
        return code or 1
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    return code
