"""`elman serve` as a process: says where it is, ends whole on a signal, is refused in time."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from tests.cli.command import elman
from tests.serve.running import TEXTS, WAIT_S, answer_of, to_the_end

SLOW = """
import sys, time
from elman.runtime.model import Model
real = Model.predict
def predict(self, items, **how):
    if items[0] == "slowly":
        time.sleep({seconds})
    return real(self, items, **how)
Model.predict = predict
assert "torch" not in sys.modules
from elman.cli.main import main
sys.argv[1:] = {arguments!r}
try:
    main()
finally:
    assert "torch" not in sys.modules
"""
"""The command, with a model that takes its time for one text."""


class Process:
    def __init__(self, *arguments, seconds=0.5):
        given = ["serve", str(TEXTS), "--port", "0", "--json", *arguments]
        self.process = subprocess.Popen(
            [sys.executable, "-c", SLOW.format(seconds=seconds, arguments=given)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines = []
        for line in self.process.stderr:
            self.lines.append(line)
            if "serving reviews: http" in line:
                break
        self.port = int(line.rpartition(":")[2])
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stderr))
        self.reader.start()

    def begin(self, text="slowly", verb="predict"):
        """A connection on which a text is asked about."""
        body = json.dumps({"item": text})
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_S)
        head = f"POST /v1/models/reviews/{verb} HTTP/1.1\r\nHost: localhost\r\n"
        head += f"Content-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body.encode())
        return connection

    def ask(self, path):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_S)
        with connection:
            head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            connection.sendall(head.encode())
            return answer_of(to_the_end(connection))

    def ended(self):
        """Exit code, and the last line of standard output."""
        code = self.process.wait(WAIT_S)
        self.reader.join(WAIT_S)
        last = self.process.stdout.read().splitlines()
        return code, json.loads(last[-1]) if last else None

    def logged(self, event):
        return [line for line in self.lines if f'"event": "{event}"' in line]


@pytest.fixture
def started():
    begun = []

    def start(*arguments, **how):
        begun.append(Process(*arguments, **how))
        return begun[-1]

    yield start
    for one in begun:
        one.process.kill()
        one.process.wait()
        one.reader.join(WAIT_S)
        one.process.stdout.close()
        one.process.stderr.close()


@pytest.mark.skipif(os.name != "posix", reason="signals of posix")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_lets_running_answers_finish(started, number):
    service = started()
    with service.begin("not a good film", "explain") as connection:
        assert b" 200 " in connection.recv(2**16)  # and at the end there is no torch
    with service.begin() as connection:
        time.sleep(0.1)
        service.process.send_signal(number)
        until = time.monotonic() + WAIT_S
        while (found := service.ask("/health/ready"))[0] == 200:
            assert time.monotonic() < until
        assert found[0] == 503
        assert found[2]["error"]["code"] == "ending"
        assert service.ask("/health/live")[0] == 200
        assert answer_of(to_the_end(connection))[0] == 200
    code, report = service.ended()
    assert code == 0
    assert report["models"] == {"reviews": "classify"}
    assert report["ended"] == "whole"
    assert service.logged("starting")
    assert service.logged("ending")


@pytest.mark.skipif(os.name != "posix", reason="signals of posix")
def test_a_second_signal_and_the_bound_end_at_once(started, tmp_path):
    service = started("--states", str(tmp_path), seconds=60)
    opened = b"POST /v1/models/reviews/streams HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with service.begin(), socket.create_connection(("127.0.0.1", service.port)) as connection:
        connection.sendall(opened)
        assert b" 201 " in connection.recv(2**16)
        time.sleep(0.1)
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert service.process.poll() is None
        service.process.send_signal(signal.SIGTERM)
        code, report = service.ended()
        assert (code, report["ended"]) == (0, "cut")
    assert len((tmp_path / "streams.jsonl").read_text().splitlines()) == 1
    assert not any("Traceback" in line for line in service.lines)
    service = started("--drain-seconds", "0.2", seconds=60)
    with service.begin():
        time.sleep(0.1)
        service.process.send_signal(signal.SIGTERM)
        code, report = service.ended()
        assert (code, report["ended"]) == (0, "cut")


def test_what_is_refused_before_anything_is_loaded(tmp_path):
    said = elman("serve", str(TEXTS), "--host", "0.0.0.0", code=2).stderr
    assert "--host 0.0.0.0: other machines may reach this address" in said
    said = elman("serve", str(TEXTS), "--max-body", "0", code=2).stderr
    assert "--max-body 0: expected 1 or more" in said
    assert "both would be served" in elman("serve", str(TEXTS), str(TEXTS), code=2).stderr
    assert "model.json: missing" in elman("serve", str(tmp_path), "--port=0", code=2).stderr
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = elman("serve", str(TEXTS), "--port", port, code=1).stderr
        assert f"127.0.0.1:{port} cannot be listened on" in said


def test_what_is_not_installed_is_named(monkeypatch):
    from elman.workflow import extras

    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "uvicorn" else name)
    said = elman("serve", str(TEXTS), code=2).stderr
    assert 'serve answers over HTTP and needs uvicorn: pip install "elman[serve]"' in said
