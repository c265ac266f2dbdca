"""Standard streams that are closed, full or unread end in an exit code and at most a sentence."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from unittest import mock

import pytest

import elman
from elman.cli.main import run
from tests.attribution.models import saved
from tests.tasks.classify.small import reviews, write_csv


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("streams")
    saved(folder / "m")
    write_csv(folder / "r.csv", reviews(60))
    return folder


def unread():
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "w")


def full():
    return open("/dev/full", "w")


FAULTS = {"full": full, "closed": lambda: None, "unread": unread}

COMMANDS = {
    "predict": ["predict", "m", "a good film"],
    "predict json": ["predict", "m", "a good film", "--json"],
    "predict rows": ["predict", "m", "--input", "r.csv"],
    "evaluate": ["evaluate", "m", "r.csv", "--label", "label"],
    "evaluate json": ["evaluate", "m", "r.csv", "--json"],
    "explain": ["explain", "m", "a good film"],
    "explain json": ["explain", "m", "a good film", "--json"],
    "stream": ["stream", "m"],
    "help": ["--help"],
    "help of one": ["train", "--help"],
}
WORDS = "not a good film\n"


def end(place, arguments, **streams):
    """Run a command on these streams; return its exit code and what it said on standard error."""
    before, here = signal.getsignal(signal.SIGTERM), os.getcwd()
    good = {"stdin": io.StringIO(WORDS), "stdout": io.StringIO(), "stderr": io.StringIO()}
    used = good | streams
    with (
        mock.patch.multiple(sys, **used, argv=["elman", *arguments]),
        mock.patch.dict(os.environ, {"COLUMNS": "100"}),
    ):
        os.chdir(place)
        try:
            code = run()
        finally:
            os.chdir(here)
            signal.signal(signal.SIGTERM, before)
    for stream in streams.values():
        if stream is not None:
            stream.close()
    return code, good["stderr"].getvalue()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", COMMANDS)
def test_standard_output(place, name, fault):
    stdout = FAULTS[fault]()
    code, said = end(place, COMMANDS[name], stdout=stdout)
    if fault == "unread":
        assert code == 0
        assert "error: " not in said
    else:
        why = "No space left on device" if fault == "full" else "it is closed"
        last = said.splitlines()[-1]
        assert (code, last.startswith("error: ")) == (1, True)
        assert why in last


@pytest.mark.parametrize("fault", FAULTS)
def test_standard_error(place, fault):
    code, _ = end(place, COMMANDS["predict"], stderr=FAULTS[fault]())
    assert code == 0
    code, _ = end(place, ["predict", "no such model", "x"], stderr=FAULTS[fault]())
    assert code == 2
    code, _ = end(place, ["no such command"], stderr=FAULTS[fault](), stdout=FAULTS[fault]())
    assert code == 2


def test_standard_input_that_is_closed_or_no_file(place, monkeypatch):
    code, said = end(place, ["stream", "m"], stdin=None)
    assert code == 2
    assert said.startswith("error: standard input could not be read (it is closed)")
    broken = io.StringIO()
    monkeypatch.setattr(broken, "readline", mock.Mock(side_effect=OSError(5, "Input/output error")))
    code, said = end(place, ["stream", "m"], stdin=broken)
    assert (code, "Input/output error" in said) == (2, True)


def test_a_training_nobody_reads_of_still_makes_its_model(place):
    quick = ["train", "r.csv", "--threads", "1", "--no-baselines"]
    code, said = end(place, [*quick, "--out", "unread"], stdout=unread())
    assert (code, said) == (0, "")
    assert elman.load(place / "unread").predict(["a lovely film"])


def test_nothing_is_written_of_an_answer_that_is_none(place):
    with mock.patch("elman.runtime.network.Network.forward") as forward:
        forward.return_value = [[float("nan")]]
        code, said = end(place, ["predict", "m", "a", "--json"])
    assert code == 1
    assert said.splitlines()[-1].startswith("error: the answer cannot be written as JSON")


def test_a_file_does_not_take_the_place_of_a_closed_stream(place):
    """In a process of its own: what a library prints must not go into what we write."""
    script = f"""
import os, sys
sys.argv = ["elman", "predict", "m", "--input", "r.csv", "--out", "o.jsonl"]
from elman.data.tables import formats
opened = formats.open_table
def noisy(*args, **kwargs):
    os.write(1, b"noise of a library")
    os.write(2, b"noise of a library")
    return opened(*args, **kwargs)
from elman.tasks.classify import task
task.open_table = noisy
from elman.cli.main import main
os.chdir({str(place)!r})
main()
"""
    done = subprocess.run(
        ["bash", "-c", f'exec {sys.executable} -c "$0" <&- >&- 2>&-', script], timeout=60
    )
    assert done.returncode == 1  # the last line had nowhere to go
    rows = (place / "o.jsonl").read_text().splitlines()
    assert [json.loads(row)["line"] for row in rows] == list(range(2, 62))


def test_a_line_that_never_ends_is_not_held(place):
    class Endless(io.StringIO):
        def readline(self, size=-1):
            assert 0 < size < 2**25
            return "a" * size

    code, said = end(place, ["stream", "m"], stdin=Endless())
    assert (code, "no line end in" in said) == (2, True)


@pytest.mark.parametrize(("code", "ends"), [(0, 1), (2, 2)])
def test_what_never_arrived_is_a_failure(code, ends):
    script = (
        "import sys\n"
        "from elman.cli.streams import flushed\n"
        "sys.stdout = open('/dev/full', 'w')\n"
        "print('an answer')\n"
        f"sys.exit(flushed({code}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == ends
    assert "standard output could not be written (No space left on device)" in done.stderr
