"""All open streams of a service, and for a while why others are no more.

Those that nobody feeds end after a while, and beyond a budget of bytes those end that were fed
longest ago. Who asks for a stream that has ended is told why:

    closed          its client closed it
    idle            nobody fed it for so long
    evicted         others needed the memory
    model_changed   its model was replaced again and again
    lost            what was kept of it could not be taken up
    restart         it was open in a process before this one
    ended           it is so long ago that it is no longer known
"""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import takewhile

from elman.errors import ArtifactError, OptionError
from elman.serve.bounds import Bounds
from elman.serve.errors import RefusedError
from elman.serve.models import Served
from elman.serve.streams.session import Session

__all__ = ["REASONS", "Store"]

REASONS = {
    "closed": "the stream was closed by its client. Open another one.",
    "idle": "the stream was not fed for {idle:g} seconds and has ended. Open another one, or "
    "import a state of it.",
    "evicted": "the stream has ended, because others that were fed later needed its memory. Open "
    "another one, or import a state of it.",
    "model_changed": "the stream has ended with its model, which was replaced since. Open another "
    "one.",
    "lost": "the stream has ended, because what was kept of it when the service ended could not be "
    "taken up. Open another one, or import a state of it.",
    "restart": "the stream was open before this service began. Open another one, or import a "
    "state of it.",
    "ended": "the stream has ended, so long ago that it is not known why. Open another one, or "
    "import a state of it.",
}
"""Why a stream is no more, as a client is told."""

_RUN, _OWN, _CHECK = 6, 8, 4
"""Bytes of an id: of this run of the service, of the stream, and by which the run knows its own."""

_ID = re.compile(rf"[0-9a-f]{{{2 * _RUN}}}-[0-9a-f]{{20,{2 * (_OWN + _CHECK)}}}")
"""Those of versions before had no check, and 20 digits."""

_REMEMBERED = 100_000
"""Streams of which it is remembered why they ended."""


class Store:
    """Streams by their id.

    Args:
        bounds: of their number, bytes, and idle time.
        clock: seconds, as of the event loop.
        ended: told (session, reason) of each that ends.
    """

    def __init__(
        self,
        bounds: Bounds,
        clock: Callable[[], float],
        ended: Callable[[Session, str], None] = lambda session, reason: None,
    ) -> None:
        self._bounds, self._clock, self._ended = bounds, clock, ended
        self._open: OrderedDict[str, Session] = OrderedDict()  # those fed longest ago first
        self._gone: OrderedDict[str, str] = OrderedDict()
        self._run, self._key = secrets.token_hex(_RUN), secrets.token_bytes(16)
        self.bytes = 0
        """That the open ones take, as far as is known."""

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Session]:
        return iter(self._open.values())

    def new(self, served: Served, state: bytes | None = None, id: str = "") -> Session:
        """Open a stream.

        Args:
            served: its model.
            state: exported, to go on from there.
            id: of a stream that this service had in a run before; by default a new one.

        Raises:
            RefusedError: the model cannot stream, or the state is none of its.
        """
        try:
            session = Session(id or self._id(secrets.token_hex(_OWN)), served, state)
        except OptionError as error:
            raise RefusedError(422, str(error), "no_streams") from None
        except ArtifactError as error:
            raise RefusedError(422, str(error), "no_such_state") from None
        if "stream" not in served.abilities:
            raise RefusedError(
                422,
                "this model reads columns beside its values, which no piece of a stream has. Ask "
                "predict with all columns.",
                "no_streams",
            )
        if session.size > self._bounds.stream_bytes:
            raise RefusedError(
                413, f"a stream of this model takes {session.size:,} bytes, more than there are"
            )
        self._open[session.id] = session
        self._gone.pop(session.id, None)
        session.used = self._clock()
        self.bytes += session.size
        self._make_room(session)
        return session

    def answered(self, session: Session, seq: int, mark: bytes, answer: bytes) -> None:
        """Keep what was said to a piece of a stream, for who asks again."""
        grown = len(answer) - len(session.answer)
        session.answered(seq, mark, answer)
        if grown and session.id in self._open:
            self.bytes += grown
            self._make_room(session)

    def named(self, id: str) -> Session:
        """Return an open stream; it counts as used now.

        Raises:
            RefusedError: 410 and why, if it is no more; 404, if there never was one.
        """
        session = self._open.get(id)
        if session is None:
            raise self._missing(id)
        session.used = self._clock()
        self._open.move_to_end(id)
        return session

    def model_of(self, id: str) -> str | None:
        """Return the name of an open stream's model; it does not count as used."""
        session = self._open.get(id)
        return None if session is None else session.served.name

    def end(self, session: Session, reason: str) -> None:
        """End a stream, and remember why."""
        if self._open.pop(session.id, None) is None:
            return
        self.bytes -= session.size
        self.remember(session.id, reason)
        self._ended(session, reason)

    def remember(self, id: str, reason: str) -> None:
        """Remember why a stream is no more."""
        self._gone[id] = reason
        if len(self._gone) > _REMEMBERED:
            self._gone.popitem(last=False)

    def expire(self) -> None:
        """End what was not fed for too long."""
        until = self._clock() - self._bounds.stream_idle_seconds
        idle = takewhile(lambda one: one.used < until, self._open.values())
        for session in [one for one in idle if one.runs is None]:
            self.end(session, "idle")

    def outdate(self, newest: Served) -> None:
        """End the streams of models that this one has replaced by so many others between.

        Args:
            newest: the model that is served under its name now.
        """
        least = newest.loads - self._bounds.stream_versions
        of_it = (one for one in self if one.served.name == newest.name)
        for session in [one for one in of_it if one.served.loads <= least]:
            self.end(session, "model_changed")

    def _make_room(self, newest: Session) -> None:
        """End those fed longest ago, but none that is being answered."""
        bounds = self._bounds
        while self.bytes > bounds.stream_bytes or len(self._open) > bounds.max_streams:
            free = (one for one in self._open.values() if one.runs is None and one is not newest)
            oldest = next(free, None)
            if oldest is None:
                return
            self.end(oldest, "evicted")

    def _id(self, own: str) -> str:
        """Return the id of a stream of this run, which nobody else can make."""
        check = blake2b(own.encode("utf-8", "replace"), key=self._key, digest_size=_CHECK)
        return f"{self._run}-{own}{check.hexdigest()}"

    def _missing(self, id: str) -> RefusedError:
        reason = self._gone.get(id)
        if reason is None and _ID.fullmatch(id) and not id.startswith(self._run):
            reason = "restart"
        elif reason is None and id == self._id(id[len(self._run) + 1 :][: 2 * _OWN]):
            reason = "ended"
        if reason is None:
            return RefusedError(404, "there is no stream of this id", "no_such_stream")
        message = REASONS[reason].format(idle=self._bounds.stream_idle_seconds)
        return RefusedError(410, message, reason)
