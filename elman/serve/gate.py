"""What every request passes: its id, host, token, body, deadline; and what is counted and logged.

It is the outermost part of the application, for HTTP and WebSocket alike, so no route can forget
any of it, and whatever fails below it becomes an answer that says nothing of the inside.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets
import time
import traceback
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from elman.serve.errors import RefusedError, answer_of
from elman.serve.serving import Serving

__all__ = ["Gate"]

_HEALTH = ("/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready")
"""Answered to anybody, and however much is asked for elsewhere."""

_ID = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")
"""A request's id that may stand in a log."""


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
        else:
            await _Passage(self._app, self._serving, scope, receive, send).pass_through()


class _Passage:
    """One request, or one WebSocket."""

    def __init__(
        self, app: ASGIApp, serving: Serving, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._app, self._serving, self._scope = app, serving, scope
        self._receive, self._send = receive, send
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        given = self._headers.get(b"x-request-id", b"")
        self.id = given.decode() if _ID.fullmatch(given) else secrets.token_hex(8)
        self._http = scope["type"] == "http"
        self._health = scope["path"] in _HEALTH
        self._began = time.perf_counter()
        self._status = 0
        self._code = ""
        self._read = 0
        self._whole = False
        """Whether the body has come."""
        self._late = False
        state = scope.setdefault("state", {})
        state["request_id"], state["rows"], state["model"] = self.id, 0, None

    async def pass_through(self) -> None:
        serving = self._serving
        counted = not self._health
        serving.in_flight += counted and self._http
        try:
            await self._answered()
        finally:
            serving.in_flight -= counted and self._http
            self._tell()

    async def _answered(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        timer = None
        try:
            self._check()
            if self._http:
                loop = asyncio.get_running_loop()
                timer = loop.call_later(self._seconds(), self._expire, task)
            await self._app(self._scope, self._taking, self._giving)
        except RefusedError as refused:
            await self._refuse(refused)
        except asyncio.CancelledError:
            if not self._late:
                self._code = "cancelled"
                raise
            late = RefusedError(503, "there was no answer in time", "deadline", retry_after=1)
            await self._refuse(late if self._whole else RefusedError(408))
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
            if timer is not None:
                timer.cancel()

    def _check(self) -> None:
        serving = self._serving
        if serving.hosts is not None:
            host = self._headers.get(b"host", b"").decode("latin-1").lower()
            name = host if host.endswith("]") else host.rpartition(":")[0] or host
            if name not in serving.hosts:
                raise RefusedError(403)
        if self._health:
            return
        if serving.token is not None:
            kind, _, given = self._headers.get(b"authorization", b"").partition(b" ")
            same = hmac.compare_digest(given.strip(), serving.token.encode())
            if kind.lower() != b"bearer" or not same:
                raise RefusedError(401)
        if self._http:
            if serving.in_flight > serving.bounds.queue:
                raise RefusedError(429, retry_after=1)
            length = self._headers.get(b"content-length", b"0")
            if length.isdigit() and int(length[:20]) > serving.bounds.body:
                raise self._too_large()

    def _seconds(self) -> float:
        bounds = self._serving.bounds
        explains = self._scope["path"].endswith("/explain")
        return bounds.explain_s if explains else bounds.deadline_s

    def _expire(self, task: asyncio.Task[Any]) -> None:
        self._late = True
        task.cancel()

    def _too_large(self) -> RefusedError:
        most = self._serving.bounds.body
        return RefusedError(413, f"the body has more than the {most:,} bytes that are taken")

    async def _taking(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._read > self._serving.bounds.body:
                raise self._too_large()
        return message

    async def _giving(self, message: Message) -> None:
        kind = message["type"]
        if kind in ("http.response.start", "websocket.http.response.start"):
            self._status = message["status"]
            message = {**message, "headers": [*message["headers"], self._id_header]}
        elif kind == "websocket.accept":
            self._status = 101
            message = {**message, "headers": [*message.get("headers", ()), self._id_header]}
        await self._send(message)

    @property
    def _id_header(self) -> tuple[bytes, bytes]:
        return b"x-request-id", self.id.encode()

    async def _refuse(self, refused: RefusedError) -> None:
        self._code = refused.code
        if self._status:  # too late to say anything; the connection ends
            raise ConnectionAbortedError(refused.code)
        body, headers = answer_of(refused, self._scope["path"])
        if not self._whole and self._http:
            # what was not read of the body would be taken for the next request
            headers.append((b"connection", b"close"))
        kind = "http" if self._http else "websocket.http"
        if not self._http and "websocket.http.response" not in self._scope.get("extensions", {}):
            await self._send({"type": "websocket.close", "code": 1008})
            return
        await self._giving(
            {"type": f"{kind}.response.start", "status": refused.status, "headers": headers}
        )
        await self._giving({"type": f"{kind}.response.body", "body": body})

    def _tell(self) -> None:
        serving, scope = self._serving, self._scope
        route = getattr(scope.get("route"), "path", None) or ("health" if self._health else "none")
        seconds = time.perf_counter() - self._began
        status = self._status or 499
        code = self._code or scope["state"].get("code", "")
        serving.metrics.requests.labels(route, str(status), code).inc()
        serving.metrics.seconds.labels(route).observe(seconds)
        if serving.log.requests and not self._health:
            state = scope["state"]
            serving.log.event(
                "request",
                request=self.id,
                method=scope.get("method", "WEBSOCKET"),
                route=route,
                status=status,
                ms=round(seconds * 1000, 3),
                rows=state["rows"],
                **({"model": state["model"]} if state["model"] else {}),
                **({"code": code} if code else {}),
            )
