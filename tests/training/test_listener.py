"""Who is told nothing asks for nothing; a stopwatch adds up the parts."""

from __future__ import annotations

from elman.training import listener
from elman.training.listener import Listener, Stopwatch


def test_a_listener_of_its_own_is_silent(capsys):
    silent = Listener()
    silent.say("a line")
    silent.warn("another")
    with silent.counting("rows") as count, silent.training("fast") as show:
        count(3)
        show(None)
    assert capsys.readouterr() == ("", "")


def test_a_stopwatch_adds_up_each_part_and_all(monkeypatch):
    now = iter([100.0, 101.0, 103.0, 110.0, 114.5, 120.0, 120.25, 130.0])
    monkeypatch.setattr(listener.time, "perf_counter", lambda: next(now))
    watch = Stopwatch()
    for part in ("load", "fit", "load"):
        with watch.timing(part):
            pass
    assert watch.report() == {"load": 2.25, "fit": 4.5, "total": 30.0}
