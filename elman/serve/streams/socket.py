"""Streams over a WebSocket: many streams on one connection, and none that ends with it.

Each message is an object, and is answered by one, in order:

    {"do": "open", "model": NAME}               and "state": base64, to go on from there
    {"do": "feed", "stream": ID, "seq": n, "item": …}
    {"do": "feed", "feeds": [{"stream": ID, "seq": n, "item": …}, …]}
    {"do": "facts" | "export" | "close", "stream": ID}

What a message has as "id" stands in its answer. What went wrong is {"error": {"code", "message"}},
and the connection goes on. A client that lost it opens another, and asks for its streams by id.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import time
from collections.abc import Coroutine
from typing import Any

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from elman.serve.asked import parsed
from elman.serve.errors import RefusedError, late
from elman.serve.streams.service import Streams, piece_in, pieces_in
from elman.serve.streams.told import error_of, joined, with_id

__all__ = ["router"]

_LONGEST_ID = 200
_GOING_AWAY = 1001
_CLOSED = {"websocket.close", "websocket.disconnect"}


def router(streams: Streams) -> APIRouter:
    """Return the route."""
    routes = APIRouter()

    @routes.websocket("/v1/streams")
    async def socket(connection: WebSocket) -> None:
        await connection.accept()
        await _Conversation(streams, connection).hold()

    return routes


class _Conversation:
    """One connection."""

    def __init__(self, streams: Streams, connection: WebSocket) -> None:
        self._streams, self._connection = streams, connection
        self._task: asyncio.Task[Any] | None = None
        self._listens = self._ends = self._late = False
        self._until = 0.0
        """When what is asked must be answered, on the loop's clock; 0 where nothing is."""
        self._timer: asyncio.TimerHandle | None = None
        self.used = time.monotonic()

    def end(self) -> None:
        """Say goodbye, once what was asked is answered."""
        self._ends = True
        if self._listens and self._task is not None:
            self._task.cancel()

    async def hold(self) -> None:
        """Answer until one of both ends it."""
        self._task = asyncio.current_task()
        self._streams.sockets.add(self)
        try:
            while not self._ends and (message := await self._heard()) is not None:
                await self._connection.send_text((await self._answer(message)).decode())
            if self._ends:
                await self._connection.close(_GOING_AWAY)
        except WebSocketDisconnect:  # while it was told something
            pass
        finally:
            self._streams.sockets.discard(self)
            if self._timer is not None:
                self._timer.cancel()

    async def _heard(self) -> bytes | None:
        """Return the next message; None when there is none any more."""
        self._listens = True
        try:
            message = await self._connection.receive()
        except asyncio.CancelledError:
            if not self._ends:
                raise
            _go_on(self._task)
            return None
        finally:
            self._listens = False
        if message["type"] in _CLOSED:
            return None
        self.used = time.monotonic()
        text: str | None = message.get("text")
        data: bytes = message["bytes"] if text is None else text.encode("utf-8", "surrogatepass")
        return data

    async def _answer(self, message: bytes) -> bytes:
        id: Any = None
        state = self._connection.scope["state"]
        try:
            content = parsed(message)
            if not isinstance(content, dict):
                raise RefusedError(422, 'expected an object with "do"')
            id = content.pop("id", None)
            if not (id is None or isinstance(id, (str, int))) or len(str(id)) > _LONGEST_ID:
                id = None
                raise RefusedError(422, f"id: expected at most {_LONGEST_ID} characters")
            told = await self._in_time(self._done(content.pop("do", None), content))
            state["rows"] += 1
        except RefusedError as refused:
            told = error_of(refused)
        except Exception as error:
            self._streams.serving.log.event(
                "failure", request=state["request_id"], kind=type(error).__name__
            )
            told = error_of(RefusedError(500))
        return with_id(told, id)

    async def _in_time(self, done: Coroutine[Any, Any, bytes]) -> bytes:
        """Return what is said to a message; refuse it where nothing is before the deadline."""
        serving, self._late = self._streams.serving, False
        loop = asyncio.get_running_loop()
        self._until = loop.time() + serving.bounds.deadline_seconds
        if self._timer is None:  # one for many messages, most of which are answered at once
            self._timer = loop.call_at(self._until, self._look)
        try:
            return await done
        except asyncio.CancelledError:
            if self._late:
                _go_on(self._task)
                raise late() from None
            if serving.ends:
                raise
            # somebody else who waited for the same has gone
            raise RefusedError(503, retry_after=1) from None
        finally:
            self._until = 0.0

    def _look(self) -> None:
        """See whether what is asked has had its time."""
        loop, self._timer = asyncio.get_running_loop(), None
        if self._until > loop.time():
            self._timer = loop.call_at(self._until, self._look)
        elif self._until and self._task is not None:
            self._late = self._task.cancel()

    async def _done(self, what: Any, content: dict[str, Any]) -> bytes:
        streams = self._streams
        if what == "feed":
            if "feeds" in content:
                pieces = pieces_in(content, streams.serving.bounds.max_items)
                return joined(await streams.feeder.feed_all(pieces))
            return await streams.feeder.feed(piece_in(content))
        if what == "open":
            model = _text(content, "model")
            state = _state(content) if "state" in content else None
            return _json(streams.facts(streams.open(model, state)))
        if what == "facts":
            return _json(streams.facts(await streams.settled(_text(content, "stream"))))
        if what == "export":
            id = _text(content, "stream")
            return _json(
                {"stream": id, "state": base64.b64encode(await streams.export(id)).decode()}
            )
        if what == "close":
            return _json(streams.facts(await streams.close(_text(content, "stream"))))
        raise RefusedError(422, "do: expected open, feed, facts, export or close")


def _go_on(task: asyncio.Task[Any] | None) -> None:
    """Take back that a task shall end."""
    if task is not None and hasattr(task, "uncancel"):
        task.uncancel()


def _text(content: dict[str, Any], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str):
        raise RefusedError(422, f"{name}: expected a text")
    return value


def _state(content: dict[str, Any]) -> bytes:
    try:
        return base64.b64decode(_text(content, "state"), validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError(422, "state: expected the bytes of a state in base64") from None


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode()
