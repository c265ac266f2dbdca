"""Whoever is killed, and when: in the end all rows are there, each once, with the same answer."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from elman.lock import scratch
from tests.workflow.scoring.made import job, plainly, said

WORKER = "elman.workflow.scoring.worker"
COMMAND = ["predict", "m", "--input", "in/*", "--output", "out/", "--keep", "id", "--parts"]
COMMAND += ["jsonl", "--part-size", "0.02"]

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return job(tmp_path_factory.mktemp("kills"))


@pytest.fixture(scope="module")
def whole(place):
    return plainly(place)


def begun(place, out, workers):
    words = [word if word != "out/" else f"{out}/" for word in COMMAND]
    return subprocess.Popen(
        [sys.executable, "-m", "elman", *words, "--workers", str(workers), "--json"],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def workers_of(process):
    """Numbers of its worker processes."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if parent == process and WORKER in (stat.parent / "cmdline").read_text():
                found.append(int(stat.parent.name))
    return found


def kill(process):
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def ended(process, code):
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, err
    return (json.loads(out.splitlines()[-1]) if out else None), err


def kept_whole(out):
    """Parts that are there, and vouched for, now."""
    return {p.name: p.read_bytes() for p in out.glob("part-*")} if out.exists() else {}


@pytest.mark.parametrize(
    "kills", [4, pytest.param(50, marks=pytest.mark.slow)], ids=lambda n: f"{n} kills"
)
def test_rows_are_the_same_for_any_kills_and_any_number_of_workers(place, whole, kills):
    draw, out = random.Random(kills), place / f"out-{kills}"
    seen = {}
    for _ in range(kills):
        process = begun(place, out.name, draw.randint(1, 3))
        time.sleep(draw.uniform(0.2, 1.4))
        if draw.random() < 0.3:  # the workers alone, which are replaced, and then all the same
            for worker in workers_of(process.pid):
                kill(worker)
            time.sleep(draw.uniform(0, 0.5))
        workers = workers_of(process.pid)
        kill(process.pid)
        process.communicate()
        deadline = time.monotonic() + 20
        while any(Path(f"/proc/{w}").exists() for w in workers):
            assert time.monotonic() < deadline, "a worker lives on"
            time.sleep(0.02)
        now = kept_whole(out)
        assert all(now.get(name) == data for name, data in seen.items())  # none is touched again
        seen = now
    report, _ = ended(begun(place, out.name, 2), 0)
    assert said(out) == whole
    assert report["complete"]
    assert report["rows"] == len(whole[0]) + len(whole[1])
    assert report["rejected"] == len(whole[1]) > 100
    assert not list(out.rglob(".*"))
    assert (out / "_SUCCESS").exists()


def test_a_worker_that_dies_is_replaced_and_one_that_always_dies_ends_it(place, whole):
    process = begun(place, "replaced", 2)
    killed = set()
    while len(killed) < 3 and process.poll() is None:
        for worker in workers_of(process.pid):
            if (
                worker not in killed
                and len(killed) < 3
                and (place / "replaced/part-00000.jsonl").exists()
            ):
                killed.add(worker)
                kill(worker)
        time.sleep(0.01)
    ended(process, 0)
    assert said(place / "replaced") == whole
    process = begun(place, "never", 1)
    while process.poll() is None:
        for worker in workers_of(process.pid):
            kill(worker)
        time.sleep(0.005)
    _, err = ended(process, 1)
    assert "3 workers died of part 0 (signal 9)" in err
    assert not (place / "never/_SUCCESS").exists()


def test_a_worker_whose_asker_is_gone_ends():
    """Also one that has nothing to do, and so nobody to tell of it."""
    with subprocess.Popen([sys.executable, "-m", WORKER], stdin=subprocess.PIPE) as worker:
        worker.stdin.close()
        try:
            assert worker.wait(timeout=60) == 1
        finally:
            worker.kill()


@pytest.fixture
def copies(tmp_path, monkeypatch):
    """Where copies of pieces go."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def at_work(place, out):
    """A command of which a part is done."""
    process = begun(place, out, 2)
    deadline = time.monotonic() + 30
    while not list((place / out / "_parts").glob("*.json")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process


def test_copies_that_were_left_go_and_those_of_others_stay(place, copies, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(copies))
    for name in ("elman-scratch-ofusers", "elman-scratch-nobodys_", "notes"):
        (copies / name).mkdir()
    stay = set(copies.iterdir())
    process = at_work(place, "left")
    kill(process.pid)
    process.communicate()
    assert len(list(copies.iterdir())) == 4
    with scratch() as held:
        assert set(copies.iterdir()) == {held, *stay}
        ended(begun(place, "left", 1), 0)
        assert set(copies.iterdir()) == {held, *stay}
    assert set(copies.iterdir()) == stay


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_it_ends_cleanly_and_goes_on_from_there(place, whole, copies, way):
    shutil.rmtree(place / "told", ignore_errors=True)
    process = at_work(place, "told")
    workers = workers_of(process.pid)
    process.send_signal(way)
    _, err = ended(process, 130)
    assert "the same command goes on" in err
    assert "Traceback" not in err
    assert not any(Path(f"/proc/{w}").exists() for w in workers)
    assert not list((place / "told").rglob(".*"))
    assert not list(copies.iterdir())
    report, _ = ended(begun(place, "told", 1), 0)
    assert report["kept"] > 0
    assert said(place / "told") == whole
