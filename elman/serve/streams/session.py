"""One open stream: where it stands, and what was answered last."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any

from elman.errors import ArtifactError
from elman.runtime.streams import keeping
from elman.runtime.streams.stream import Stream
from elman.schema import parse
from elman.serve.models import Served

__all__ = ["OVERHEAD", "Session", "mark_of", "sequence_in"]

OVERHEAD = 2048
"""Bytes that a stream takes beside its state, rounded up; `benchmarks/streams.py` measures them."""

SEQUENCE, ANSWER, MARK = "seq", "answer", "asked"
"""What an exported state says beside what a stream keeps."""

_SHORT = 16
"""Bytes of what tells pieces apart."""

_NUMBER, _WORD = 8, 64
"""Bytes of what stands in a window."""


class Session:
    """An open stream.

    Args:
        id: its name, which nobody can guess.
        served: the model it began with, and ends with.
        state: as it was exported, to go on from there.

    Raises:
        OptionError: the model reads both ways.
        ArtifactError: the state is damaged, or another model's.
    """

    __slots__ = ("_state_size", "answer", "id", "mark", "runs", "seq", "served", "stream", "used")

    def __init__(self, id: str, served: Served, state: bytes | None = None) -> None:
        self.id, self.served = id, served
        self.stream: Stream = served.model.stream(state)
        self.seq = 0
        """Number of the newest piece; 0 before the first."""
        self.answer = b""
        """What was said to it, as JSON."""
        self.mark = b""
        """What it was, in short."""
        self.runs: asyncio.Future[None] | None = None
        """Done when the piece that is being answered is."""
        self.used = 0.0
        """When somebody last asked for it, on the clock of the event loop."""
        if state is not None:
            _, said = keeping.unpacked(state)
            try:
                self.seq = sequence_in(said)
                self.answer = said.get(ANSWER, "").encode("utf-8", "surrogatepass")
                self.mark = bytes.fromhex(said.get(MARK, "")[: 2 * (_SHORT + 1)])
                if self.seq:
                    parse(self.answer, "its answer")
            except (ValueError, ArtifactError) as error:
                raise ArtifactError(
                    f"the state of a stream cannot be taken up: {error}. Export it again, or begin "
                    "anew."
                ) from None
        self._state_size = OVERHEAD + size_of(self.stream)

    @property
    def size(self) -> int:
        """Bytes that it takes, at most."""
        return self._state_size + len(self.answer)

    async def settled(self) -> None:
        """Wait until no piece is being answered."""
        while self.runs is not None:
            # not awaited itself: whoever gives up would end it for all others
            await asyncio.wait([self.runs])

    def answered(self, seq: int, mark: bytes, answer: bytes) -> None:
        """Keep what was said to a piece, for who asks again."""
        self.seq, self.mark, self.answer = seq, mark, answer
        del self.stream.prediction  # the answer is it

    @property
    def told(self) -> bytes:
        """The answer with where the stream stands, as JSON."""
        head = f'{{"stream": "{self.id}", "seq": {self.seq}, "steps": {self.stream.steps}'
        return b'%b, "answer": %b}' % (head.encode(), self.answer)

    def export(self) -> bytes:
        """Return the state, with where the stream stands."""
        answer = self.answer.decode("utf-8", "surrogatepass")
        return self.stream.export({SEQUENCE: str(self.seq), ANSWER: answer, MARK: self.mark.hex()})


def size_of(stream: Stream) -> int:
    """Return the bytes that the state of a stream takes, at most."""
    codec = stream.codec
    if codec.window is not None:
        return codec.window * (_WORD if isinstance(codec.carries, tuple) else _NUMBER)
    return sum(array.nbytes for array in stream.kept.values())


def sequence_in(said: dict[str, str]) -> int:
    """Return the number of the newest piece that a state has.

    Raises:
        ValueError: it says none.
    """
    text = said.get(SEQUENCE, "0")
    if not text.isdecimal() or len(text) > 15:
        raise ValueError(f"{text!r:.40} is no sequence number")
    return int(text)


def mark_of(value: Any) -> bytes:
    """Return what tells a piece from another with the same number: itself, if it is a word."""
    if isinstance(value, str):
        text = value.encode("utf-8", "surrogatepass")
        if len(text) <= _SHORT:
            return b'"' + text
    else:
        text = json.dumps(value, sort_keys=True).encode()
    return hashlib.blake2b(text, digest_size=_SHORT).digest()
