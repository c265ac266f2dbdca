"""The command line in this process: what a shell would see, in a hundredth of the time."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from elman.cli.main import run

COLUMNS = "9999"
"""Of the terminal: sentences stay whole, to be found."""
ENDINGS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


class Terminal(io.StringIO):
    """What somebody looks at."""

    def isatty(self):
        return True


def elman(*arguments, input="", code=0, cwd=None, columns=None, terminal=False):
    """Run a command; `code` is what it must exit with, None for anything.

    Args:
        *arguments: words of the command.
        input: standard input.
        code: see above.
        cwd: folder to run in.
        columns: of the screen, else `COLUMNS`.
        terminal: whether standard output is one, and standard input too.
    """
    before = {number: signal.getsignal(number) for number in ENDINGS}
    here = Path.cwd()
    kind = Terminal if terminal else io.StringIO
    out, err = kind(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["elman", *map(str, arguments)]),
        mock.patch.object(sys, "stdin", kind(input)),
        mock.patch.dict(os.environ, {"COLUMNS": str(columns or COLUMNS)}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        os.chdir(cwd or here)
        try:
            returned = run()
        finally:
            os.chdir(here)
            for number, handler in before.items():
                signal.signal(number, handler)
    done = Done(returned, out.getvalue(), err.getvalue())
    assert code in (None, done.returncode), done.stderr
    return done
