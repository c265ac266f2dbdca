"""The process: a socket, uvicorn on it, and signals that let what runs come to its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn

from elman.errors import WorkError
from elman.serve.app import create
from elman.serve.serving import Serving
from elman.serve.transport.connection import connections_of
from elman.serve.transport.websocket import frames_of

__all__ = ["Server", "bound", "run"]

_BACKLOG = 512
"""Connections that the system holds until they are taken."""

_SWITCH_S = 0.0005
"""Seconds for which a thread may keep Python's lock from another one that waits for it: with the
usual five thousandths the arithmetic stands still while requests are read."""

_ACCEPTS = 8
"""Connections that are taken in one turn of the event loop, which takes one for each handle of the
socket: with a single one, a thousand that come at once would wait for seconds under load."""

_LOOKS = 10
"""Ticks of a tenth of a second from one look for clients that do not read to the next."""


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens there.

    Raises:
        WorkError: the address cannot be taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise WorkError(
            f"{host}:{port} cannot be listened on ({error.strerror or error}). Give another --port."
        ) from None
    listening.setblocking(False)
    return listening


def run(serving: Serving, listening: socket.socket, began: Callable[[], None]) -> bool:
    """Serve until a signal says to end; say whether all that ran came to its end.

    The first signal keeps open streams and lets running requests finish; the second does not wait
    for those.

    Args:
        serving: what is served.
        listening: the socket.
        began: called once requests are taken.

    Raises:
        WorkError: a part could not begin; or open streams could not be kept.
    """
    server = Server(serving, began)
    sys.setswitchinterval(_SWITCH_S)
    with contextlib.ExitStack() as stack:
        more = [stack.enter_context(listening.dup()) for _ in range(_ACCEPTS - 1)]
        stack.enter_context(_handlers_put_back())
        try:
            server.run([listening, *more])
        except SystemExit:  # as uvicorn ends where the application did not begin
            if serving.failed is None:
                raise
        serving.log.flush()
    if serving.failed is not None:
        raise serving.failed
    return server.whole


def _ending() -> list[signal.Signals]:
    """Signals that end it; nohup has that of a terminal that is gone ignored."""
    found = [signal.SIGINT, signal.SIGTERM]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        found.append(signal.SIGHUP)
    return found


@contextlib.contextmanager
def _handlers_put_back() -> Iterator[None]:
    """Put the handlers of signals back in the end; a second one may come until then."""
    before = {number: signal.getsignal(number) for number in _ending()}
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            for number, handler in before.items():
                signal.signal(number, handler)


class Stalled:
    """Finds connections whose client has stopped reading, to be looked at from time to time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: dict[Any, tuple[int, float]] = {}

    def abort(self, connections: set[Any]) -> None:
        """Give up those that have taken nothing of what waits for them since long ago; what is
        added to it meanwhile is no sign of life."""
        now, waiting = time.monotonic(), {}
        for connection in list(connections):
            transport = connection.transport
            left = 0 if transport is None else transport.get_write_buffer_size()
            if not left:
                continue
            before, since = self._waiting.get(connection, (left, now))
            if left < before:
                since = now
            elif now - since > self._seconds:
                transport.abort()
                continue
            waiting[connection] = left, since
        self._waiting = waiting


class Server(uvicorn.Server):
    """One service on its sockets.

    Args:
        serving: what is served.
        began: called once requests are taken.
    """

    def __init__(self, serving: Serving, began: Callable[[], None]) -> None:
        self.serving, self.began = serving, began
        self.whole = True
        self._stalled = Stalled(serving.bounds.deadline_seconds)
        self._told_once = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Task[None] | None = None
        config = uvicorn.Config(
            create(serving),
            http=connections_of(serving),
            ws=frames_of(serving),
            ws_max_size=serving.bounds.max_body,
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=int(serving.bounds.idle_seconds),
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        with self.serving.log.of_libraries():
            await super().serve(sockets)

    async def on_tick(self, counter: int) -> bool:
        if counter % _LOOKS == 0:
            self._stalled.abort(self.server_state.connections)
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.began()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        self._loop = asyncio.get_running_loop()
        if threading.current_thread() is threading.main_thread():
            for number in _ending():
                signal.signal(number, lambda *_: self.end())
        yield

    def end(self) -> None:
        """Let what runs come to its end, and end; the second time wait for it no longer."""
        if self._told_once:
            # not uvicorn's `force_exit`, which leaves out the end of the application
            self.serving.hurries, self.config.timeout_graceful_shutdown = True, 0
            return
        self._told_once = True
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._begin_to_end)

    def _begin_to_end(self) -> None:
        self._ending = asyncio.create_task(self._end())

    async def _end(self) -> None:
        while not self.started:  # streams that are being taken up are kept again
            await asyncio.sleep(0.02)
        self.serving.log.event("ending", in_flight=self.serving.in_flight)
        try:
            self.whole = await self.serving.drain()
        finally:
            self.should_exit = True
