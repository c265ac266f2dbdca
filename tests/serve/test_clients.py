"""Clients that are slow, half there, many or mad: it is over soon, and others are answered."""

from __future__ import annotations

import contextlib
import gc
import http.client
import io
import json
import logging
import socket
import struct
import time

import pytest

from elman.serve.bounds import Bounds
from elman.serve.transport import gate
from tests.serve.running import TEXTS, WAIT_S, answer_of, code_of, running, to_the_end

BOUNDS = Bounds(head_seconds=0.3, deadline_seconds=0.6, idle_seconds=1, max_connections=8)
HEAD = b"POST /v1/models/reviews/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 15\r\n\r\n"
BODY = b'{"item": "bad"}'


@pytest.fixture(scope="module")
def service():
    said = []
    heard = logging.Handler()
    heard.emit = said.append
    logging.getLogger("asyncio").addHandler(heard)
    with running(TEXTS, bounds=BOUNDS) as service:
        yield service
    del service
    gc.collect()  # what failed in a task that nobody waits for is said when the task goes
    logging.getLogger("asyncio").removeHandler(heard)
    assert [one.getMessage() for one in said] == []


@pytest.fixture(autouse=True)
def _others_are_answered(service):
    yield
    until = time.monotonic() + WAIT_S
    while service.server.server_state.connections and time.monotonic() < until:
        time.sleep(0.02)
    assert not service.server.server_state.connections
    assert service.predict({"item": "a fine film"})[0] == 200


def test_a_head_that_never_ends(service):
    with service.connect() as connection:
        connection.sendall(HEAD[:20])
        assert code_of(answer_of(to_the_end(connection))) == (408, "too_slow")


@pytest.mark.parametrize("before", [b"", HEAD + BODY])
def test_a_head_that_drips(service, before):
    """Also one behind a request that was answered."""
    began = time.monotonic()
    with service.connect() as connection:
        connection.sendall(before)
        assert not before or b" 200 " in connection.recv(2**16)
        try:
            for byte in b"GET / HTTP/1.1\r\nX-Long: " + b"a" * int(WAIT_S / 0.05):
                connection.sendall(bytes([byte]))
                time.sleep(0.05)
        except ConnectionError:
            pass
    assert time.monotonic() - began < WAIT_S


def test_a_connection_that_says_nothing(service):
    with service.connect() as connection:
        assert to_the_end(connection) == b""


def test_a_body_that_never_comes(service):
    with service.connect() as connection:
        connection.sendall(HEAD + BODY[:4])
        assert code_of(answer_of(to_the_end(connection))) == (408, "too_slow")


def test_a_client_that_goes_before_it_is_answered(service):
    for data in (HEAD[:30], HEAD + BODY[:4], HEAD + BODY):
        with service.connect() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(data)


def test_a_client_that_says_no_more_is_answered(service):
    with service.connect() as connection:
        # both in one go, so that the end is there before the answer
        connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, "TCP_CORK", 4), 1)
        connection.sendall(HEAD + BODY)
        connection.shutdown(socket.SHUT_WR)
        status, _, said = answer_of(to_the_end(connection))
    assert status == 200
    assert said["answer"]["probabilities"].keys() == {"negative", "positive"}


def test_a_client_that_does_not_read(service):
    """More answers than the system's buffers hold are asked for, and none is taken."""
    ask = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with service.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(0.1)
        began = time.monotonic()
        try:
            while time.monotonic() - began < WAIT_S:
                connection.sendall(20 * ask)
        except TimeoutError:
            pass
        until = time.monotonic() + WAIT_S
        while service.server.server_state.connections and time.monotonic() < until:
            time.sleep(0.05)
        assert not service.server.server_state.connections


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40),
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"\r\n\r\n\r\nNONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nBad Header: b\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        bytes(range(256)) * 8,
    ],
)
def test_what_is_no_http(service, data):
    status, headers, body = answer_of(service.sent(data))
    assert status == 400
    assert headers["connection"] == "close"
    assert body["error"]["code"] == "malformed"
    assert any(one["event"] == "warning" for one in service.log)


