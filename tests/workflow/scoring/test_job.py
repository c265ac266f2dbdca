"""Whose a folder is: what a mistake costs, what may be mended on the way, and what gives way."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading

import pytest

from elman.errors import OptionError
from elman.files import beside
from elman.workflow.scoring.folder import Folder
from elman.workflow.scoring.job import Job, joined
from tests.cli.command import elman
from tests.hostile.models import KINDS


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    place = tmp_path_factory.mktemp("model")
    KINDS["binary"](place / "m")
    return place / "m"


@pytest.fixture
def place(tmp_path, model):
    """A folder of two files, and of one that cannot be read."""
    shutil.copytree(model, tmp_path / "m")
    (tmp_path / "in").mkdir()
    for name, texts in {"a": ["good", "bad"], "c": ["dull"]}.items():
        (tmp_path / f"in/{name}.csv").write_text("\n".join(["text", *texts, ""]))
    (tmp_path / "in/b.csv").write_bytes(b"\xff\xfe broken")
    return tmp_path


def ask(place, *words, code=0, input="in/*"):
    how = ["--input", input, "--output", "out/", "--workers", 1, "--json"]
    return elman("predict", "m", *how, *words, cwd=place, code=code)


def report_of(done):
    return json.loads(done.stdout.splitlines()[-1])


def parts(place):
    """The texts' files and lines, by part."""
    return {
        path.name: [tuple(json.loads(line).values())[:2] for line in path.read_text().splitlines()]
        for path in sorted((place / "out").glob("part-*"))
    }


