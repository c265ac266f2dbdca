"""Answers on the loopback, by real requests: to whoever knows the token, and to nobody else."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from unittest import mock

import pytest

from elman.errors import OptionError, WorkError
from elman.web import serve
from elman.web.serve import NOTHING, Answer, Server, serving
from tests.web.served import running

PAGE, MODEL = b"<p>\xc3\xa4 page" * 70_001, b'{"weights":"AAAA"}'
ANSWERS = {
    "": Answer("text/html; charset=utf-8", PAGE, "script-src 'sha256-x'"),
    "models/a-1.json": Answer("application/json", MODEL),
}


@pytest.fixture(scope="module")
def server():
    with running(Server(ANSWERS)) as server:
        yield server


def sent(server, data):
    """What comes back for these bytes, to the end of the connection; empty where it was cut."""
    came = b""
    with (
        contextlib.suppress(ConnectionError),
        socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection,
    ):
        connection.sendall(data)
        while part := connection.recv(2**16):
            came += part
    return came


def request(server, path="", *, method="GET", headers=None, below=True):
    """Status, headers and body; `headers` stand in the place of the right Host."""
    headers = [("Host", f"127.0.0.1:{server.port}")] if headers is None else headers
    address = f"/{server.token}/{path}" if below else path
    lines = [f"{method} {address} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    came = sent(server, "\r\n".join([*lines, "", ""]).encode("latin-1"))
    head, _, body = came.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in rest), body


def test_whoever_knows_the_token_is_answered(server):
    assert server.address == f"http://127.0.0.1:{server.port}/{server.token}/"
    status, headers, body = request(server)
    assert (status, body) == (200, PAGE)
    assert headers.pop("Date")
    assert headers == {
        "Server": "elman",
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(PAGE)),
        "Content-Security-Policy": "script-src 'sha256-x'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    status, headers, body = request(server, "models/a-1.json")
    assert (status, headers["Content-Type"], body) == (200, "application/json", MODEL)
    assert headers["Content-Security-Policy"] == f"{NOTHING}; frame-ancestors 'none'"
    status, headers, body = request(server, method="HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(PAGE)), b"")


def test_tokens_are_new_each_time_and_cannot_be_guessed():
    with Server(ANSWERS) as one, Server(ANSWERS) as other:
        assert one.token != other.token
        assert re.fullmatch(r"[\w-]{22}", one.token)  # 128 bits
        assert one.port != other.port


def without_date(answer):
    status, headers, body = answer
    return status, {**headers, "Date": ""}, body


WRONG = [
    "/",
    "/favicon.ico",
    "/models/a-1.json",
    "/{token}",
    "/{token}x/",
    "/{start}/",
    "/{swapped}/",
    "/%00{token}/",
    "/\xff{token}/",
    "/{token}/?x=1",
    "/{token}/#",
    "/{token}/models",
    "/{token}/models/",
    "/{token}/models/b.json",
    "/{token}//",
    "/{token}/models//a-1.json",
    "/{token}/./models/a-1.json",
    "/{token}/models/../models/a-1.json",
    "/{token}/models%2fa-1.json",
    "/{token}/MODELS/A-1.JSON",
    "/x/../{token}/",
    "/{token}/../../../../../../etc/passwd",
    "/{token}/%2e%2e/%2e%2e/etc/passwd",
    "/{token}/..%5c..%5cwindows/win.ini",
    "/{token}//etc/passwd",
    "/{token}/file:///etc/passwd",
    "/{token}/models/a-1.json%00.html",
    "http://127.0.0.1:{port}/{token}/",
    "*",
]


@pytest.mark.parametrize("path", WRONG)
def test_all_else_is_told_nothing_and_touches_no_file(server, path):
    token = server.token
    path = path.format(token=token, start=token[:-1], swapped=token.swapcase(), port=server.port)
    nothing = without_date(request(server, "/nothing", below=False))
    with (
        mock.patch("builtins.open", side_effect=AssertionError),
        mock.patch("os.open", side_effect=AssertionError),
        mock.patch("os.stat", side_effect=AssertionError),
    ):
        answer = without_date(request(server, path, below=False))
    assert answer == nothing
    assert answer[0] == 404
    assert answer[2] == b"404 Not Found\n"


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        ["127.0.0.1"],
        ["localhost"],
        ["127.0.0.1:{other}"],
        ["rebound.example:{port}"],
        ["127.0.0.1.rebound.example:{port}"],
        ["localhost.:{port}"],
        ["[::1]:{port}"],
        ["user@127.0.0.1:{port}"],
        ["127.0.0.1:{port}", "127.0.0.1:{port}"],
        ["127.0.0.1:{port}", "rebound.example"],
        ["127.0.0.1:{port}, rebound.example"],
        [""],
    ],
)
def test_a_site_under_another_name_is_told_nothing(server, hosts):
    named = [("Host", host.format(port=server.port, other=server.port - 1)) for host in hosts]
    answer = request(server, headers=named)
    assert (answer[0], answer[2]) == (404, b"404 Not Found\n")
    assert request(server, headers=[("Host", f"localhost:{server.port}")])[2] == PAGE


@pytest.mark.parametrize(
    ("origins", "status"),
    [
        (["http://127.0.0.1:{port}"], 200),
        (["http://localhost:{port}"], 200),
        (["https://127.0.0.1:{port}"], 404),
        (["http://127.0.0.1"], 404),
        (["http://127.0.0.1:{other}"], 404),
        (["http://127.0.0.1:{port}/"], 404),
        (["http://elsewhere.example"], 404),
        (["null"], 404),
        ([""], 404),
        (["http://127.0.0.1:{port}", "http://elsewhere.example"], 404),
    ],
)
def test_a_page_of_another_site_is_told_nothing(server, origins, status):
    said = [("Origin", each.format(port=server.port, other=server.port + 1)) for each in origins]
    answer = request(server, headers=[("Host", f"127.0.0.1:{server.port}"), *said])
    assert answer[0] == status
    assert (answer[2] == PAGE) == (status == 200)


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "error"]
)
def test_nothing_but_reading_is_offered(server, method):
    for path in (f"/{server.token}/", "/x"):
        status, headers, body = request(server, path, method=method, below=False)
        assert (status, headers["Allow"], body) == (
            *(405, "GET, HEAD"),
            b"405 Method Not Allowed\n",
        )


NOISE = {
    "nothing": b"",
    "a line": b"\r\n",
    "no request": b"hello\r\n\r\n",
    "TLS": bytes.fromhex("16030100c8010000c40303") + bytes(range(256)) * 2,
    "before 1.0": b"GET /%s/\r\n",
    "later": b"GET /%s/ HTTP/9.9\r\n\r\n",
    "no number": b"GET /%s/ HTTP/x\r\n\r\n",
    "four words": b"GET /%s/ a HTTP/1.1\r\n\r\n",
    "half a head": b"GET /%s/ HTTP/1.1\r\nHost: 127.0.0.1:%d",
    "zeros": b"GET /\0%s/ HTTP/1.1\r\nHost\0: 127.0.0.1:%d\r\n\r\n",
    "a long line": b"GET /%s/" + b"x" * 2**20 + b" HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n",
    "a long header": b"GET /%s/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX: " + b"x" * 2**20 + b"\r\n\r\n",
    "many headers": b"GET /%s/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" + b"X: y\r\n" * 120 + b"\r\n",
    "endless": b"GET /%s/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" + b"X: y\r\n" * 2**17,
}


@pytest.mark.parametrize("noise", NOISE)
def test_noise_is_refused_and_the_next_request_is_answered(server, noise):
    with running(Server(ANSWERS, reading_s=0.2)) as server:
        data = NOISE[noise].replace(b"%s", server.token.encode())
        came = sent(server, data.replace(b"%d", str(server.port).encode()))
        assert re.match(rb"HTTP/1.0 (400|404|414|431|505) |$", came), came[:99]
        assert server.token.encode() not in came
        assert len(came) < 1000
        assert request(server)[2] == PAGE


def test_heads_are_refused_one_byte_beyond_what_is_read(server):
    head = f"GET /{server.token}/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nX: ".encode()
    most = serve._LARGEST_REQUEST - len(head) - 4
    assert PAGE in sent(server, head + b"x" * most + b"\r\n\r\n")
    assert sent(server, head + b"x" * (most + 1) + b"\r\n\r\n").startswith(b"HTTP/1.0 431 ")


def test_slow_clients_hold_nobody_up_and_are_cut():
    """More of them than are answered at once; each sends a letter whenever it may."""
    before = threading.active_count()
    with running(Server(ANSWERS, reading_s=1.0)) as server, contextlib.ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=20))
            for _ in range(serve._AT_ONCE + 9)
        ]
        done = threading.Event()

        def dribble():
            while not done.wait(0.05):
                for connection in slow:
                    with contextlib.suppress(OSError):
                        connection.send(b"x")

        thread = threading.Thread(target=dribble)
        thread.start()
        try:
            assert request(server)[2] == PAGE
            assert threading.active_count() < before + serve._AT_ONCE + 9
            for connection in slow:
                with contextlib.suppress(ConnectionError):
                    assert connection.recv(9) == b""
        finally:
            done.set()
            thread.join()


def test_a_few_slow_clients_take_no_time_of_others():
    with running(Server(ANSWERS, reading_s=600.0)) as server, contextlib.ExitStack() as stack:
        for _ in range(serve._AT_ONCE - 1):
            slow = socket.create_connection(("127.0.0.1", server.port), timeout=20)
            stack.enter_context(slow).sendall(b"GET /")
        for _ in range(5):
            assert request(server)[2] == PAGE


def test_who_does_not_take_the_answer_is_cut(monkeypatch):
    monkeypatch.setattr(serve, "_WRITING_S", 0.2)
    monkeypatch.setattr(serve, "_AT_ONCE", 1)
    large = {"": Answer("text/html", b"x" * 2**26)}
    with mock.patch.dict(ANSWERS, large), running(Server(ANSWERS, reading_s=600.0)) as server:
        idle = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        with idle:
            head = f"GET /{server.token}/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n"
            idle.sendall(head.encode())
            # the only place is free again once the idle one was cut
            assert request(server, "models/a-1.json")[2] == MODEL
            came = 0
            with contextlib.suppress(ConnectionError):
                while part := idle.recv(2**20):
                    came += len(part)
            assert came < 2**26


def test_places_are_given_back_whatever_happens(monkeypatch):
    monkeypatch.setattr(serve, "_AT_ONCE", 2)
    with running(Server(ANSWERS, reading_s=0.2)) as server:
        for noise in (b"", b"x", b"GET /x HTTP/1.1\r\n\r\n", b"POST / HTTP/1.1\r\n\r\n") * 3:
            sent(server, noise)
        with mock.patch.object(threading.Thread, "start", side_effect=RuntimeError("no more")):
            assert sent(server, b"GET / HTTP/1.1\r\n\r\n") == b""
        for _ in range(5):
            assert request(server)[2] == PAGE


def test_it_listens_to_this_machine_alone(server):
    assert server.socket.getsockname()[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_named_with_what_to_do(server):
    with pytest.raises(OptionError) as caught:
        serving(ANSWERS, server.port)
    assert str(caught.value) == (
        f"--port {server.port}: another program listens there. Name another, or leave --port out: "
        "a free one is found."
    )
    with (
        mock.patch.object(serve, "Server", side_effect=OSError(1, "not permitted")),
        pytest.raises(WorkError, match=r"no port of 127.0.0.1 can be listened on \(not permitted"),
    ):
        serving(ANSWERS)


def test_a_browser_finds_again_what_it_kept(monkeypatch):
    """It keeps by host and port: labs one after the other have one, labs side by side two."""
    with Server(ANSWERS) as free:
        usual = free.port
    monkeypatch.setattr(serve, "USUAL_PORT", usual)
    for _ in range(2):
        with running(serving(ANSWERS)) as first, serving(ANSWERS) as second:
            request(first)
            assert first.port == usual != second.port


def test_the_same_port_can_be_had_again_at_once(server):
    with running(Server(ANSWERS)) as first:
        request(first)
        port = first.port
    with serving(ANSWERS, port) as second:
        assert second.port == port