def test_a_head_that_is_too_large(service):
    came = service.sent(b"GET / HTTP/1.1\r\n" + b"X-Many: " + b"a" * 2**17)
    assert code_of(answer_of(came)) == (431, "head_too_large")


def test_beyond_so_many_connections_health_is_still_answered(service):
    held = [service.connect() for _ in range(BOUNDS.max_connections)]
    try:
        for connection in held:
            connection.sendall(HEAD[:20])
        until = time.monotonic() + WAIT_S
        while len(service.server.server_state.connections) < len(held):
            assert time.monotonic() < until
            time.sleep(0.001)
        assert service.ask("GET", "/health/live")[0] == 200
        assert code_of(service.predict({"item": "a"})) == (503, "connections")
    finally:
        for connection in held:
            connection.close()


def test_the_rest_of_a_refused_body_is_no_request(service):
    """Of a small one the connection goes on; what follows is read as what it is."""
    head = HEAD.replace(b"reviews", b"nothing")
    with service.connect() as connection:
        connection.sendall(head)
        first = connection.recv(2**16)
        assert b" 404 " in first
        connection.sendall(BODY + HEAD + BODY)
        assert b" 200 " in connection.recv(2**16)


LARGE = BOUNDS.max_body + 2**20


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [("models/reviews/predict", LARGE, 413), ("none", LARGE - 2**21, 404)],
    ids=["more than is taken", "to nobody"],
)
@pytest.mark.parametrize("chunked", [False, True])
def test_who_sends_all_of_a_body_before_reading_sees_why_it_was_not_taken(
    service, path, size, status, chunked
):
    client = http.client.HTTPConnection("127.0.0.1", service.port, timeout=WAIT_S)
    with contextlib.closing(client):
        body = io.BytesIO(bytes(size)) if chunked else bytes(size)
        client.request("POST", f"/v1/{path}", body, encode_chunked=chunked)
        told = client.getresponse()
        assert told.status == status
        assert told.headers["connection"] == "close"
        assert json.load(told)["error"]["code"] == {413: "too_large", 404: "not_found"}[status]


def test_what_is_thrown_away_has_bounds(service, monkeypatch):
    large = HEAD.replace(b"Content-Length: 15", b"Content-Length: %d" % 10**12)
    with service.connect() as connection:  # nothing comes
        connection.sendall(large)
        assert code_of(answer_of(to_the_end(connection))) == (413, "too_large")
    with service.connect() as connection:  # it drips
        connection.sendall(large)
        with contextlib.suppress(ConnectionError):
            for _ in range(WAIT_S * 50):
                connection.sendall(b"a")
                time.sleep(0.02)
            raise AssertionError("the service reads on")
    monkeypatch.setattr(gate, "_THROWN", 2**20)
    with service.connect() as connection:  # more comes than anybody reads
        connection.sendall(large)
        with pytest.raises(ConnectionError):
            connection.sendall(bytes(2**25))


def test_where_too_much_is_asked_it_is_said_and_the_connection_goes_on(service, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(service.serving, "in_flight", BOUNDS.max_queue)
        answer = service.predict({"item": "a"})
        assert code_of(answer) == (429, "busy")
        assert answer[1]["retry-after"] == "1"
        (said,) = (one for one in service.log if one.get("request") == answer[1]["x-request-id"])
        assert said["ms"] == 0  # the connection said so, and the application was not asked
        refused = service.ask("POST", "/v2/models/reviews/infer", {})
        assert (refused[0], type(refused[2]["error"])) == (429, str)
        assert service.ask("GET", "/health/ready")[0] == 200
        large = HEAD.replace(b"Content-Length: 15", b"Content-Length: 100000")
        assert code_of(answer_of(service.sent(large))) == (429, "busy")
        connection = service.connect()
        connection.sendall(2 * (HEAD + BODY))
        came = b""
        while came.count(b'"busy"') < 2 and (part := connection.recv(2**16)):
            came += part
        assert came.count(b"HTTP/1.1 429 ") == 2
    with connection:
        connection.sendall(HEAD + BODY)
        assert b"HTTP/1.1 200 " in connection.recv(2**16)
