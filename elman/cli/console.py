"""What a person sees: lines, progress bars with the time left, and the JSON of `--json`."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count, groupby
from typing import TYPE_CHECKING, Any

from elman.cli import BEGAN
from elman.draw.table import aligned
from elman.errors import OptionError
from elman.terminal import json_line, put, visible
from elman.training.listener import Listener
from elman.width import folded

if TYPE_CHECKING:
    from elman.training.problem import Progress

__all__ = ["Console"]

_LOG = logging.getLogger("elman")
"""Where every part writes what it chose, and how long it took."""


class Console(Listener):
    """Lines go to standard output, or to standard error under `--json`; warnings to the latter.

    Bars are drawn on standard error, and only when it is a terminal. Where nobody reads any more
    the work goes on: a model is being made.

    Args:
        as_json: the result is one JSON object, and what is for a person goes to standard error.
        quiet: say only the result and warnings.
        verbose: show what goes to the log, on standard error.
    """

    def __init__(
        self, *, as_json: bool = False, quiet: bool = False, verbose: bool = False
    ) -> None:
        if quiet and verbose:
            raise OptionError("--quiet and --verbose contradict each other; leave one out")
        self.as_json, self.quiet, self.verbose = as_json, quiet, verbose
        self.began = BEGAN
        self._stream = sys.stderr if as_json else sys.stdout

    @classmethod
    @contextmanager
    def opened(cls, **how: bool) -> Iterator[Console]:
        """Open a console; while it is open, a verbose one shows the log."""
        console = cls(**how)
        if not console.verbose:
            yield console
            return
        level, shown = _LOG.level, _Shown()
        _LOG.addHandler(shown)
        _LOG.setLevel(logging.INFO)
        try:
            yield console
        finally:
            _LOG.removeHandler(shown)
            _LOG.setLevel(level)

    def say(self, line: str = "") -> None:
        if not self.quiet:
            self.show([line])

    def show(self, lines: Iterable[str]) -> None:
        """Show a result, whatever else is said."""
        if self.quiet and self.as_json:
            return
        with contextlib.suppress(BrokenPipeError):
            for line in lines:
                for part in folded(visible(line)):
                    put(part, self._stream, flush=True)

    def answers(self, lines: Iterable[str]) -> None:
        """Show answers: in columns on a terminal; elsewhere whole, with tabs, for programs."""
        if self._stream.isatty():
            for tabs, some in groupby(lines, lambda line: "\t" in line):
                shown = [visible(line) for line in some]
                self.show(aligned(shown) if tabs else shown)
        elif not (self.quiet and self.as_json):
            with contextlib.suppress(BrokenPipeError):
                for line in lines:
                    put(visible(line), self._stream, flush=True)

    def draw(self, lines: Iterable[str]) -> None:
        """Show a picture made of characters, where somebody looks and no program reads."""
        if self._stream.isatty():
            self.show(lines)

    def warn(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            for part in folded(visible(f"warning: {line}")):
                put(part, sys.stderr, flush=True)

    def line(self, value: Any) -> None:
        """Print one JSON value on a line of standard output."""
        put(json_line(value), sys.stdout, flush=True)

    def answer(self, report: Any) -> None:
        """Print the report as the last line of standard output, if that was asked for."""
        if self.as_json:
            self.line(report)

    @property
    def _draws(self) -> bool:
        return sys.stderr.isatty() and not self.quiet

    @contextmanager
    def counting(self, label: str) -> Iterator[Callable[[int], None]]:
        if not self._draws:
            yield lambda done: None
            return
        from rich.progress import Progress as Bar
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        text = TextColumn("{task.description} {task.completed:,} rows", markup=False)
        label = visible(label)
        with _bar(Bar, SpinnerColumn(), text, TimeElapsedColumn()) as bar:
            row = bar.add_task(label, total=None)
            yield lambda done: bar.update(row, completed=done)

    @contextmanager
    def stepping(self, label: str, steps: int) -> Iterator[Callable[[str], None]]:
        """Open a bar over a known number of steps; the function takes the name of the next one."""
        if not self._draws:
            yield lambda name: None
            return
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        text = TextColumn("{task.description}", markup=False)
        label = visible(label)
        with _bar(Bar, text, BarColumn(), TimeRemainingColumn()) as bar:
            row, done = bar.add_task(label, total=steps), count()
            yield lambda name: bar.update(row, completed=next(done), description=visible(name))

    @contextmanager
    def watching(self, label: str) -> Iterator[Callable[[int, int, float], None]]:
        """Open a line without an end in sight; the function takes steps, length and accuracy."""
        if not self._draws:
            yield lambda done, length, right: None
            return
        from rich.progress import Progress as Bar
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        text = TextColumn("{task.description}", markup=False)
        label = visible(label)
        with _bar(Bar, SpinnerColumn(), text, TimeElapsedColumn()) as bar:
            row = bar.add_task(label, total=None)
            yield lambda done, length, right: bar.update(
                row,
                description=f"{label}  step {done:,}  now {length:,} steps  right {right:.0%}",
            )

    @contextmanager
    def training(self, label: str) -> Iterator[Callable[[Progress], None]]:
        if not self._draws:
            yield lambda progress: None
            return
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        text = TextColumn("{task.description}", markup=False)
        label = visible(label)
        with _bar(Bar, text, BarColumn(), TimeElapsedColumn(), TimeRemainingColumn()) as bar:
            row = bar.add_task(label)

            def update(progress: Progress) -> None:
                bar.update(
                    row,
                    completed=progress.steps_done,
                    total=progress.steps_in_all,
                    description=f"{label}  epoch {progress.epoch + 1}  loss {progress.loss:.3f}"
                    + ("" if progress.memory is None else f"  memory ~{progress.memory:.0f} steps"),
                )

            yield update


class _Shown(logging.Handler):
    """Shows the log of a verbose command, each line once."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() in self._shown:
            return
        self._shown.add(record.getMessage())
        with contextlib.suppress(BrokenPipeError):
            for part in folded(visible(record.getMessage())):
                put(part, sys.stderr, flush=True)


def _bar(kind: Any, *columns: Any) -> Any:
    from rich.console import Console as Terminal

    return kind(*columns, console=Terminal(stderr=True), transient=True)
