"""Fixed answers on the loopback of this machine, for one browser; no request becomes a path.

Every address lies below a token that is new each time; whoever does not have it is told nothing.
Neither is a page of another site that reaches us under a name of its own (Host), or that the
browser says is one (Origin).

But: the token stands in the browser's address, and in its command line while it is opened, where
other users of the machine may see it. Nothing can be changed with it, only read.
"""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, NamedTuple

from elman.errors import OptionError, WorkError

__all__ = ["NOTHING", "USUAL_PORT", "Answer", "Server", "serving"]

_log = logging.getLogger("elman.lab")

NOTHING = "default-src 'none'"
"""The content security policy of what is no page."""

_LOOPBACK = "127.0.0.1"
USUAL_PORT = 11990
"""What a browser keeps for a page, it keeps by host and port: the next lab finds it again."""
_AT_ONCE = 32
"""Connections that are answered side by side; further ones wait."""
_LARGEST_REQUEST = 2**14
"""Bytes of a request's head; a browser's has about a thousand."""
_WRITING_S = 60.0
"""Seconds in which an answer must have been taken."""


class Answer(NamedTuple):
    """What one address answers."""

    media_type: str
    content: bytes
    policy: str = NOTHING


class Server(ThreadingMixIn, TCPServer):
    """Answers `GET` and `HEAD` below its `address`, until `shutdown` or an interrupt.

    Args:
        answers: by what follows the token in the address, "" for the page itself.
        port: of the loopback; 0 for a free one.
        reading_s: seconds in which a request must have come, whole.

    Raises:
        OSError: the port is taken.
    """

    daemon_threads = True
    block_on_close = False
    # Windows would let a second server listen on the same port
    allow_reuse_address = os.name == "posix"
    request_queue_size = 128

    def __init__(
        self, answers: Mapping[str, Answer], port: int = 0, *, reading_s: float = 10.0
    ) -> None:
        self.answers = dict(answers)
        self.reading_s = reading_s
        self.token = secrets.token_urlsafe(16)
        self._free = threading.Semaphore(_AT_ONCE)
        super().__init__((_LOOPBACK, port), _Handler)
        self.hosts = {f"{name}:{self.port}" for name in (_LOOPBACK, "localhost")}
        self.origins = {f"http://{host}" for host in self.hosts}

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://{_LOOPBACK}:{self.port}/{self.token}/"

    def process_request(self, request: Any, client_address: Any) -> None:
        self._free.acquire()
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._free.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        _log.debug("a request was not answered", exc_info=True)


def serving(answers: Mapping[str, Answer], port: int | None = None) -> Server:
    """Return a server that listens already.

    Args:
        answers: as of `Server`.
        port: of the loopback; None for the usual one, or where that is taken a free one.

    Raises:
        OptionError: the port cannot be had.
        WorkError: no port can be had.
    """
    if port is None:
        with contextlib.suppress(OSError):
            return Server(answers, USUAL_PORT)
    try:
        return Server(answers, port or 0)
    except OSError as error:
        why = error.strerror or str(error)
        if port is None:
            raise WorkError(f"no port of {_LOOPBACK} can be listened on ({why}).") from error
        if error.errno == errno.EADDRINUSE:
            why = "another program listens there"
        raise OptionError(
            f"--port {port}: {why}. Name another, or leave --port out: a free one is found."
        ) from None


class _TooLongError(Exception):
    """A request has a larger head than any browser sends."""


class _Head(io.RawIOBase):
    """What a client sends, up to a number of bytes and until a time, however slowly it comes."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self._until = time.monotonic() + seconds
        self._left = _LARGEST_REQUEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        seconds = self._until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        if self._left == 0:
            raise _TooLongError
        self._connection.settimeout(seconds)
        count = self._connection.recv_into(buffer, min(len(buffer), self._left))
        self._left -= count
        return count


class _Handler(BaseHTTPRequestHandler):
    """One connection, one request."""

    server: Server
    # whatever comes is answered with a status line and headers
    default_request_version = BaseHTTPRequestHandler.protocol_version

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self.rfile = io.BufferedReader(_Head(self.connection, self.server.reading_s))
        self.requestline = self.request_version = self.command = ""

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            try:
                self.handle_one_request()
            except _TooLongError:
                self.send_error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def do_GET(self) -> None:
        found = self._found()
        if found is None:
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            self._send(HTTPStatus.OK, found)

    do_HEAD = do_GET  # noqa: N815

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the code alone; what was asked is not repeated."""
        status = HTTPStatus(code)
        if status is HTTPStatus.NOT_IMPLEMENTED:  # of a method, as the base class has it
            status = HTTPStatus.METHOD_NOT_ALLOWED
        said = f"{status.value} {status.phrase}\n".encode()
        self._send(status, Answer("text/plain; charset=utf-8", said))

    def version_string(self) -> str:
        return "elman"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the address has the token."""

    def _found(self) -> Answer | None:
        """Return what the address answers, to whoever may ask."""
        begin = f"/{self.server.token}/".encode()
        path = self.path.encode("utf-8", "surrogateescape")
        known = secrets.compare_digest(path[: len(begin)], begin)
        name = path[len(begin) :].decode("utf-8", "replace")
        hosts, origins = (self.headers.get_all(each, []) for each in ("Host", "Origin"))
        ours = (
            len(hosts) == 1 and self.server.hosts >= {*hosts} and self.server.origins >= {*origins}
        )
        return self.server.answers.get(name) if known and ours else None

    def _send(self, status: HTTPStatus, answer: Answer) -> None:
        self.close_connection = True
        self.connection.settimeout(_WRITING_S)
        self.send_response(status)
        headers = {
            "Content-Type": answer.media_type,
            "Content-Length": str(len(answer.content)),
            "Content-Security-Policy": f"{answer.policy}; frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = "GET, HEAD"
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)
