"""What a person sees: lines, progress bars with the time left, and the JSON of `--json`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

from elman.terminal import json_line, put, visible
from elman.training.listener import Listener

if TYPE_CHECKING:
    from elman.training.problem import Progress

__all__ = ["Console", "print_json"]


class Console(Listener):
    """Lines go to standard output, or to standard error under `--json`; warnings to the latter.

    Bars are drawn on standard error, and only when it is a terminal. Where nobody reads any more
    the work goes on: a model is being made.
    """

    def __init__(self, *, as_json: bool) -> None:
        self._stream = sys.stderr if as_json else sys.stdout

    def say(self, line: str = "") -> None:
        with contextlib.suppress(BrokenPipeError):
            put(visible(line), self._stream, flush=True)

    def show(self, lines: Iterable[str]) -> None:
        """Say several lines."""
        for line in lines:
            self.say(line)

    def warn(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            put(visible(f"warning: {line}"), sys.stderr, flush=True)

    @contextmanager
    def counting(self, label: str) -> Iterator[Callable[[int], None]]:
        if not sys.stderr.isatty():
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
        if not sys.stderr.isatty():
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
        if not sys.stderr.isatty():
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
        if not sys.stderr.isatty():
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


def print_json(value: Any) -> None:
    """Print one JSON object as the last line of standard output."""
    put(json_line(value), sys.stdout, flush=True)


def _bar(kind: Any, *columns: Any) -> Any:
    from rich.console import Console as Terminal

    return kind(*columns, console=Terminal(stderr=True), transient=True)
