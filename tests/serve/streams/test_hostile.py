"""WebSockets that are mad, half there or gone: all is over in bounded time, others are answered."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import struct
import time

import pytest

from elman.serve import serving as serving_module
from elman.serve.bounds import Bounds
from elman.serve.streams.feeder import Feeder
from elman.serve.transport.access import Access, access_of
from tests.serve.running import WAIT_S, answer_of, code_of, hello, running, to_the_end

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
LAST = 0x80


@pytest.fixture(scope="module")
def service():
    with running(bounds=Bounds(max_body=20_000, head_seconds=1, deadline_seconds=2)) as service:
        yield service


@pytest.fixture(autouse=True)
def _others_are_answered(service):
    yield
    with opened(service) as connection:
        stream = ask(connection, {"do": "open", "model": "reviews"})["stream"]
        assert ask(connection, feed_of(stream, 1, "good"))["seq"] == 1


def frame(data, kind=TEXT, first=LAST, mask=True, length=None):
    size = len(data) if length is None else length
    masked = 0x80 if mask else 0
    if size < 126:
        head = struct.pack("!BB", first | kind, masked | size)
    elif size < 2**16:
        head = struct.pack("!BBH", first | kind, masked | 126, size)
    else:
        head = struct.pack("!BBQ", first | kind, masked | 127, size)
    if not mask:
        return head + data
    key = os.urandom(4)
    return head + key + bytes(byte ^ key[n % 4] for n, byte in enumerate(data))


@contextlib.contextmanager
def opened(service):
    with service.connect() as connection:
        connection.sendall(hello(service))
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(1)
        assert b" 101 " in head.split(b"\r\n")[0]
        yield connection


def received(connection):
    """Kind and content of the next frame."""

    def exactly(count):
        came = b""
        while len(came) < count:
            part = connection.recv(count - len(came))
            assert part, "the connection is closed"
            came += part
        return came

    first, size = exactly(2)
    if size == 126:
        (size,) = struct.unpack("!H", exactly(2))
    elif size == 127:
        (size,) = struct.unpack("!Q", exactly(8))
    return first & 15, exactly(size)


def ask(connection, message):
    connection.sendall(frame(json.dumps(message).encode()))
    kind, content = received(connection)
    assert kind == TEXT
    return json.loads(content)


def feed_of(stream, seq, item):
    return {"do": "feed", "stream": stream, "seq": seq, "item": item}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(b"{}", mask=False), 1002),
        (frame(b"{}", kind=5), 1002),
        (frame(b"{}", kind=15), 1002),
        (frame(b"{}", first=LAST | 0x40), 1002),
        (frame(b"more", kind=0), 1002),
        (frame(b"half", first=0) + frame(b"{}"), 1002),
        (frame(b"x" * 126, kind=PING), 1002),
        (frame(b"", kind=PING, first=0), 1002),
        (frame(b"\xff\xfe{}"), 1007),
        (frame(b"", length=2**63 + 5), 1009),
        (frame(b"", length=2**62), 1009),
        (frame(b"x" * 20_001), 1009),
        (frame(b"x" * 15_000, first=0) + frame(b"x" * 15_000, kind=0), 1009),
        (frame(b"\x03", kind=CLOSE), 1002),
        (frame(struct.pack("!H", 5), kind=CLOSE), 1002),
        (frame(struct.pack("!H", 1000), kind=CLOSE), 1000),
    ],
    ids=range(16),
)
def test_bad_frames_end_the_connection_with_the_code_of_the_standard(service, data, code):
    began = time.monotonic()
    with opened(service) as connection:
        connection.sendall(data)
        kind, content = received(connection)
        assert (kind, *struct.unpack("!H", content[:2])) == (CLOSE, code)
        assert to_the_end(connection) == b""
    assert time.monotonic() - began < WAIT_S


def test_a_message_in_pieces_with_a_ping_between_is_a_message(service):
    whole = json.dumps({"do": "open", "model": "reviews"}).encode()
    with opened(service) as connection:
        connection.sendall(frame(whole[:7], first=0))
        connection.sendall(frame(b"?", kind=PING))
        assert received(connection) == (PONG, b"?")
        for byte in frame(whole[7:], kind=0):
            connection.sendall(bytes([byte]))
        assert json.loads(received(connection)[1])["seq"] == 0


def test_parts_of_a_message_are_put_together_as_they_come(service):
    whole = json.dumps({"do": "open", "model": "reviews"}).encode()
    with opened(service) as connection:
        connection.sendall(frame(whole[:7], first=0) + frame(b"", kind=0, first=0) * 3000)
        connection.sendall(frame(b"?", kind=PING))
        assert received(connection) == (PONG, b"?")
        frames = [one.frames for one in service.server.server_state.connections]
        assert [len(one) for one in frames if one] == [1]
        connection.sendall(frame(whole[7:], kind=0))
        assert json.loads(received(connection)[1])["seq"] == 0


def test_messages_of_all_connections_together_have_a_bound(monkeypatch):
    with running() as other, opened(other) as connection:

        def nothing_is_held():
            until = time.monotonic() + WAIT_S
            while other.serving.holds and time.monotonic() < until:
                time.sleep(0.01)
            return other.serving.holds == 0

        said = ask(connection, {"do": "open", "model": "reviews", "state": "A" * 100_000})
        assert said["error"]["code"] == "no_such_state"
        assert nothing_is_held()
        monkeypatch.setattr(serving_module, "_LARGEST_BODIES", 0.01)
        connection.sendall(frame(b"x" * 100_000)[:-1])
        kind, content = received(connection)
        assert (kind, *struct.unpack("!H", content[:2])) == (CLOSE, 1013)
        assert nothing_is_held()


@pytest.mark.parametrize("seconds", [60, 0], ids=["deadline", "unavailable"])
def test_a_message_has_a_deadline_and_the_connection_goes_on(monkeypatch, request, seconds):
    async def feed(*_):
        await asyncio.sleep(seconds)
        raise asyncio.CancelledError  # somebody else who waited for the same has gone

    monkeypatch.setattr(Feeder, "feed", feed)
    with running(bounds=Bounds(deadline_seconds=0.3)) as other, opened(other) as connection:
        stream = ask(connection, {"do": "open", "model": "reviews"})["stream"]
        for _ in range(2):
            said = ask(connection, feed_of(stream, 1, "good") | {"id": 7})
            assert said["id"] == 7
            assert said["error"]["code"] == request.node.callspec.id
        assert ask(connection, {"do": "facts", "stream": stream})["seq"] == 0


def test_streams_outlive_a_connection_that_is_gone(service):
    with opened(service) as connection:
        stream = ask(connection, {"do": "open", "model": "reviews"})["stream"]
        assert ask(connection, feed_of(stream, 1, "not"))["steps"] == 1
        connection.sendall(frame(json.dumps(feed_of(stream, 2, "bad")).encode()))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with opened(service) as connection:  # whether the second piece came, its client asks
        assert ask(connection, feed_of(stream, 2, "bad"))["steps"] == 2
        assert ask(connection, feed_of(stream, 3, "good"))["steps"] == 3


@pytest.mark.parametrize("kind", [TEXT, PING])
def test_a_client_that_does_not_read_costs_no_memory_without_end(service, kind):
    with opened(service) as connection:
        connection.settimeout(2)
        stream = ask(connection, {"do": "open", "model": "reviews"})["stream"]
        message = frame(json.dumps({"do": "export", "stream": stream}).encode(), kind)
        sent = 0
        with contextlib.suppress(OSError):
            while sent < 2**24:
                sent += connection.send(message * 500)
        # what is not read is not taken
        assert sent < 2**24


@pytest.mark.parametrize(
    "data",
    [
        b"GET /v1/streams HTTP/1.1\r\nUpgrade: websocket\r\n",
        b"GET /v1/streams HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\r\n",
    ],
    ids=["half", "no key"],
)
def test_half_a_handshake(service, data):
    began = time.monotonic()
    with service.connect() as connection:
        connection.sendall(data)
        assert connection.recv(2**16).startswith(b"HTTP/1.1 4")
    assert time.monotonic() - began < WAIT_S


def test_who_may_not_ask_is_told_before_there_is_a_socket():
    with running(access=Access(token=b"x" * 20)) as service:
        assert b" 401 " in service.sent(hello(service)).split(b"\r\n")[0]
        wrong = hello(service, Authorization="Bearer y")
        assert b" 401 " in service.sent(wrong).split(b"\r\n")[0]
        with service.connect() as connection:
            connection.sendall(hello(service, Authorization="Bearer " + "x" * 20))
            assert connection.recv(100).startswith(b"HTTP/1.1 101 ")
    with running(access=access_of("127.0.0.1", None, None)) as service:
        strange = hello(service).replace(b"Host: 127.0.0.1", b"Host: evil.example")
        assert b" 403 " in service.sent(strange).split(b"\r\n")[0]
        for path in ("/v1/none", "/v1/models", "/"):
            told = answer_of(service.sent(hello(service, path)))
            assert code_of(told) == (404, "not_found"), path
            assert "x-request-id" in told[1]
        service.serving.ends = True
        assert code_of(answer_of(service.sent(hello(service)))) == (503, "ending")


def test_the_end_of_the_service_is_told(service):
    with running() as other, opened(other) as connection:
        ask(connection, {"do": "open", "model": "reviews"})
        other.server.end()
        kind, content = received(connection)
        assert (kind, *struct.unpack("!H", content[:2])) == (CLOSE, 1001)