def test_a_file_without_a_part_may_be_mended_and_one_with_a_part_may_not(place):
    error = ask(place, code=2).stderr
    assert "in/b.csv" in error
    assert "a file of which no part is there may be mended, or left out" in error
    assert parts(place) == {
        "part-00000.jsonl": [("a.csv", 2), ("a.csv", 3)],
        "part-00002.jsonl": [("c.csv", 2)],
    }
    before = (place / "in/a.csv").stat()
    (place / "in/a.csv").write_text("text\nother\n")
    assert "belongs to another job: a.csv has changed since. Name" in ask(place, code=2).stderr
    (place / "in/a.csv").write_text("text\ngood\nbad\n")
    os.utime(place / "in/a.csv", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (
        "its --keep was not given, and is text now" in ask(place, "--keep", "text", code=2).stderr
    )
    (place / "in/b.csv").write_text("text\nfine\n")
    report = report_of(ask(place))
    assert (report["complete"], report["kept"], report["rows"]) == (True, 2, 4)
    assert parts(place)["part-00001.jsonl"] == [("b.csv", 2)]
    (place / "in/b.csv").write_text("text\nfine\ngood\n")  # now it has one
    assert "b.csv has changed since" in ask(place, code=2).stderr


def test_a_file_without_a_part_may_go_and_others_keep_their_numbers(place):
    ask(place, code=2)
    (place / "in/b.csv").unlink()
    with Folder(str(place / "out")).working("_manifest.json"):
        error = ask(place, code=2).stderr
    assert "b.csv was among its input files, and is not now, and somebody may be at w" in error
    (place / "in/d.csv").write_text("text\n" + "good\n" * 3)
    report = report_of(ask(place))
    assert (report["complete"], report["kept"], report["parts"]) == (True, 2, 3)
    assert {name: rows[0][0] for name, rows in parts(place).items()} == {
        "part-00000.jsonl": "a.csv",
        "part-00001.jsonl": "d.csv",  # the number that nobody has
        "part-00002.jsonl": "c.csv",
    }
    (place / "in/e.csv").write_text("text\ngood\n")  # what is whole stays as it is
    assert "e.csv was not among its 3 input files" in ask(place, code=2).stderr


def test_a_folder_without_a_part_is_taken_over_unless_somebody_is_at_work_in_it(place):
    ask(place, code=2, input="in/b.csv")
    assert {path.name for path in (place / "out").iterdir()} <= {
        "_manifest.json",
        "_parts",
        "_rejects",
    }
    with Folder(str(place / "out")).working("_manifest.json"):
        error = ask(place, "--keep", "text", code=2, input="in/[ac]*").stderr
        assert (
            "its --keep was not given, and is text now, and somebody may be at work in it" in error
        )
    (place / "out/part-00007.jsonl").touch()  # of which nobody knows whose it is
    assert "another job" in ask(place, "--keep", "text", code=2, input="in/[ac]*").stderr
    (place / "out/part-00007.jsonl").unlink()
    assert report_of(ask(place, "--keep", "text", input="in/[ac]*"))["complete"]


def test_two_that_would_change_a_folder_come_one_after_the_other(tmp_path):
    (tmp_path / "x").touch()
    folder, said = Folder(str(tmp_path)), []

    def second():
        with folder.alone("x") as company:
            said.append(company)

    thread = threading.Thread(target=second, daemon=True)
    with folder.alone("x") as company:
        assert company is None
        thread.start()
        thread.join(0.2)
        assert not said
    thread.join(60)
    assert "somebody may be at work" in said[0]


def test_of_two_jobs_that_begin_at_one_moment_the_first_has_the_folder(tmp_path):
    folder = Folder(str(tmp_path))
    first, other = (Job("m", "out/", ".jsonl", {}, keep, 1, "", ()) for keep in ("id", "all"))
    with contextlib.ExitStack() as working:

        def cut(sources):
            """Have seen no manifest, and be slow."""
            working.enter_context(joined(first, folder, lambda _: [], dict))
            return []

        said = "its --keep was id, and is all now, and somebody may be at work"
        with pytest.raises(OptionError, match=said):
            working.enter_context(joined(other, folder, cut, dict))
    manifest = json.loads((tmp_path / "_manifest.json").read_text())
    assert manifest["options"]["keep"] == "id"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_mistyped_option_or_column_makes_no_folder(place):
    KINDS["series"](place / "f")
    (place / "s.csv").write_text(
        "ds,sales\n" + "".join(f"2024-03-{d:02},{d}\n" for d in range(1, 20))
    )
    for words, said in [
        (["--level", "80,abc"], '"abc" is no level'),
        (["--level", "80,100"], '"100" is no level'),
        (["--steps", "0"], "0 steps ahead"),
        (["--keep", "ds"], "--keep ds: this input has no columns"),
    ]:
        error = elman(
            "predict", "f", "--input", "s.csv", "--out", "out/", *words, cwd=place, code=2
        )
        assert said in error.stderr
        assert not (place / "out").exists()
    error = ask(place, "--keep", "idd", code=2).stderr
    assert 'in/a.csv: --keep "idd": the input has no such column' in error
    assert not (place / "out").exists()


def test_empty_files_are_not_taken_and_it_is_said(place):
    (place / "in/b.csv").write_bytes(b"")
    done = ask(place)
    assert "b.csv: empty, and not taken" in done.stderr
    report = report_of(done)
    assert (report["complete"], report["files"], report["rows"]) == (True, 2, 3)
    assert report["warnings"] == ["b.csv: empty, and not taken"]
    (place / "in/a.csv").write_bytes(b"")
    (place / "in/c.csv").write_bytes(b"")
    shutil.rmtree(place / "out")
    assert "in/a.csv: the file is empty" in ask(place, code=2).stderr


def test_a_file_that_is_met_again_by_a_link_is_answered_once_and_it_is_said(place):
    (place / "in/b.csv").unlink()
    (place / "in/b.csv").symlink_to("c.csv")
    done = ask(place)
    assert "b.csv: is c.csv by a link, and not taken again" in done.stderr
    report = report_of(done)
    assert (report["complete"], report["files"], report["rows"]) == (True, 2, 3)


def test_what_the_dead_left_is_swept_and_what_the_living_write_is_not(place):
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    ask(place, code=2)
    (place / "in/b.csv").unlink()
    names = [
        "{}/.part-00000.jsonl.{}",
        "{}/_rejects/.part-00002.jsonl.{}",
        "{}/_parts/.00000.json.{}",
    ]
    here = beside(place / "x").name.split(".")[-3]
    dead, living = (
        [place / name.format("out", f"{number}.{here}.0a1b2c3d.tmp") for name in names]
        for number in (ended.pid, os.getpid())
    )
    of_b = place / f"out/.part-00001.jsonl.{ended.pid}.{here}.0a1b2c3d.tmp"
    lost = place / f"out/.part-00001.jsonl.{os.getpid()}.89abcdef.0a1b2c3d.tmp"  # with its machine
    other = place / f"out/._manifest.json.{ended.pid}.89abcdef.0a1b2c3d.tmp"
    lost.touch()
    other.touch()
    of_b.touch()
    for _ in range(2):  # when it goes on, and when all was done before
        for path in (*dead, *living):
            path.touch()
        ask(place)
        assert not any(path.exists() for path in dead)
        assert not of_b.exists()
        assert not lost.exists()
        assert other.exists()  # who begins on another machine this moment writes it
        assert all(path.exists() for path in living)
