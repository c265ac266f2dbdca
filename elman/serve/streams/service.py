"""The streams of a service: what its routes do, its figures, and its life."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from prometheus_client import Counter

from elman.serve.errors import RefusedError
from elman.serve.serving import Serving
from elman.serve.streams.feeder import Feeder, Piece
from elman.serve.streams.kept import save, taken_up
from elman.serve.streams.session import Session
from elman.serve.streams.store import Store

__all__ = ["Socket", "Streams", "piece_in", "pieces_in"]

_LOOK_S = 1.0
"""Seconds between two looks for streams that nobody feeds."""

_GOODBYE_S = 5.0
"""Seconds in which sockets must have said goodbye."""

_LARGEST_SEQUENCE = 10**15


class Socket(Protocol):
    """A connection over which streams are fed."""

    used: float
    """When it said something, on the monotonic clock."""

    def end(self) -> None:
        """Say goodbye, once what was asked is answered."""


class Streams:
    """All that can be done with streams, whatever the way it is asked.

    Args:
        serving: what all routes share.
        folder: where open streams are kept when the service ends, and found when it begins.
    """

    def __init__(self, serving: Serving, folder: Path | None = None) -> None:
        self.serving, self._folder = serving, folder
        registry = serving.metrics.registry
        self._opened = Counter("elman_streams_opened", "Streams.", ("model",), registry=registry)
        self._ended = Counter(
            "elman_streams_ended",
            "Streams that are no more, and why.",
            ("model", "reason"),
            registry=registry,
        )
        self.store = Store(serving.bounds, time.monotonic, self._count)
        self.feeder = Feeder(serving, self.store)
        self.sockets: set[Socket] = set()
        self._looking: asyncio.Task[None] | None = None
        serving.metrics.gauge("elman_streams", "Open streams.", lambda: len(self.store))
        serving.metrics.gauge(
            "elman_stream_bytes", "Bytes of their states.", lambda: self.store.bytes
        )
        serving.starting.append(self._start)
        serving.draining.append(self._drain)

    def open(self, name: str, state: bytes | None = None) -> Session:
        """Open a stream of the model of a name.

        Raises:
            RefusedError: it cannot be opened.
        """
        self.serving.check_open()
        session = self.store.new(self.serving.models.named(name), state)
        self._opened.labels(name).inc()
        return session

    def facts(self, session: Session) -> dict[str, Any]:
        """Return what a client needs to know of a stream."""
        return {
            "stream": session.id,
            "model": session.served.name,
            "version": session.served.version,
            "seq": session.seq,
            "steps": session.stream.steps,
            "idle_seconds": self.serving.bounds.stream_idle_seconds,
        }

    def model_of(self, pieces: Iterable[Piece | RefusedError]) -> str | None:
        """Return the name of the model that pieces are for, where it is one."""
        found = {self.store.model_of(one.stream) for one in pieces if isinstance(one, Piece)}
        found.discard(None)
        return found.pop() if len(found) == 1 else None

    async def settled(self, id: str) -> Session:
        """Return a stream that answers no piece just now.

        Raises:
            RefusedError: there is none of this id.
        """
        session = self.store.named(id)
        await session.settled()
        return self.store.named(id)

    async def close(self, id: str) -> Session:
        """Close a stream.

        Raises:
            RefusedError: there is none of this id, or the service ends.
        """
        session = await self.settled(id)
        if self.feeder.closed:  # it is kept as it stands
            raise self.serving.ending
        self.store.end(session, "closed")
        return session

    async def export(self, id: str) -> bytes:
        """Return the state of a stream, which goes on.

        Raises:
            RefusedError: there is none of this id.
        """
        return (await self.settled(id)).export()

    @property
    def _busy(self) -> bool:
        return any(session.runs is not None for session in self.store)

    def _count(self, session: Session, reason: str) -> None:
        self._ended.labels(session.served.name, reason).inc()

    async def _start(self) -> None:
        if self._folder is not None:
            found = await asyncio.to_thread(taken_up, self._folder, self.serving.models, self.store)
            self.serving.log.event("streams taken up", **found)
        self._looking = asyncio.create_task(self._look(), name="elman-streams")

    async def _look(self) -> None:
        models = self.serving.models
        seen = dict(models)
        while True:
            await asyncio.sleep(_LOOK_S)
            self.store.expire()
            for name, served in models.items():
                if served is not seen[name]:
                    seen[name] = served
                    self.store.outdate(served)
            until = time.monotonic() - self.serving.bounds.stream_idle_seconds
            for socket in [one for one in self.sockets if one.used < until]:
                socket.end()

    async def _drain(self) -> None:
        """Keep what is open, before anything that a second signal would cut short; and let
        sockets say goodbye."""
        serving, now = self.serving, time.monotonic()
        if self._looking is not None:
            self._looking.cancel()
        for socket in self.sockets:
            socket.end()
        await serving.until(lambda: not self._busy, now + serving.bounds.drain_seconds)
        self.feeder.close()
        sessions = list(self.store)
        if self._folder is not None:
            try:
                kept = await asyncio.to_thread(save, self._folder, sessions)
                serving.log.event("streams kept", streams=kept)
            except Exception as error:
                why = str(serving.fails(error))
                serving.log.event("streams lost", streams=len(sessions), reason=why)
        await serving.until(lambda: not self.sockets, now + _GOODBYE_S)


def pieces_in(content: Any, most: int) -> list[Piece | RefusedError]:
    """Return the pieces of `{"feeds": [{"stream": …, "seq": …, "item": …}, …]}`; or why not one.

    Raises:
        RefusedError: there are no feeds, or too many.
    """
    if not isinstance(content, dict) or not isinstance(content.get("feeds"), list):
        raise RefusedError(422, 'expected {"feeds": [{"stream": …, "seq": …, "item": …}, …]}')
    feeds = content["feeds"]
    if len(feeds) > most:
        raise RefusedError(413, f"{len(feeds):,} pieces; at most {most:,} in one request")
    return [_piece_or_why(feed, f"feed {n}: ") for n, feed in enumerate(feeds)]


def piece_in(content: Any, stream: str = "") -> Piece:
    """Return the piece of `{"seq": …, "item": …}`.

    Args:
        content: as JSON has it.
        stream: whose it is, where the content does not say so.

    Raises:
        RefusedError: there is none.
    """
    return _piece(content | {"stream": stream} if stream and isinstance(content, dict) else content)


_KEYS = {"stream", "seq", "item"}


def _piece_or_why(content: Any, place: str) -> Piece | RefusedError:
    try:
        return _piece(content, place)
    except RefusedError as refused:
        return refused


def _piece(content: Any, place: str = "") -> Piece:
    if not isinstance(content, dict) or content.keys() != _KEYS:
        raise RefusedError(422, f"{place}expected an object with stream, seq and item")
    stream, seq, value = content["stream"], content["seq"], content["item"]
    if not isinstance(stream, str):
        raise RefusedError(422, f"{place}stream: expected its id")
    if type(seq) is not int or not 1 <= seq <= _LARGEST_SEQUENCE:
        raise RefusedError(422, f"{place}seq: expected the number of the piece, from 1 on")
    return Piece(stream, seq, value)
