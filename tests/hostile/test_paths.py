"""Every path that a command takes may lead nowhere: exit code 2 and a sentence, nothing written."""

from __future__ import annotations

import inspect
import os
import re
from pathlib import Path

import pytest

from elman.cli import commands
from elman.cli.app import app
from tests.attribution.models import saved
from tests.cli.command import elman
from tests.tasks.classify.small import reviews, write_csv

REVIEWS = Path(__file__).parents[1] / "saved/reviews"
"""A model with the record of its training."""

READ = {
    ("predict", "model"): ["predict", "PATH", "x"],
    ("stream", "model"): ["stream", "PATH"],
    ("explain", "model"): ["explain", "PATH", "x"],
    ("evaluate", "model"): ["evaluate", "PATH", "r.csv"],
    ("memory", "model"): ["memory", "PATH"],
    ("report", "model"): ["report", "PATH"],
    ("export", "model"): ["export", "PATH", "--onnx", "n.onnx"],
    ("lab", "models"): ["lab", "m", "PATH"],
    ("predict", "input"): ["predict", "m", "--input", "PATH"],
    ("evaluate", "data"): ["evaluate", "m", "PATH"],
    ("evaluate", "behaviour"): ["evaluate", "m", "--behaviour", "PATH"],
    ("memory", "data"): ["memory", "m", "PATH"],
    ("report", "data"): ["report", REVIEWS, "PATH"],
    ("lab", "tour"): ["lab", "--tour", "PATH"],
    ("train", "data"): ["train", "PATH", "--out", "new"],
    ("train", "test"): ["train", "r.csv", "--out", "new", "--test", "PATH"],
    ("compare", "data"): ["compare", "PATH"],
    ("compare", "test"): ["compare", "r.csv", "--test", "PATH"],
    ("update", "model"): ["update", "PATH", "r.csv"],
    ("update", "data"): ["update", "m", "PATH"],
    ("drift", "model"): ["drift", "PATH", "r.csv"],
    ("drift", "data"): ["drift", "m", "PATH"],
    ("serve", "models"): ["serve", "PATH", "--port", "0"],
    ("serve", "token_file"): ["serve", "m", "--port", "0", "--token-file", "PATH"],
    ("recall", "among"): ["recall", "--among", "PATH"],
}
"""Whatever a command reads, with the word PATH where the path stands."""

WRITTEN = {
    ("predict", "out"): (["predict", "m", "--input", "r.csv", "--out", "PATH"], ".csv"),
    ("predict", "rejects"): (["predict", "m", "--input", "r.csv", "--rejects", "PATH"], ".jsonl"),
    ("explain", "out"): (["explain", "m", "a good film", "--out", "PATH"], ".html"),
    ("memory", "out"): (["memory", "m", "--out", "PATH"], ".json"),
    ("report", "out"): (["report", "m", "--out", "PATH"], ".html"),
    ("export", "onnx"): (["export", "m", "--onnx", "PATH"], ".onnx"),
    ("lab", "static"): (["lab", "m", "--static", "PATH"], ""),
    ("serve", "states"): (["serve", "m", "--port", "0", "--states", "PATH"], ""),
    ("recall", "out"): (["recall", "--out", "PATH"], ".html"),
    ("bench", "out"): (["bench", "--out", "PATH"], ".json"),
    ("train", "out"): (["train", "r.csv", "--out", "PATH"], ""),
    ("demo", "out"): (["demo", "--out", "PATH"], ""),
}
"""Whatever a command writes, and the ending it must have."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paths")
    saved(folder / "m")
    write_csv(folder / "r.csv", reviews(60))
    (folder / "file").write_text("")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    os.mkfifo(folder / "fifo")
    for ending in {ending for _, ending in WRITTEN.values() if ending}:
        (folder / f"folder{ending}").mkdir()
        os.mkfifo(folder / f"fifo{ending}")
    return folder


def test_every_path_of_every_command_is_in_the_tables():
    commands.register(app)
    takes_paths = {
        (command.callback.__name__, name)
        for command in app.registered_commands
        for name, parameter in inspect.signature(command.callback, eval_str=True).parameters.items()
        if re.search(r"\bPath\b", str(parameter.annotation))
    }
    strings = {("train", "test"), ("compare", "test"), ("predict", "input"), ("predict", "out")}
    assert len(takes_paths) > 15
    assert takes_paths | strings == READ.keys() | WRITTEN.keys()


NOWHERE = {
    "missing": "no such thing",
    "below a file": "file/x",
    "too long": "x" * 300,
    "too long in all": "x/" * 3000 + "x",
    "loop": "loop",
    "fifo": "fifo",
    "device": "/dev/null",
    "empty": "",
}


@pytest.mark.parametrize("name", NOWHERE)
@pytest.mark.parametrize("where", READ, ids=" ".join)
def test_what_is_read(place, where, name):
    path = NOWHERE[name]
    if where[1] == "among" and name in ("missing", "empty"):
        path = path or "none"
    arguments = [path if word == "PATH" else word for word in READ[where]]
    done = elman(*arguments, code=2, cwd=place)
    refused(done, place)


UNFIT = {
    "below a file": "file/x",
    "below nothing": "no such folder/x",
    "too long": "x" * 252,
    "too long in all": "x/" * 3000 + "x",
    "below a loop": "loop/x",
    "fifo": "fifo",
    "folder": "folder",
}


@pytest.mark.parametrize("name", UNFIT)
@pytest.mark.parametrize("where", WRITTEN, ids=" ".join)
def test_what_is_written(place, where, name):
    arguments, ending = WRITTEN[where]
    if not ending and name in ("below nothing", "folder"):
        pytest.skip("a model directory is made with the folders above it")
    path = UNFIT[name] + ending + ("x" * 50 if name == "too long" and not ending else "")
    before = sorted(place.iterdir())
    done = elman(*(path if word == "PATH" else word for word in arguments), code=2, cwd=place)
    refused(done, place)
    assert sorted(place.iterdir()) == before


def refused(done, place):
    *_, error = [line for line in done.stderr.splitlines() if not line.startswith("See: ")]
    assert error.startswith("error: ")
    assert "Traceback" not in done.stderr
    assert not (place / "new").exists()


@pytest.mark.parametrize("place_of_name", ["before", "after"])
def test_python_calls_say_it_too(place, place_of_name):
    import elman as package
    from elman.errors import InputError

    name = "a\0b" if place_of_name == "before" else str(place / "m\0")
    calls = [
        lambda: package.load(name),
        lambda: package.train(str(place / "r.csv"), name),
        lambda: package.train(name, place / "new"),
        lambda: package.evaluate(place / "m", name),
    ]
    for call in calls:
        with pytest.raises(InputError):
            call()
