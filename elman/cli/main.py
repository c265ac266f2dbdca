"""Run the command line: signals, exit codes, errors as one line."""

from __future__ import annotations

import gc
import re
import signal
import sys

import typer

from elman.cli import commands
from elman.cli.app import StoppedError, app
from elman.cli.streams import flushed, ready, tell
from elman.errors import ElmanError
from elman.terminal import silence

__all__ = ["main", "run"]


_PLAINER = {
    r"Input should be a valid integer.*": "expected a whole number.",
    r"Input should be a valid number.*": "expected a number.",
    r"Input should be greater than or equal to (\S+)": r"expected \1 or more.",
    r" \(Possible options?: (.*)\)": r". Did you mean \1?",
}
"""What the parser says, and how a person would say it."""


_SELDOM = 100_000, 20, 20
"""When cycles are looked for: as often as Python does it, a tenth of the start goes there, while
libraries are imported and nothing can be thrown away."""


def main() -> None:
    """Run the command line and exit: 0 done, 1 the work failed, 2 the input is at fault."""
    code = run()
    gc.freeze()  # or else Python looks for cycles once more: a quarter of a second beside torch
    raise SystemExit(code)


def run() -> int:
    """Run the command line on `sys.argv` and return the exit code."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        signal.signal(signal.SIGHUP, _as_interrupt)  # nohup has it ignored
    gc.set_threshold(*_SELDOM)
    ready()
    commands.register(app)
    return flushed(_code())


def _code() -> int:
    try:
        code = int(app(prog_name="elman", standalone_mode=False) or 0)
    except typer.Abort:
        return 1
    except StoppedError as error:
        tell(str(error))
        return error.exit_code
    except ElmanError as error:
        first, *more = error.lines or (str(error),)
        tell(f"error: {first}", *more)
        return error.exit_code
    except typer.TyperException as error:
        return _misused(error)
    except KeyboardInterrupt:
        code = StoppedError.exit_code
    except BrokenPipeError:
        return 0
    except SystemExit as error:
        # what a parser of command lines makes of a help page that nobody reads to its end
        if isinstance(error.__context__, BrokenPipeError):
            silence(sys.stdout)
            return 0
        raise
    except OSError as error:
        place = error.filename or "standard input or output"
        tell(f"error: {place} could not be read or written ({error.strerror or error}).")
        return 1
    except MemoryError:
        tell("error: the memory of this machine is not enough.")
        return 1
    if code == StoppedError.exit_code:
        tell("interrupted")
    return code


def _misused(error: typer.TyperException) -> int:
    message = error.format_message()
    for wording, plain in _PLAINER.items():
        message = re.sub(wording, plain, message)
    if re.match(r"No such option: -\d", message):
        message += " Negative values go after two dashes: elman predict MODEL -- 1.5 -2 0.3"
    tell(f"error: {message}")
    context = getattr(error, "ctx", None)
    if context is not None:
        tell(f"See: {context.command_path} --help")
    return 2


def _as_interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
