"""Pieces of many streams answered together, each with the bits it would have alone.

A piece has a number, one more than the one before. The same number again gets the same answer and
is not fed twice, so whoever lost an answer may ask again; any other number is refused, for
something was lost or came twice.

What came in one turn of the event loop is one call of the model. Words are so little work that they
are answered there and then. Long pieces, and those of a model that reads all of a window anew, go
to the thread of all arithmetic, and the stream waits; batch after batch, so others have turns.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from elman.errors import ElmanError, InputError
from elman.runtime.streams.stream import Stream, feed_all
from elman.serve.errors import RefusedError
from elman.serve.serving import Serving
from elman.serve.streams.session import Session, mark_of
from elman.serve.streams.store import Store

__all__ = ["Feeder", "Piece"]

_AS_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False)

_SHORT = 4096
"""Characters or numbers of pieces that are answered without a thread."""

_WINDOWS = 8
"""Pieces of a model with a window that are answered together: a translation takes its time."""


class Piece(NamedTuple):
    """What one stream is fed."""

    stream: str
    seq: int
    value: Any
    """As JSON has it."""


class _Waiting(NamedTuple):
    """A piece that was found fit."""

    session: Session
    seq: int
    mark: bytes
    item: Any
    length: int
    told: asyncio.Future[bytes]


class _Fed(NamedTuple):
    """What is said to a piece, and the stream with it."""

    answer: bytes
    stream: Stream


class _Done(NamedTuple):
    """What is said to the pieces of a batch, and how long it took."""

    answers: list[_Fed | Exception]
    seconds: float


class Feeder:
    """Feeds the streams of a store.

    Args:
        serving: what all routes share.
        store: the streams.
    """

    def __init__(self, serving: Serving, store: Store) -> None:
        self._serving, self._store = serving, store
        # of an answer: a state that has it can come back in a message of a socket, in base64
        self._most = serving.bounds.max_body // 2
        self._waiting: list[_Waiting] = []
        self._long: deque[list[_Waiting]] = deque()
        self._runs = False
        self.closed = False

    def close(self) -> None:
        """Leave all streams as they stand. What is answered later is said to nobody, because it
        would be missing where a stream goes on."""
        self.closed = True

    async def feed(self, piece: Piece) -> bytes:
        """Return what is said to a piece, as JSON.

        Raises:
            RefusedError: there is no such stream, the number does not go on from where it stands,
                or the model refuses the piece. The stream is as it was.
        """
        told = self._put(piece)
        while isinstance(told, Session):  # a piece of it is being answered
            await told.settled()
            told = self._put(piece)
        return told if isinstance(told, bytes) else await told

    async def feed_all(self, pieces: Sequence[Piece | RefusedError]) -> list[bytes | RefusedError]:
        """Return what is said to each of several pieces, in order, or why nothing is.

        Pieces of one stream follow each other. What was found to be no piece stays what it is.
        """
        told: list[bytes | RefusedError | asyncio.Future[bytes]] = []
        for piece in pieces:
            if isinstance(piece, RefusedError):
                told.append(piece)
                continue
            try:
                put = self._put(piece)
                told.append(await self.feed(piece) if isinstance(put, Session) else put)
            except RefusedError as refused:
                told.append(refused)
        return [await _outcome(one) if isinstance(one, asyncio.Future) else one for one in told]

    def _put(self, piece: Piece) -> bytes | Session | asyncio.Future[bytes]:
        """Have a piece wait; return what was said to it already, or the stream if it is busy."""
        session = self._store.named(piece.stream)
        if session.runs is not None:
            return session
        mark = mark_of(piece.value)
        if piece.seq == session.seq > 0:
            if mark != session.mark:
                raise RefusedError(
                    409, f"piece {piece.seq} was another one, and is answered", "other_piece"
                )
            return session.told
        if piece.seq != session.seq + 1:
            raise RefusedError(
                409,
                f"piece {piece.seq} does not follow: the stream stands at {session.seq}, so "
                f"{session.seq + 1} is expected"
                + (f", or {session.seq} once more" if session.seq else ""),
                "out_of_order",
            )
        self._serving.check_open()
        item, length = self._item(session, piece.value)
        loop = asyncio.get_running_loop()
        told: asyncio.Future[bytes] = loop.create_future()
        session.runs = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._flush)
        self._waiting.append(_Waiting(session, piece.seq, mark, item, length, told))
        return told

    def _item(self, session: Session, value: Any) -> tuple[Any, int]:
        served, most = session.served, self._serving.bounds.max_length
        try:
            item, length, *_ = served.wire.piece(served.model, value)
        except InputError as error:
            raise RefusedError(422, f"item: {error}") from None
        if length > most:
            raise RefusedError(
                413, f"item: {length:,} characters or numbers; at most {most:,}", "too_long"
            )
        return item, length

    def _flush(self) -> None:
        """Answer what waits, model by model."""
        waiting, self._waiting = self._waiting, []
        lanes: dict[int, list[_Waiting]] = {}
        for one in waiting:
            lanes.setdefault(id(one.session.served), []).append(one)
        bounds = self._serving.bounds
        for lane in lanes.values():
            anew = lane[0].session.stream.codec.window is not None
            for batch in _batches(lane, _WINDOWS if anew else bounds.batch_rows):
                if anew or sum(one.length for one in batch) > _SHORT:
                    self._long.append(batch)
                else:
                    self._give(batch, *_answers(batch, self._most))
        if not self._runs:
            self._next()

    def _next(self) -> None:
        """Begin the next long batch."""
        self._runs = bool(self._long)
        if self._runs:
            batch, loop = self._long.popleft(), asyncio.get_running_loop()
            work = partial(_answers, batch, self._most)
            done = loop.run_in_executor(self._serving.arithmetic, work)
            done.add_done_callback(partial(self._give_done, batch))

    def _give_done(self, batch: list[_Waiting], done: asyncio.Future[_Done]) -> None:
        self._next()
        failed = done.exception()
        self._give(batch, *(done.result() if failed is None else ([failed] * len(batch), 0.0)))

    def _give(self, batch: list[_Waiting], answers: list[Any], seconds: float) -> None:
        name = batch[0].session.served.name
        for one, answer in zip(batch, answers, strict=True):
            session = one.session
            if self.closed:
                answer = self._serving.ending
            elif not isinstance(answer, Exception):
                said, session.stream = answer
                self._store.answered(session, one.seq, one.mark, said)
            runs, session.runs = session.runs, None
            if runs is not None and not runs.done():
                runs.set_result(None)
            if one.told.done():  # nobody waits any more
                continue
            if isinstance(answer, Exception):
                one.told.set_exception(answer)
            else:
                one.told.set_result(session.told)
        self._serving.metrics.rows.labels(name).inc(len(batch))
        self._serving.metrics.batch_rows.labels(name).observe(len(batch))
        self._serving.metrics.batch_seconds.labels(name).observe(seconds)


def _batches(lane: list[_Waiting], most: int) -> Iterable[list[_Waiting]]:
    return (lane[start : start + most] for start in range(0, len(lane), most))


def _answers(batch: list[_Waiting], most: int) -> _Done:
    """Feed a batch; return the answers as JSON, each with its stream as it is then. That of the
    session is as before, whatever happens here or is asked of it meanwhile.

    Args:
        batch: one piece of each of several streams.
        most: bytes of an answer.
    """
    began = time.perf_counter()
    after = [one.session.stream.copy() for one in batch]
    try:
        fed = feed_all(after, [one.item for one in batch])
    except Exception as error:
        fed = [error] * len(batch)
    told = [_told(*each, most) for each in zip(batch, fed, after, strict=True)]
    return _Done(told, time.perf_counter() - began)


def _told(one: _Waiting, answer: Any, after: Stream, most: int) -> _Fed | Exception:
    if isinstance(answer, ElmanError):
        return RefusedError(422, f"item: {answer}")
    if isinstance(answer, Exception):
        return answer
    try:
        text = _AS_JSON.encode(one.session.served.wire.answer(answer))
        said = text.encode("utf-8", "backslashreplace")
        if len(said) > most:
            return RefusedError(
                413,
                f"item: its answer has {len(said):,} bytes; at most {most:,} are kept for who asks "
                "again. Send it in several pieces",
                "too_long",
            )
        return _Fed(said, after)
    except Exception as error:
        return error


async def _outcome(told: asyncio.Future[bytes]) -> bytes | RefusedError:
    try:
        return await told
    except RefusedError as refused:
        return refused
