"""Where words and progress go; the command line brings its own, Python stays silent."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from elman.training.problem import Progress

__all__ = ["Listener", "Stopwatch"]


_log = logging.getLogger("elman.seconds")


class Listener:
    """Says nothing. Subclass it to listen."""

    began: float | None = None
    """When the program began, by `time.perf_counter`, where all of it is one piece of work."""

    def say(self, line: str = "") -> None:
        """Take one line meant for a person."""

    def warn(self, line: str) -> None:
        """Take one line that a person should not miss."""

    @contextmanager
    def counting(self, label: str) -> Iterator[Callable[[int], None]]:
        """Open a counter of rows read so far."""
        yield lambda done: None

    @contextmanager
    def stepping(self, label: str, steps: int) -> Iterator[Callable[[str], None]]:
        """Open a bar over a known number of steps; the function takes the name of the next one."""
        yield lambda name: None

    @contextmanager
    def training(self, label: str) -> Iterator[Callable[[Progress], None]]:
        """Open a progress bar of one run of the training loop."""
        yield lambda progress: None


class Stopwatch:
    """Seconds by part of the work.

    Args:
        begun: when the work began, where that was before; until now is then the part `start`.
    """

    def __init__(self, begun: float | None = None) -> None:
        now = time.perf_counter()
        self.seconds: dict[str, float] = {} if begun is None else {"start": now - begun}
        self._begun = now if begun is None else begun

    @contextmanager
    def timing(self, part: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        took = time.perf_counter() - begun
        _log.info("%s: %.2f s", part, took)
        self.seconds[part] = self.seconds.get(part, 0.0) + took

    def report(self) -> dict[str, float]:
        """Return seconds by part, rounded to milliseconds, with `total` since the beginning."""
        total = time.perf_counter() - self._begun
        return {k: round(v, 3) for k, v in (self.seconds | {"total": total}).items()}
