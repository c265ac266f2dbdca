"""What may go to a terminal: text without a will of its own, JSON that says the same, and whole.

A name, a text or a message may come from a file of somebody else. Control characters in it could
move the cursor, set the title or turn the direction of reading, so they are shown, not sent. In
JSON they become escapes, which every reader turns back.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from typing import IO, Any

from elman.errors import InputError, WorkError

__all__ = ["json_line", "put", "silence", "typed_lines", "visible"]

_TURNING = (0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
"""Characters that end a line or turn the direction of reading."""

_HALVES = range(0xD800, 0xE000)
"""Of characters; alone they cannot be written at all."""

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), *_TURNING, *_HALVES)
_VISIBLE = {n: chr(n).encode("unicode_escape").decode() for n in _CONTROLS if n != ord("\t")}
_ESCAPED = {n: f"\\u{n:04x}" for n in _CONTROLS}


_LONGEST = 2**24
"""Characters of a line of standard input."""


def visible(text: str) -> str:
    r"""Return one line of text in which control characters are seen, as `\x1b`."""
    return text.translate(_VISIBLE)


def json_line(value: Any) -> str:
    """Return a JSON value as one line.

    Raises:
        WorkError: it holds NaN or infinity, which JSON does not know.
    """
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False).translate(_ESCAPED)
    except ValueError as error:
        raise WorkError(f"the answer cannot be written as JSON: {error}.") from error


def put(line: str, stream: IO[str], *, flush: bool = False) -> None:
    """Write one line to standard output or standard error, whole, whatever other threads write.

    Raises:
        BrokenPipeError: nobody reads any more; from now on everything goes nowhere.
        WorkError: it cannot be written.
    """
    try:
        stream.write(f"{line}\n")
        if flush:
            stream.flush()
    except BrokenPipeError:
        silence(stream)
        # without a number, or the parser of the command line would make a failure of it
        raise BrokenPipeError("nobody reads what is printed") from None
    except OSError as error:
        silence(stream)
        name = "standard error" if stream is sys.stderr else "standard output"
        raise WorkError(f"{name} could not be written ({error.strerror or error}).") from error


def typed_lines() -> Iterator[str]:
    """Yield the lines of standard input.

    Raises:
        InputError: it cannot be read.
    """
    while True:
        try:
            line = sys.stdin.readline(_LONGEST)
        except OSError as error:
            raise InputError(
                f"standard input could not be read ({error.strerror or error}). Type into it, or "
                "lead a file there: < FILE"
            ) from error
        if len(line) >= _LONGEST:
            raise InputError(f"standard input has no line end in {_LONGEST:,} characters")
        if not line:
            return
        yield line


def silence(stream: IO[str]) -> None:
    """Have what was not written yet, and all that follows, go nowhere."""
    # a stream that is no file has nothing under it that could fail
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
