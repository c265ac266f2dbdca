"""One connection, with an end to everything it may make the service wait for.

uvicorn reads a request's head and trailer for as long as they come and however long they are, takes
requests without end behind one that is being answered, and waits for ever for a client that does
not read its answer. Here a head has seconds and bytes, what came behind waits as it came, what
nobody reads is thrown away, and beyond so many connections only health is still answered, by a few
spare ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from elman.serve.errors import RefusedError, answer_of
from elman.serve.serving import Serving
from elman.serve.transport.gate import HEALTH, id_of, is_small, too_many

__all__ = ["Connection", "connections_of"]

_HEAD = 2**16
"""Bytes of a request's head, and of all else that comes with no part of a body: its trailer, and
what stands beside the sizes of chunks."""

_PART = 2**13
"""Bytes that are looked at before it is asked whether more may be: some hundred requests."""

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


class _Flow(FlowControl):
    """uvicorn's, where nobody reads on while the connection holds something back."""

    holds = False

    def resume_reading(self) -> None:
        if not self.holds:
            super().resume_reading()


class Connection(HttpToolsProtocol):
    """uvicorn's, with bounds."""

    serving: Serving
    """Of the sub-class that a service makes."""
    flow: _Flow

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.flow = _Flow(transport)
        self._head: asyncio.TimerHandle | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._told: Callable[[], None] | None = None
        self._bytes = 0
        """That came since a head or a part of a body was there."""
        self._within = False
        """Whether a head has come and its request's end has not."""
        self._deaf = False
        self._cycles: list[Any] = []
        """Of requests that are answered, or wait behind one that is."""
        self._unread = b""
        """What came and waits until the answers before it are given and read."""
        most = self.serving.bounds.max_connections
        self._spare = len(self.connections) > most
        if len(self.connections) > most + _SPARE:
            self._end(too_many())
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        if self._telling is not None:
            self._telling.cancel()
        self._unread = b""
        for cycle in self._cycles:  # uvicorn tells the last one alone
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        self._read_on()

    def _read_on(self) -> None:
        """Look at what came, as far as the requests before it allow."""
        came, self._unread, at = self._unread, b"", 0
        if not (self._must_wait() or self._is_over()):
            self.flow.holds = False
            self.flow.resume_reading()
        while at < len(came) and not (self._must_wait() or self._is_over()):
            self._look_at(memoryview(came)[at : at + _PART])
            at += _PART
        if self._is_over():
            return
        self._unread = came[at:]
        if self._must_wait():
            self.flow.pause_reading()
            self.flow.holds = True

    def _look_at(self, part: memoryview) -> None:
        if self._head is None and (self.cycle is None or self.cycle.response_complete):
            self._await_head()
        self._bytes += len(part)
        super().data_received(part)  # type: ignore[arg-type]
        if self._bytes > _HEAD:
            self._end(RefusedError(431))

    def _is_over(self) -> bool:
        return self.parser is None or self._deaf or self.transport.is_closing()

    def _must_wait(self) -> bool:
        """Say whether no further request may be looked at: there are enough, or its client reads
        no answers. The rest of one that has begun comes all the same."""
        return bool(self.pipeline) or (self.flow.write_paused and not self._within)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.flow.holds:
            self._read_on()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.flow.holds:
            self._read_on()

    def handle_websocket_upgrade(self) -> None:
        if self._spare:
            self._end(too_many())
            return
        self._unset_keepalive_if_required()
        super().handle_websocket_upgrade()
        self.parser = None  # type: ignore[assignment]  # the other protocol reads on

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._within = False
        self._spare = self._spare and len(self.connections) > self.serving.bounds.max_connections
        self.scope["state"]["spare"] = self._spare

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._within:  # else it is of the trailer, which nobody reads
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head_came()
        self._bytes, self._within = 0, True
        if self.serving.is_full and self._is_told_at_once():
            self._tell_busy()
        else:
            self._tell_now()
            self._cycles = [cycle for cycle in self._cycles if not cycle.response_complete]
            super().on_headers_complete()
            if self.cycle is not None:
                self._cycles.append(self.cycle)

    def on_body(self, body: bytes) -> None:
        self._bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._bytes, self._within = 0, False
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
        small = is_small(dict(self.headers))
        return between and small and not self.parser.should_upgrade() and path not in HEALTH

    def _tell_busy(self) -> None:
        """Refuse a request. Most are refused where most are asked, so it must cost little: as the
        application's answer it would take the time of an answer, and there were none left."""
        id, method = id_of(dict(self.headers), self.serving), self.parser.get_method().decode()
        stays = self.parser.should_keep_alive()
        self._tell_now()
        self.cycle = _TOLD
        said = RefusedError(429, retry_after=1), self.url.decode("latin-1"), id
        self._told = partial(self._say, *said, stays=stays, bare=method == "HEAD")
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
        self._tell_now()
        if self.transport.is_closing():
            return
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            self._say(refused, "", self.serving.next_id(), stays=False)
        elif self.pipeline or not cycle.more_body:  # what came before it is answered, and no more
            self._deaf = True
            cycle.keep_alive = False
        elif cycle.response_started:
            self.transport.close()
        else:
            self._say(refused, "", self.serving.next_id(), stays=False)

    def _say(
        self, refused: RefusedError, path: str, id: str, *, stays: bool, bare: bool = False
    ) -> None:
        self.serving.metrics.answered("none", refused.status, refused.code, 0.0)
        body, headers = answer_of(refused, path)
        headers.append((b"x-request-id", id.encode()))
        if not stays:
            headers.append((b"connection", b"close"))
        lines = [f"HTTP/1.1 {refused.status} {refused.code}\r\n".encode()]
        lines += [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(b"".join([*lines, b"\r\n", b"" if bare else body]))
        if not stays:
            self.transport.close()


def connections_of(serving: Serving) -> type[Connection]:
    """Return the protocol of a service's connections."""
    return type("Connection", (Connection,), {"serving": serving})
