"""What every request passes: its id, host, token, body, deadline; and what is counted and logged.

It is the outermost part of the application, for HTTP and WebSocket alike, so no route can forget
any of it, and whatever fails below it becomes an answer that says nothing of the inside.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
import traceback
from collections.abc import Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from elman.serve.errors import RefusedError, answer_of, late
from elman.serve.serving import Serving

__all__ = ["HEALTH", "SMALL", "Gate", "id_of", "is_small", "too_many"]

HEALTH = {"/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready"}
"""Answered to anybody, and however much is asked for elsewhere."""

_ID = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")
"""A request's id that may stand in a log."""

SMALL = 2**16
"""Bytes of a body that is rather read to its end than its connection given up."""

_THROWN, _THROWN_S = 2**26, 5.0
"""Bytes, and seconds, of a body that is read and thrown away behind its answer. Most clients send
all of it before they read, and would see a connection that is reset, and not why."""


def id_of(headers: Mapping[bytes, bytes], serving: Serving) -> str:
    """Return the id of a request: its own, or a new one."""
    given = headers.get(b"x-request-id")
    return given.decode() if given is not None and _ID.fullmatch(given) else serving.next_id()


def is_small(headers: Mapping[bytes, bytes]) -> bool:
    """Say whether a request's body is one that is rather read to its end."""
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" not in headers and _number(length) <= SMALL


def too_many() -> RefusedError:
    """Return what a connection beyond the bound is told."""
    return RefusedError(503, "too many connections", "connections", retry_after=1)


def _number(length: bytes) -> int:
    """Return a length; of one with so many digits that Python does not read it, only that it is
    long, though they may be zeros."""
    return int(length) if length.isdigit() and len(length) <= 20 else 2**64


class Gate:
    """The application behind its gate.

    Args:
        app: what answers.
        serving: what all routes share.
    """

    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app, self._serving = app, serving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        serving = self._serving
        passage = _Passage(self._app, serving, scope, receive, send)
        try:
            await passage.through()
        finally:
            passage.tell()


