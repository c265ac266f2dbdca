"""The log: a JSON line for each event on standard error, never a text of a user.

Lines are written by a thread of their own, some together, so a reader that is slow holds nothing
up; what it leaves waiting beyond a bound is dropped, and how much was is said.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

__all__ = ["Log"]

_WAITING = 10_000
"""Lines that wait to be written."""

_EVERY_S = 0.05
"""Seconds between two writes."""


_LIBRARIES = ("uvicorn.error", "websockets", "asyncio", "elman.serve")
"""Loggers of what the service is made of."""


class _Handler(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        why = {} if kind is None else {"kind": kind.__name__}
        message, _, trace = record.getMessage().partition("\n")
        if message.startswith("Traceback"):  # as uvicorn has it of an application that fails
            message = trace.rstrip().rpartition("\n")[2].partition(":")[0]
        self._log.event("warning", of=record.name, message=message, **why)


class Log:
    """Events as JSON lines.

    Args:
        stream: where they go; None for standard error as it is when a line is written.
        requests: whether each request is an event.
    """

    def __init__(self, stream: IO[str] | None = None, *, requests: bool = True) -> None:
        self.requests = requests
        self._stream = stream
        self._lines: deque[str] = deque()
        self._dropped = 0
        self._second = 0, ""
        self._come = threading.Event()
        self._thread: threading.Thread | None = None

    def event(self, event: str, /, **facts: Any) -> None:
        """Log one event."""
        self._put(json.dumps({"time": self._now(), "event": event, **facts}))

    def request(
        self,
        id: str,
        method: str,
        route: str,
        status: int,
        seconds: float,
        state: Mapping[str, Any],
        code: str,
    ) -> None:
        """Log what became of a request; every text in it is one of ours, or was looked at."""
        model = f', "model": "{state["model"]}"' if state["model"] else ""
        why = f', "code": "{code}"' if code else ""
        self._put(
            f'{{"time": "{self._now()}", "event": "request", "request": "{id}", '
            f'"method": "{method}", "route": "{route}", "status": {status}, '
            f'"ms": {seconds * 1000:.3f}, "rows": {state["rows"]}{model}{why}}}'
        )

    def _now(self) -> str:
        now = time.time()
        second = int(now)
        if second != self._second[0]:
            self._second = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._second[1]}.{int((now - second) * 1000):03d}Z"

    def _put(self, line: str) -> None:
        if len(self._lines) >= _WAITING:
            self._dropped += 1
            return
        self._lines.append(line)
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="elman-log", daemon=True)
            self._thread.start()
        if not self._come.is_set():
            self._come.set()

    @contextmanager
    def of_libraries(self) -> Iterator[None]:
        """Take what the server's own parts log: what is wrong, and no traces."""
        handler = _Handler(self)
        loggers = [logging.getLogger(name) for name in _LIBRARIES]
        before = [logger.propagate for logger in loggers]
        for logger in loggers:
            logger.addHandler(handler)
            logger.propagate = False
        try:
            yield
        finally:
            for logger, propagate in zip(loggers, before, strict=True):
                logger.removeHandler(handler)
                logger.propagate = propagate

    def flush(self) -> None:
        """Write what waits, from here."""
        lines = []
        while self._lines:
            lines.append(self._lines.popleft())
        if dropped := self._dropped:
            self._dropped -= dropped
            lines.append(json.dumps({"event": "log lines dropped", "lines": dropped}))
        if lines:
            stream = self._stream or sys.stderr
            try:
                stream.write("\n".join(lines) + "\n")
                stream.flush()
            except (OSError, ValueError):  # nobody reads any more
                pass

    def _write(self) -> None:
        while True:
            self._come.wait()
            self._come.clear()
            self.flush()
            time.sleep(_EVERY_S)
