"""SIGKILL at every operation on a file: what was there stays, what is left over goes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time

import pytest

import elman
from elman.errors import ArtifactError
from elman.files import atomic_write, beside, sweep
from elman.workflow.predict import predict_file
from tests.attribution.models import saved
from tests.hostile.models import answers
from tests.tasks.classify.small import reviews, write_csv

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

_OPERATIONS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.listdir", "os.scandir"}


def killed_at(k, work):
    """Do the work in a fork that is killed at its k-th operation; return whether it was."""
    child = os.fork()
    if child == 0:
        done, sync = 0, os.fsync

        def count(event=""):
            nonlocal done
            if event in _OPERATIONS:
                done += 1
                if done == k:
                    os.kill(os.getpid(), signal.SIGKILL)

        os.fsync = lambda handle: (count("open"), sync(handle))
        sys.addaudithook(lambda event, arguments: count(event))
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def write_over(place):
    saved(place, change=lambda tensors: tensors["fc.bias"].fill(1))


def test_a_model_that_is_written_over_another(tmp_path):
    """Before the first renaming the old one answers, after the last the new one."""
    old, new = tmp_path / "old", tmp_path / "new"
    saved(old)
    write_over(new)
    before, after = answers(old), answers(new)
    assert before != after
    ends, k = [], 0
    while True:
        k += 1
        place = tmp_path / f"{k}"
        shutil.copytree(old, place)
        if not killed_at(k, lambda place=place: write_over(place)):
            break
        try:
            said = answers(place)
            ends.append("old" if said == before else "new")
            assert said in (before, after), k
        except ArtifactError:
            ends.append("none")
        write_over(place)
        assert answers(place) == after
        left = {path.name for path in place.iterdir()}
        assert left == {"model.json", "weights.safetensors", "vocabulary.json"}, k
        shutil.rmtree(place)
    assert k > 12
    assert ends == sorted(ends, key=["old", "none", "new"].index)  # and never back
    assert ends.count("none") <= 3
    assert {"old", "new"} <= set(ends)


def test_answers_that_are_written_over_others(tmp_path):
    model = saved(tmp_path / "m")
    data = write_csv(tmp_path / "r.csv", reviews(20))
    folder = tmp_path / "answers"
    folder.mkdir()
    output, rejects = folder / "o.jsonl", folder / "o.jsonl.rejects.jsonl"

    def predict():
        predict_file(model, data, {}, output=output, rejects=None)

    predict()
    whole = output.read_bytes()
    k, untouched = 0, 0
    while True:
        k += 1
        output.write_text("what was there")
        if not killed_at(k, predict):
            break
        assert output.read_bytes() in (whole, b"what was there"), k
        untouched += output.read_bytes() != whole
        assert not rejects.exists() or not rejects.read_bytes()
        predict()
        assert [path.name for path in folder.iterdir()] == ["o.jsonl"], k
    assert untouched > 5
    assert output.read_bytes() == whole


def test_only_what_a_dead_process_left_of_this_very_file_is_swept(tmp_path):
    dead = os.fork()
    if dead == 0:
        os._exit(0)
    os.waitpid(dead, 0)
    here = beside(tmp_path / "o.csv").name.split(".")[-3]
    token, elsewhere = f"{here}.0123abcd.tmp", "89abcdef.0123abcd.tmp"
    gone = [f".o.csv.{dead}.{token}", f".o.csv.{dead}.{here}.76543210.tmp"]
    ended = [f".o.csv.{dead}.{elsewhere}"]  # of another machine, or container
    forgotten = f".o.csv.{os.getpid()}.{elsewhere}"
    stays = [
        f".o.csv.{os.getpid()}.{token}",  # somebody lives who writes it
        f".o.csv.1.{token}",
        f".other.csv.{dead}.{token}",
        f".o_csv.{dead}.{token}",
        f".o.csv.{dead}.tmp",
        f".o.csv.{dead}.{token}~",
        f"o.csv.{dead}.{token}",
        f".o.csv.x.{token}",
        "o.csv",
        "notes.txt",
    ]
    for name in [*gone, *ended, forgotten, *stays]:
        (tmp_path / name).write_text("")
    os.utime(tmp_path / forgotten, (time.time() - 90_000,) * 2)
    sweep(tmp_path, ["o.csv"])
    assert {path.name for path in tmp_path.iterdir()} == {*stays, *ended}
    sweep(tmp_path, ["o.csv"], ended=True)
    assert {path.name for path in tmp_path.iterdir()} == set(stays)
    sweep(tmp_path / "not there", ["o.csv"])


@pytest.mark.parametrize("links", [True, False])
def test_the_first_that_writes_a_file_has_the_name_where_there_are_links(
    tmp_path, monkeypatch, links
):
    if not links:
        monkeypatch.setattr(os, "link", lambda *_: os.stat(tmp_path / "none"))
    for data in (b"one", b"other"):
        atomic_write(tmp_path / "x", data, first=True)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [
        ("x", b"one" if links else b"other")
    ]


def test_a_name_of_any_length_that_fits_can_be_written(tmp_path):
    for name in ("x" * 255, "é" * 127, "🙂" * 63):
        atomic_write(tmp_path / name, b"whole")
        assert (tmp_path / name).read_bytes() == b"whole"
        (tmp_path / name).unlink()
    assert not list(tmp_path.iterdir())


def test_two_that_write_one_file_at_once_both_end_whole(tmp_path):
    model = elman.load(saved(tmp_path / "m").directory)
    data = write_csv(tmp_path / "r.csv", reviews(50))
    output = tmp_path / "o.jsonl"
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                for _ in range(5):
                    predict_file(model, data, {}, output=output, rejects=None)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    assert len([json.loads(line) for line in output.read_text().splitlines()]) == 50
    assert {path.name for path in tmp_path.iterdir()} == {"m", "r.csv", "o.jsonl"}
