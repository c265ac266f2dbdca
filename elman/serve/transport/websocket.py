"""A WebSocket's frames, with bounds on what waits to be read on either side.

uvicorn answers pings however many answers their client has not read, and gathers the parts of a
message in a list that has no end where they are empty. Here who does not read is not read either,
parts are put together as they come, and what all messages hold together has a bound.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from elman.serve.serving import Serving
from elman.serve.transport.gate import SMALL

__all__ = ["Frames", "frames_of"]

_TRY_AGAIN_LATER = 1013


class Frames(WebSocketsSansIOProtocol):
    """uvicorn's, with bounds."""

    serving: Serving
    """Of the sub-class that a service makes."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._asked = self._holds = 0
        """Bytes of messages that wait for their answer; and, where they are many, of those and of
        what has come of the next."""

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._count()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._count()
        if self._holds and self.serving.holds_too_much and not self.close_sent:
            self._give_up()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    def handle_cont(self, event: Any) -> None:
        parts: list[Any] = self.frames
        if not isinstance(parts[0], bytearray):
            parts[0] = bytearray(parts[0])
        parts[0] += event.data
        if event.fin:
            self.send_receive_event_to_app()

    def send_receive_event_to_app(self) -> None:
        self._asked += len(self.frames[0])
        super().send_receive_event_to_app()

    async def receive(self) -> Any:
        if self.queue.empty():  # all is answered
            self._asked = 0
            if self._holds:
                self._count()
        message = await super().receive()
        if not self.writable.is_set():
            self.transport.pause_reading()
        return message

    def _count(self) -> None:
        held = 0 if self.disconnected else len(self.conn.reader.buffer) + self._asked
        if self.frames:  # parts of one more, put together
            held += len(self.frames[0])
        held = held if held > SMALL else 0
        self.serving.holds += held - self._holds
        self._holds = held

    def _give_up(self) -> None:
        """Say goodbye, and read no message any more."""
        self.conn.fail(_TRY_AGAIN_LATER, "too much waits already")
        self.queue.put_nowait({"type": "websocket.disconnect", "code": _TRY_AGAIN_LATER})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.frames = []
        self._count()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.close)


def frames_of(serving: Serving) -> type[Frames]:
    """Return the protocol of a service's WebSockets."""
    return type("Frames", (Frames,), {"serving": serving})
