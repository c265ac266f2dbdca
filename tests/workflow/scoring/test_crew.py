"""Workers that cannot be begun: the command ends, says why, and keeps what others have done."""

from __future__ import annotations

import sys
import threading

import pytest

import elman
from elman.errors import WorkError
from elman.workflow.scoring.crew import Crew
from elman.workflow.scoring.run import predict_folder
from tests.hostile.models import KINDS


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A model, and six files of a row."""
    place = tmp_path_factory.mktemp("crew")
    KINDS["binary"](place / "m")
    (place / "in").mkdir()
    for n in range(6):
        (place / f"in/{n}.csv").write_text("text\ngood\n")
    return place


def ask(place, out, workers=2):
    model = elman.load(place / "m")
    with pytest.raises(WorkError) as error:
        predict_folder(model, str(place / "in"), str(place / out), {}, workers=workers)
    return error.value.lines or (str(error.value),)


def test_where_no_worker_can_be_begun_the_command_ends_and_says_why(place, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(place / "in"))
    first, more, left = ask(place, "none")
    assert first == "a worker could not be begun (Permission denied). Ask for fewer --workers."
    assert more == "and 1 more"
    assert "0 of 6 parts are done" in left


def test_one_that_cannot_be_begun_costs_one_part_where_there_are_others(place, monkeypatch):
    begun, first = Crew._begun, threading.Event()

    def once(crew):
        if first.is_set():
            raise OSError(11, "Resource temporarily unavailable")
        first.set()
        return begun(crew)

    monkeypatch.setattr(Crew, "_begun", once)
    said, left = ask(place, "some", 3)
    assert "(Resource temporarily unavailable)" in said
    assert len(list((place / "some").glob("part-*"))) == 4
    assert "4 of 6 parts are done" in left


def test_one_that_no_thread_can_speak_to_is_not_waited_for(place, monkeypatch):
    start, count = threading.Thread.start, []

    def scarce(thread):
        count.append(thread)
        if len(count) == 2:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", scarce)
    assert "can't start new thread" in ask(place, "threads")[0]
    assert not count[0].is_alive()
