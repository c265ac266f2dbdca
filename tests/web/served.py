"""A server at work for the time of a block."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from elman.web.serve import Server

__all__ = ["running"]


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    """Have a server answer in a thread; it is closed at the end."""
    with server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
