"""The log: a JSON line for each event on standard error, never a text of a user.

Lines are written by a thread of their own, some together, so a reader that is slow holds nothing
up; what it leaves waiting beyond a bound is dropped, and how much was is said.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import deque
from typing import IO, Any

__all__ = ["Log"]

_WAITING = 10_000
"""Lines that wait to be written."""

_EVERY_S = 0.05
"""Seconds between two writes."""


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
        self._come = threading.Event()
        self._thread: threading.Thread | None = None

    def event(self, event: str, /, **facts: Any) -> None:
        """Log one event."""
        if len(self._lines) >= _WAITING:
            self._dropped += 1
            return
        now = time.time()
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
        said = {"time": f"{at}.{int(now * 1000) % 1000:03d}Z", "event": event, **facts}
        self._lines.append(json.dumps(said))
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="elman-log", daemon=True)
            self._thread.start()
        self._come.set()

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