class _Passage:
    """One request, or one WebSocket."""

    def __init__(
        self, app: ASGIApp, serving: Serving, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._app, self._serving, self._scope = app, serving, scope
        self._receive, self._send = receive, send
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self.id = id_of(self._headers, serving)
        self._id_header = (b"x-request-id", self.id.encode())
        self._http = scope["type"] == "http"
        self._health = scope["path"] in HEALTH
        self._counts = self._http and not self._health
        self._began = time.perf_counter()
        self._route = ""
        self._status = 0
        self._code = ""
        self._read = 0
        self._whole = False
        """Whether the body has come."""
        self._late = self._throws = False
        self._state: dict[str, Any] = scope.setdefault("state", {})
        self._state.update(request_id=self.id, rows=0, model=None, code="")

    async def through(self) -> None:
        """Answer, whatever comes."""
        task = asyncio.current_task()
        assert task is not None
        timer, counted = None, False
        try:
            self._check()
            if self._counts:
                self._serving.in_flight += 1
                counted = True
            if self._http:
                loop = asyncio.get_running_loop()
                timer = loop.call_later(self._seconds(), self._expire, task)
                if (lean := self._serving.lean.find(self._scope)) is not None:
                    self._route = lean.path
                    response = await lean.answer(Request(self._scope, self._taking))
                    await response(self._scope, self._taking, self._giving)
                    return
            await self._app(self._scope, self._taking, self._giving)
        except RefusedError as refused:
            await self._refuse(refused)
        except ClientDisconnect:
            self._code = "client_closed"
        except asyncio.CancelledError:
            await self._refuse(self._cut())
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            self._serving.log.event(
                "failure",
                request=self.id,
                kind=type(error).__name__,
                place=f"{place.filename.rpartition('/')[2]}:{place.lineno}",
            )
            await self._refuse(RefusedError(500))
        finally:
            self._serving.in_flight -= counted
            self._serving.holds -= self._read
            if timer is not None:
                timer.cancel()

    def _check(self) -> None:
        serving = self._serving
        access = serving.access
        if not access.host_is_known(self._headers.get(b"host", b"")):
            raise RefusedError(403)
        if access.is_of_another_site(self._headers):
            raise RefusedError(403, "a page of another site may not ask this service", "other_site")
        if self._health:
            return
        if self._state.get("spare"):
            raise too_many()
        if not access.token_is_right(self._headers.get(b"authorization", b"")):
            raise RefusedError(401)
        if self._http:
            if serving.is_full:
                raise RefusedError(429, retry_after=1)
            if _number(self._headers.get(b"content-length", b"0")) > serving.bounds.max_body:
                raise self._too_large()
        else:
            serving.check_open()

    def _seconds(self) -> float:
        bounds = self._serving.bounds
        explains = self._scope["path"].endswith("/explain")
        return bounds.explain_seconds if explains else bounds.deadline_seconds

    def _cut(self) -> RefusedError:
        """Return what is said where somebody has ended the work on an answer: the deadline, the
        end of the service, or whoever else waited for the same."""
        if self._late:
            return late() if self._whole else RefusedError(408)
        return self._serving.ending if self._serving.ends else RefusedError(503, retry_after=1)

    def _expire(self, task: asyncio.Task[Any]) -> None:
        if not self._throws:
            self._late = True
            task.cancel()

    def _too_large(self) -> RefusedError:
        most = self._serving.bounds.max_body
        return RefusedError(413, f"the body has more than the {most:,} bytes that are taken")

    async def _taking(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            size, serving = len(message.get("body", b"")), self._serving
            self._read += size
            serving.holds += size
            self._whole = not message.get("more_body", False)
            if self._read > serving.bounds.max_body:
                raise self._too_large()
            if self._read > SMALL and serving.holds_too_much:
                raise RefusedError(429, retry_after=1)
        return message

    async def _giving(self, message: Message) -> None:
        kind = message["type"]
        if kind in ("http.response.start", "websocket.http.response.start"):
            self._status = message["status"]
            message["headers"] = [*message["headers"], self._id_header]
            if self._gives_up:
                message["headers"].append((b"connection", b"close"))
        elif kind == "http.response.body" and not message.get("more_body") and self._gives_up:
            await self._send({**message, "more_body": True})
            if not self._late:
                await self._throw_away()
            message = {"type": kind}
        elif kind == "websocket.close" and not self._status:  # no route of this address
            await self._refuse(RefusedError(404))
            return
        elif kind == "websocket.accept":
            self._status = 101
            message["headers"] = [*message.get("headers", ()), self._id_header]
        await self._send(message)

    async def _refuse(self, refused: RefusedError) -> None:
        self._code = refused.code
        if self._status:  # too late to say anything; the connection ends
            raise ConnectionAbortedError(refused.code)
        body, headers = answer_of(refused, self._scope["path"])
        kind = "http" if self._http else "websocket.http"
        if not self._http and "websocket.http.response" not in self._scope.get("extensions", {}):
            await self._send({"type": "websocket.close", "code": 1008})
            return
        await self._giving(
            {"type": f"{kind}.response.start", "status": refused.status, "headers": headers}
        )
        await self._giving({"type": f"{kind}.response.body", "body": body})

    @property
    def _gives_up(self) -> bool:
        """Whether the connection ends with the answer. Else the rest of a body is read, and thrown
        away, before the next request."""
        return self._http and not self._whole and (self._late or not is_small(self._headers))

    async def _throw_away(self) -> None:
        """Read the rest of a body, with bounds of its own."""
        self._throws = True
        seconds = min(_THROWN_S, self._serving.bounds.deadline_seconds)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._rest(), seconds)

    async def _rest(self) -> None:
        left, more = _THROWN, True
        while more and left > 0:
            message = await self._receive()  # of a client that has gone without any of it
            left -= len(message.get("body", b""))
            more = message.get("more_body", False)

    def tell(self) -> None:
        """Count and log what became of it."""
        serving, state = self._serving, self._state
        route = self._route or getattr(self._scope.get("route"), "path", None) or "none"
        seconds = time.perf_counter() - self._began
        status = self._status or 499
        code = self._code or state["code"]
        serving.metrics.answered(route, status, code, seconds)
        if serving.log.requests and not self._health:
            serving.log.request(
                self.id,
                self._scope.get("method", "WEBSOCKET"),
                route,
                status,
                seconds,
                state,
                code,
            )
