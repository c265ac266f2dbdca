"""One connection, with an end to everything it may make the service wait for.

uvicorn reads a request's head for as long as it comes and however long it is, and waits for ever
for a client that does not read its answer. Here a head has seconds and bytes, what nobody reads is
thrown away, and beyond so many connections only health is still answered, by a few spare ones.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from elman.serve.errors import RefusedError, answer_of
from elman.serve.serving import Serving
from elman.serve.transport.gate import HEALTH, SMALL

__all__ = ["Connection", "Stalled", "connections_of"]

_HEAD = 2**16
"""Bytes of a request's head."""

_PATIENCE_S = 0.5
"""Seconds after which a client is told that too much waits. Most come again at once, whatever
Retry-After says, and refusing them would leave no time to answer the others."""

_SPARE = 32
"""Connections beyond the bound, for health alone; further ones are told so and closed."""


class _Told:
    """In the place of uvicorn's request and answer, where the connection has answered itself."""

    response_complete = True
    more_body = False

    @property
    def message_event(self) -> _Told:
        return self

    def set(self) -> None:
        """Nobody waits."""


_TOLD: Any = _Told()


class Connection(HttpToolsProtocol):
    """uvicorn's, with bounds."""

    serving: Serving
    """Of the sub-class that a service makes."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._head: asyncio.TimerHandle | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._told: Callable[[], None] | None = None
        self._bytes = 0
        most = self.serving.bounds.max_connections
        self._spare = len(self.connections) > most
        if len(self.connections) > most + _SPARE:
            self._end(RefusedError(503, "too many connections", "connections", retry_after=1))
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        if self._telling is not None:
            self._telling.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.parser is None or self.transport.is_closing():
            return
        between = self.cycle is None or self.cycle.response_complete
        if self._head is None and between:
            self._await_head()
        self._bytes += len(data)
        super().data_received(data)
        if self._head is not None and self._bytes > _HEAD:
            self._end(RefusedError(431))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"]["spare"] = self._spare

    def on_headers_complete(self) -> None:
        self._head_came()
        if self.serving.is_full and self._is_told_at_once():
            self._tell_busy()
        else:
            self._tell_now()
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        # or the rest of a body has come whose request is answered already
        if self.cycle is _TOLD or self._head is not None:
            self._head_came()
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def shutdown(self) -> None:
        self._tell_now()
        super().shutdown()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Say whether to go on writing to a client that says no more."""
        cycle = self.cycle
        if self._told is not None:
            return True
        if cycle is None or cycle.response_complete or cycle.more_body:
            return False
        cycle.keep_alive = False
        return True

    def send_400_response(self, msg: str) -> None:
        self._end(RefusedError(400, "no request of HTTP/1.1"))

    def _is_told_at_once(self) -> bool:
        """Say whether a request is one that needs nobody but the connection to be refused."""
        between = self.cycle is None or self.cycle.response_complete
        path = self.url.partition(b"?")[0].decode("latin-1")
        length = next((value for name, value in self.headers if name == b"content-length"), b"0")
        chunked = any(name == b"transfer-encoding" for name, _ in self.headers)
        small = not chunked and length.isdigit() and int(length[:20]) <= SMALL
        return between and small and not self.parser.should_upgrade() and path not in HEALTH

    def _tell_busy(self) -> None:
        """Refuse a request. Most are refused where most are asked, so it must cost little: as the
        application's answer it would take the time of an answer, and there were none left."""
        id, method = self.serving.next_id(), self.parser.get_method().decode("latin-1")
        stays = self.parser.should_keep_alive()
        self._tell_now()
        self.cycle = _TOLD
        said = RefusedError(429, retry_after=1), self.url.decode("latin-1"), id
        self._told = partial(self._say, *said, stays=stays)
        self._telling = self.loop.call_later(_PATIENCE_S, self._tell_now)
        self.serving.log.request(id, method, "none", 429, 0.0, {"rows": 0, "model": None}, "busy")

    def _tell_now(self) -> None:
        """Say what was to be said a little later."""
        told, self._told = self._told, None
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        if told is not None and not self.transport.is_closing():
            told()

    def _await_head(self) -> None:
        self._bytes = 0
        self._head = self.loop.call_later(self.serving.bounds.head_seconds, self._late)

    def _head_came(self) -> None:
        if getattr(self, "_head", None) is not None:
            self._head.cancel()  # type: ignore[union-attr]
            self._head = None

    def _late(self) -> None:
        self._head = None
        if self._bytes:
            self._end(RefusedError(408))
        else:
            self.transport.close()

    def _end(self, refused: RefusedError) -> None:
        """Answer what is no request that the application could see, and close."""
        self._head_came()
        if self.transport.is_closing():
            return
        self._say(refused, "", self.serving.next_id(), stays=False)

    def _say(self, refused: RefusedError, path: str, id: str, *, stays: bool) -> None:
        self.serving.metrics.answered("none", refused.status, refused.code, 0.0)
        body, headers = answer_of(refused, path)
        headers.append((b"x-request-id", id.encode()))
        if not stays:
            headers.append((b"connection", b"close"))
        lines = [f"HTTP/1.1 {refused.status} {refused.code}\r\n".encode()]
        lines += [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(b"".join([*lines, b"\r\n", body]))
        if not stays:
            self.transport.close()


def connections_of(serving: Serving) -> type[Connection]:
    """Return the protocol of a service's connections."""
    return type("Connection", (Connection,), {"serving": serving})


class Stalled:
    """Finds connections whose client has stopped reading, to be looked at from time to time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: dict[Any, tuple[int, float]] = {}

    def abort(self, connections: set[Any]) -> None:
        """Give up those that have taken nothing of what waits for them since long ago."""
        now, waiting = time.monotonic(), {}
        for connection in list(connections):
            transport = connection.transport
            left = 0 if transport is None else transport.get_write_buffer_size()
            if not left:
                continue
            before, since = self._waiting.get(connection, (left, now))
            if before != left:
                since = now
            elif now - since > self._seconds:
                transport.abort()
                continue
            waiting[connection] = left, since
        self._waiting = waiting
