"""A service on the loopback, in a thread of this process, and a client that writes bytes."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import shutil
import socket
import threading
from pathlib import Path

from elman.serve.bounds import Bounds
from elman.serve.logs import Log
from elman.serve.models import Models
from elman.serve.serving import Serving
from elman.serve.transport.server import Server, bound

SAVED = Path(__file__).parents[1] / "saved"
TEXTS = SAVED / "reviews"
"""A small classifier."""
SERIES = SAVED / "first" / "forecast-gru"

WAIT_S = 20
"""For anything that comes at once, on a busy machine."""


def copied(model, folder):
    """A model's directory somewhere else, under the name of that folder."""
    return Path(shutil.copytree(model, folder))


class Running:
    """A service that runs."""

    def __init__(self, models, bounds, access):
        self.written = io.StringIO()
        self.serving = Serving(
            Models({path.name: path for path in models}),
            bounds or Bounds(),
            access=access,
            log=Log(self.written),
        )
        self._listening = bound("127.0.0.1", 0)
        self.port = self._listening.getsockname()[1]
        began = threading.Event()
        self.server = Server(self.serving, began.set)
        self._thread = threading.Thread(target=self.server.run, args=([self._listening],))
        self._thread.start()
        assert began.wait(WAIT_S)

    def close(self):
        self.server.end()
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive()

    @property
    def log(self):
        """What was logged so far."""
        self.serving.log.flush()
        return [json.loads(line) for line in self.written.getvalue().splitlines()]

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_S)

    def sent(self, data):
        """What comes back for these bytes until the service closes the connection."""
        with self.connect() as connection:
            connection.sendall(data)
            return to_the_end(connection)

    def ask(self, method, path, content=None, **headers):
        """Status, headers and what the JSON of the body says."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        body = b"" if content is None else body
        given = {"Host": f"127.0.0.1:{self.port}", "Connection": "close"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if content is not None:
            given.setdefault("Content-Length", str(len(body)))
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in given.items() if v)]
        return answer_of(self.sent("\r\n".join([*lines, "", ""]).encode("latin-1") + body))

    def predict(self, content, name="reviews", **headers):
        return self.ask("POST", f"/v1/models/{name}/predict", content, **headers)


@contextlib.contextmanager
def running(*models, bounds=None, access=None):
    service = Running(models or [TEXTS], bounds, access)
    try:
        yield service
    finally:
        service.close()


def hello(service, path="/v1/streams", **more):
    """What asks for a WebSocket."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{service.port}", "Upgrade: websocket"]
    lines += ["Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def to_the_end(connection):
    came = b""
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(2**16):
            came += part
    return came


def answer_of(came):
    head, _, body = came.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in rest)}
    if headers.get("content-type", "").startswith("application/json"):
        body = json.loads(body)
    return int(first.split()[1]), headers, body


def code_of(answer):
    """Status and code of an answer that is an error."""
    status, _, body = answer
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"code", "message"}
    return status, body["error"]["code"]
