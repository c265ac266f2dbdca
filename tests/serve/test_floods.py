"""What is sent without end, or read by nobody: nothing that the service holds grows with it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time

import pytest

from elman.serve import serving as serving_module
from elman.serve.bounds import Bounds
from elman.serve.transport.connection import _HEAD, _PART, Connection
from elman.serve.transport.server import Stalled
from tests.serve.running import TEXTS, WAIT_S, answer_of, code_of, hello, running, to_the_end

BOUNDS = Bounds(deadline_seconds=1.5, max_connections=8)
CHUNKED = (
    b"POST /v1/models/reviews/predict HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
LIVE = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
BODY = b'{"item": "bad"}'


@pytest.fixture(scope="module")
def service():
    with running(TEXTS, bounds=BOUNDS) as service:
        yield service


@pytest.fixture(autouse=True)
def _nothing_is_left(service):
    yield
    until, state = time.monotonic() + WAIT_S, service.server.server_state
    while (state.connections or service.serving.holds) and time.monotonic() < until:
        time.sleep(0.02)
    assert (len(state.connections), service.serving.holds) == (0, 0)
    assert service.predict({"item": "a fine film"})[0] == 200


@pytest.mark.parametrize(
    "endless",
    [b"1\r\n{\r\n0\r\n" + b"a:b\r\n" * 2**15, b"0\r\nA: " + b"b" * 2**17, b"1;" + b"e" * 2**17],
    ids=["lines", "one line", "beside a size"],
)
def test_what_is_no_part_of_a_body_has_the_bytes_of_a_head(service, endless):
    with service.connect() as connection:
        connection.sendall(CHUNKED + endless[: _HEAD + _PART])
        assert code_of(answer_of(to_the_end(connection))) == (431, "head_too_large")


def test_a_trailer_is_read_and_not_believed(service):
    chunk = b"%x\r\n%s\r\n0\r\n" % (len(BODY), BODY)
    status, headers, _ = answer_of(
        service.sent(
            CHUNKED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
            + chunk
            + b"X-Request-Id: of-the-trailer\r\n" * 2000
            + b"\r\n"
        )
    )
    assert status == 200
    assert headers["x-request-id"] != "of-the-trailer"


def test_requests_behind_one_that_runs_wait_as_bytes(service, monkeypatch):
    waited, unread = [], []
    head_came, came = Connection.on_headers_complete, Connection.data_received

    def seen(connection):
        head_came(connection)
        waited.append(len(connection.pipeline))

    def read(connection, data):
        came(connection, data)
        unread.append(len(connection._unread))

    monkeypatch.setattr(Connection, "on_headers_complete", seen)
    monkeypatch.setattr(Connection, "data_received", read)
    with service.connect() as connection:
        connection.sendall(LIVE * 2000)
        told = b""
        while told.count(b'"live"') < 2000 and (part := connection.recv(2**16)):
            told += part
    assert told.count(b"HTTP/1.1 200 ") == 2000
    assert 1 < max(waited) < 300
    # what waits as bytes is what came in one go, though every answer reads a body and more is sent
    asks = (CHUNKED + b"f\r\n" + BODY + b"\r\n0\r\n\r\n") * 2000
    waited.clear()
    with service.connect() as connection:
        connection.setblocking(False)
        until = time.monotonic() + WAIT_S
        while len(waited) < 300 and time.monotonic() < until:
            try:
                connection.send(asks)
            except BlockingIOError:
                time.sleep(0.001)
    assert len(waited) >= 300
    assert 2**14 < max(unread) < 2**20


def test_a_head_too_large_behind_a_request_leaves_that_its_answer(service):
    head = CHUNKED.replace(b"Transfer-Encoding: chunked", b"Content-Length: %d" % len(BODY))
    came = service.sent(head + BODY + b"GET / HTTP/1.1\r\nX: " + b"a" * (_HEAD + _PART))
    assert came.count(b"HTTP/1.1 ") == 1
    assert answer_of(came)[0] == 200


def test_who_reads_no_refusals_is_not_read(service, monkeypatch):
    waits, real = [], Connection._say

    def seen(connection, *given, **named):
        real(connection, *given, **named)
        waits.append(connection.transport.get_write_buffer_size())

    monkeypatch.setattr(Connection, "_say", seen)
    monkeypatch.setattr(service.serving, "in_flight", BOUNDS.max_queue)
    until = time.monotonic() + WAIT_S
    with service.connect() as connection:
        while not (found := list(service.server.server_state.connections)):
            assert time.monotonic() < until
        for end in (connection, found[0].transport.get_extra_info("socket")):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        holds, sending = False, memoryview(LIVE.replace(b"/health/live", b"/v1/models") * 3000)
        connection.setblocking(False)
        while not holds and len(waits) < 3000 and time.monotonic() < until:
            with contextlib.suppress(BlockingIOError):
                sending = sending[connection.send(sending) :]
            holds = found[0].flow.holds
    assert holds
    assert max(waits) < 2**18


def test_a_refusal_has_the_id_of_its_request_and_for_head_no_body(service, monkeypatch):
    monkeypatch.setattr(service.serving, "in_flight", BOUNDS.max_queue)
    ask = b"%s /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request-Id: my-%s\r\n\r\n"
    with service.connect() as connection:
        connection.sendall(ask % (b"HEAD", b"head") + ask % (b"GET", b"get"))
        came = b""
        while b'"busy"' not in came and (part := connection.recv(2**16)):
            came += part
    first, second, body = came.split(b"\r\n\r\n")
    assert b"x-request-id: my-head" in first
    assert second.startswith(b"HTTP/1.1 429 ")
    assert b"x-request-id: my-get" in second
    assert json.loads(body)["error"]["code"] == "busy"


def test_bodies_of_all_requests_together_have_a_bound(service, monkeypatch):
    large = {"item": "a fine film " * 10_000}
    assert service.predict(large)[0] == 200
    monkeypatch.setattr(serving_module, "_LARGEST_BODIES", 0.01)
    assert code_of(service.predict(large)) == (429, "busy")
    assert service.predict({"item": "a fine film"})[0] == 200


def test_a_spare_connection_becomes_no_socket(service):
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(service.connect()) for _ in range(BOUNDS.max_connections)]
        for connection in held:
            connection.sendall(LIVE)
            assert connection.recv(2**16)
        refused = answer_of(service.sent(hello(service)))
        assert code_of(refused) == (503, "connections")
        assert refused[1]["retry-after"] == "1"
        with service.connect() as spare:
            spare.sendall(LIVE)
            assert b" 200 " in spare.recv(2**16)
            held[0].close()
            until = time.monotonic() + WAIT_S
            while len(service.server.server_state.connections) > BOUNDS.max_connections:
                assert time.monotonic() < until
                time.sleep(0.01)
            spare.sendall(hello(service))  # there is room by now
            assert b" 101 " in spare.recv(2**16)


@pytest.mark.parametrize(("ends", "code"), [(False, "unavailable"), (True, "ending")])
def test_work_that_somebody_else_ends_is_answered_as_all_else(service, monkeypatch, ends, code):
    monkeypatch.setattr(service.serving, "ends", False)

    async def cut(*_):
        service.serving.ends = ends
        raise asyncio.CancelledError

    monkeypatch.setattr(service.serving.batcher, "answers", cut)
    answer = service.predict({"item": "a"}, X_Request_Id=f"cut-{code}")
    service.serving.ends = False
    assert code_of(answer) == (503, code)
    assert answer[1]["x-request-id"] == f"cut-{code}"
    assert answer[1]["retry-after"] == {False: "1", True: "5"}[ends]
    (line,) = (one for one in service.log if one.get("request") == f"cut-{code}")
    assert (line["status"], line["code"]) == (503, code)
    monkeypatch.undo()


class _Held:
    """A connection with bytes that its client has not taken."""

    def __init__(self):
        self.transport, self.left, self.is_aborted = self, 1000, False

    def get_write_buffer_size(self):
        return self.left

    def abort(self):
        self.is_aborted = True


def test_what_is_added_for_a_client_that_does_not_read_is_no_sign_of_life():
    stalled, silent, slow = Stalled(0.0), _Held(), _Held()
    for _ in range(3):
        stalled.abort({silent, slow})
        time.sleep(0.001)
        silent.left += 10
        slow.left -= 10
    assert silent.is_aborted
    assert not slow.is_aborted
