"""Run the command line: signals, exit codes, errors as one line."""

from __future__ import annotations

import io
import os
import re
import signal
import sys

import typer

from elman.cli import commands
from elman.cli.app import app
from elman.errors import ElmanError

__all__ = ["main", "run"]

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit: 0 done, 1 the work failed, 2 the input is at fault."""
    raise SystemExit(run())


def run() -> int:
    """Run the command line on `sys.argv` and return the exit code."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    commands.register(app)
    try:
        code = int(app(standalone_mode=False) or 0)
        return _interrupted() if code == _INTERRUPTED else code
    except typer.Abort:
        return 1
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ElmanError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except typer.TyperException as error:
        message = error.format_message()
        if re.match(r"No such option: -\d", message):
            message += " Negative values go after two dashes: elman predict MODEL -- 1.5 -2 0.3"
        print(f"error: {message}", file=sys.stderr)
        context = getattr(error, "ctx", None)
        if context is not None:
            print(f"See: {context.command_path} --help", file=sys.stderr)
        return 2


def _interrupted() -> int:
    kept = "; what was trained so far is kept, --resume continues"
    print("interrupted" + (kept if sys.argv[1:2] == ["train"] else ""), file=sys.stderr)
    return _INTERRUPTED


def _as_interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
