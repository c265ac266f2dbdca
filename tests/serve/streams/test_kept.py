"""What happens to streams when their service is killed, or told to end."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

import elman
from tests.cli.command import elman as elman_command

resource = pytest.importorskip("resource")

SAVED = Path(__file__).parents[2] / "saved" / "first" / "classify-fast-lstm"
WORDS = ["the", "film", "was", "not", "bad", "at", "all", "and", "i", "loved", "it"]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def service(states, limit=None):
    """A service of its own; `limit` bytes of a file are as on a disk that gets full."""

    def limited():
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "elman", "serve", str(SAVED), "--port", "0"]
    process = subprocess.Popen(
        [*command, "--states", str(states), "--no-log-requests"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limited,
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("serving"), process.stderr.read()
        yield process, int(line.rpartition(":")[2])
    finally:
        process.kill()
        process.communicate()


def ask(port, path, data=None, method=None, kind="application/json"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=data, method=method)
    request.add_header("content-type", kind)
    try:
        with urllib.request.urlopen(request, timeout=30) as told:
            return told.status, told.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def feed(port, stream, seq, word):
    body = json.dumps({"seq": seq, "item": word}).encode()
    status, told = ask(port, f"/v1/streams/{stream}/feed", body)
    assert status == 200, told
    return json.loads(told)["answer"]


def opened(port, state=None):
    path = f"/v1/models/{SAVED.name}/streams"
    status, told = ask(port, path, state or b"", "POST", "application/octet-stream")
    assert status == 201, told
    return json.loads(told)["stream"]


def test_killed_restarted_told_to_end_and_restarted(tmp_path):
    tmp_path /= "states"
    ours = elman.load(SAVED).stream()
    expected = [json.loads(json.dumps(vars(ours.feed(word)))) for word in WORDS]
    with service(tmp_path) as (process, port):
        stream = opened(port)
        assert [feed(port, stream, n + 1, WORDS[n]) for n in range(4)] == expected[:4]
        _, state = ask(port, f"/v1/streams/{stream}/state")
        assert feed(port, stream, 5, WORDS[4]) == expected[4]  # after it was exported
        process.kill()
    assert names(tmp_path) == ["lock"]
    assert oct(tmp_path.stat().st_mode)[-3:] == "700"

    with service(tmp_path) as (process, port):
        status, told = ask(port, f"/v1/streams/{stream}")
        assert (status, json.loads(told)["error"]["code"]) == (410, "restart")
        again = opened(port, state)
        assert [feed(port, again, n + 1, WORDS[n]) for n in range(4, 7)] == expected[4:7]
        other = opened(port)
        second = elman_command("serve", str(SAVED), "--states", str(tmp_path), "--port=0", code=2)
        at_work = f"another elman serve is at work there (process {process.pid})"
        assert f"--states {tmp_path}: {at_work}. Wait for its end, or name" in second.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert json.loads(process.stderr.read().splitlines()[-1])["streams"] == 2
    assert names(tmp_path) == ["lock", "streams.jsonl"]

    with service(tmp_path) as (process, port):
        assert feed(port, again, 7, WORDS[6]) == expected[6]  # once more
        assert [feed(port, again, n + 1, WORDS[n]) for n in range(7, 11)] == expected[7:]
        assert feed(port, other, 1, WORDS[0]) == expected[0]
    assert names(tmp_path) == ["lock", "streams.taken.jsonl"]


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "states"
    said = elman_command("serve", str(SAVED), "--states", str(folder), "--port=0", code=2).stderr
    assert f"--states {folder}: nothing can be written there (Not a directory). Name" in said


def test_where_streams_cannot_be_kept_it_is_said(tmp_path):
    with service(tmp_path, limit=16_384) as (process, port):
        for _ in range(40):  # more than a buffer of the file, so that it is a write that fails
            opened(port)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 1
        _, _, logged = process.stderr.read().partition('"event": "streams lost", "streams": 40')
        said = " ".join(logged.partition("\n")[2].split())
        assert said.startswith("error: ")
        assert "streams.jsonl: could not be written (File too large). Free some space" in said
    assert names(tmp_path) == ["lock"]


def test_a_part_that_fails_is_said_and_the_process_ends(tmp_path):
    from elman.errors import WorkError
    from elman.serve.logs import Log
    from elman.serve.models import Models
    from elman.serve.serving import Serving
    from elman.serve.streams.kept import FILE, TAKEN
    from elman.serve.transport.server import bound, run

    models, written = Models({"m": SAVED}), io.StringIO()

    async def fails():
        raise RuntimeError("secret")

    def ends_with(reason, **parts):
        serving = Serving(models, log=Log(written), states=tmp_path)
        for name, part in parts.items():
            getattr(serving, name).append(part)
        with bound("127.0.0.1", 0) as listening, pytest.raises(WorkError, match=reason):
            run(serving, listening, lambda: signal.raise_signal(signal.SIGTERM))

    ends_with(r"a part of the service failed \(RuntimeError\)", draining=fails)
    ends_with(r"a part of the service failed \(RuntimeError\)", starting=fails)
    (tmp_path / FILE).touch()
    (tmp_path / TAKEN).mkdir()
    ends_with(f"{FILE}: could not be written")
    events = [json.loads(line) for line in written.getvalue().splitlines()]
    failed = [one for one in events if one["event"] in ("end failed", "start failed")]
    assert [one["event"] for one in failed] == ["end failed", "start failed", "start failed"]
    assert f"{FILE}: could not be written" in failed[2]["reason"]
    warned = [one["message"] for one in events if one["event"] == "warning"]
    assert warned.count("RuntimeError") == 1
    assert not any("Traceback" in one or "secret" in one for one in warned)


def test_told_to_end_while_streams_are_taken_up(tmp_path, monkeypatch):
    from elman.serve.bounds import Bounds
    from elman.serve.logs import Log
    from elman.serve.models import Models
    from elman.serve.serving import Serving
    from elman.serve.streams import service as streams
    from elman.serve.streams.kept import FILE, save, taken_up
    from elman.serve.streams.store import Store
    from elman.serve.transport.server import Server, bound

    models, store = Models({"m": SAVED}), Store(Bounds(), lambda: 0.0)
    save(tmp_path, [store.new(models["m"]) for _ in range(3)])
    serving = Serving(models, log=Log(io.StringIO()), states=tmp_path)
    server = Server(serving, lambda: None)

    def slowly(*given):
        server.end()
        server.end()
        time.sleep(0.3)
        return taken_up(*given)

    monkeypatch.setattr(streams, "taken_up", slowly)
    thread = threading.Thread(target=server.run, args=([bound("127.0.0.1", 0)],))
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    assert names(tmp_path) == ["streams.jsonl"]
    lines = (tmp_path / FILE).read_text().splitlines()
    kept = [json.loads(line)["stream"] for line in lines]
    assert kept == [session.id for session in store]


def test_nobody_else_reads_what_is_kept_and_it_goes_with_the_next(tmp_path):
    from elman.serve.bounds import Bounds
    from elman.serve.models import Models
    from elman.serve.streams.kept import FILE, TAKEN, save, taken_up
    from elman.serve.streams.store import Store

    models, folder = Models({"m": SAVED}), tmp_path / "states"
    store, again = (Store(Bounds(), lambda: 0.0) for _ in range(2))
    before = os.umask(0)
    try:
        save(folder, [store.new(models["m"])])
    finally:
        os.umask(before)
    assert oct(folder.stat().st_mode)[-3:] == "700"
    assert oct((folder / FILE).stat().st_mode)[-3:] == "600"
    taken_up(folder, models, again)
    assert (names(folder), len(again)) == ([TAKEN], 1)
    assert oct((folder / TAKEN).stat().st_mode)[-3:] == "600"
    save(folder, [])
    assert names(folder) == []


NO_BASE64 = '{"stream": "x", "model": "m", "state": "é"}'.encode()


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'{"stream": 1}', b"\xff", b"{}" * 50, NO_BASE64, b"[" * 10**5]
)
def test_a_damaged_line_costs_its_stream_alone(tmp_path, line):
    from elman.serve.bounds import Bounds
    from elman.serve.errors import RefusedError
    from elman.serve.models import Models
    from elman.serve.streams.kept import FILE, save, taken_up
    from elman.serve.streams.store import Store

    models, store = Models({"m": SAVED}), Store(Bounds(), lambda: 0.0)
    sessions = [store.new(models["m"]) for _ in range(5)]
    sessions[1].stream.feed("good")
    assert save(tmp_path, sessions) == 5
    lines = (tmp_path / FILE).read_bytes().splitlines()
    lines[0] = line
    lines[2] = lines[2].replace(b'"model": "m"', b'"model": "gone"')
    for n, wrong in ((3, "sha256"), (4, "model")):  # the hash of the state, and of its model
        content = json.loads(lines[n])
        state = base64.b64decode(content["state"])
        at = state.index(b'"%b":"' % wrong.encode()) + len(wrong) + 4
        state = state[:at] + b"0000" + state[at + 4 :]
        lines[n] = json.dumps(content | {"state": base64.b64encode(state).decode()}).encode()
    (tmp_path / FILE).write_bytes(b"\n".join(lines))
    after = Store(Bounds(), lambda: 0.0)
    assert taken_up(tmp_path, models, after) == {"streams": 1, "refused": 4}
    for session, code in zip(
        sessions, ["restart", "", "restart", "lost", "model_changed"], strict=True
    ):
        if code:
            with pytest.raises(RefusedError) as refused:
                after.named(session.id)
            assert (refused.value.status, refused.value.code) == (410, code)
    [kept] = after
    assert kept.id == sessions[1].id
    assert kept.stream.feed("bad") == sessions[1].stream.feed("bad")
    assert taken_up(tmp_path, models, after) == {"streams": 0, "refused": 0}
