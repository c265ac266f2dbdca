"""No command writes over what it reads, however that is named, nor over a part of a model."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from elman.data.unread import check_outside, check_unread
from elman.errors import OptionError
from tests.cli.command import elman
from tests.hostile.models import KINDS

ROWS = "text,label\na good film,1\nthe plot was dull,0\n"


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    KINDS["binary"](tmp_path / "m")
    for name in ("in/a.csv", "in/b.csv", "classes/pos/1.txt", "d.json", "d.html", "s.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(ROWS)
    (tmp_path / "link.csv").symlink_to("in/a.csv")
    return tmp_path


def content(place):
    return {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("predict m --input s.csv --out s.csv", "--out s.csv is the input itself"),
        ("predict m --input in/*.csv --out in/a.csv", "--out in/a.csv is one of the files of in/*"),
        ("predict m --input ** --out in/a.csv", "--out in/a.csv is one of the files of **"),
        ("predict m --input in --out in/../in/b.csv", "--out in/../in/b.csv is one of the files"),
        ("predict m --input in --out link.csv", "--out link.csv is one of the files of in"),
        ("predict m --input in --out o.csv --rejects in/b.csv", "--rejects in/b.csv is one of"),
        ("predict m --input in --out o.csv --rejects r.txt", "Choices: .jsonl, .csv, .parquet"),
        ("train in --task forecast --out n --back-test in/a.csv", "--back-test in/a.csv is one of"),
        ("train s.csv --test in --task forecast --out n --back-test in/a.csv", "is one of the"),
        ("memory m d.json --out d.json", "--out d.json is the input itself"),
        ("memory m classes --out classes/pos/1.txt", "is one of the files of classes"),
        ("memory m --out m/model.json", "--out m/model.json is part of a model"),
        ("report m d.html --out d.html", "--out d.html is the input itself"),
        ("recall --among d.html --out d.html", "--out d.html is the input itself"),
    ],
)
def test_what_is_read_is_never_written_over(place, words, said):
    before = content(place)
    done = elman(*words.split(), code=2)
    assert said in " ".join(done.stderr.split())
    assert content(place) == before


def test_an_address_of_this_machine_and_a_file_that_is_piped_are_what_is_read(place):
    address = f"file://{place}/in/*.csv"
    done = elman("predict", "m", "--input", address, "--out", "in/a.csv", code=2)
    assert "--out in/a.csv is one of the files of file://" in " ".join(done.stderr.split())
    words = [sys.executable, "-m", "elman", "predict", "m", "--out", "s.csv"]
    with open("s.csv") as piped:
        run = subprocess.run(words, stdin=piped, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "--out s.csv is the input itself; name another file" in run.stderr
    assert (place / "s.csv").read_text() == ROWS


@pytest.mark.parametrize(
    ("folder", "held", "read"),
    [
        ("in/m", "model.json", "in"),
        ("in/deep/m/", "model.json", "in/"),
        ("link/m", "model.json", "in"),
        ("in/m", "model.json", "link/../in"),
        ("in/out", "part-00000.jsonl", "in/**/*"),
        ("in/out", "part-00000.jsonl", "**/*.jsonl"),
        ("in/out", "part-00000.csv", "i?/*/part-*"),
        ("in/out/m", "model.json", "link/*/[mn]/**"),
        ("d[1]/out", "part-00000.csv", "d[1]/*/*.csv"),
        ("s3://b/in/out/", "part-00000.csv", "s3://b/in"),
        ("s3://b/in/out/", "part-00000.csv", "s3://b/**/*.csv"),
    ],
)
def test_a_folder_is_not_made_where_it_would_be_read(place, folder, held, read):
    (place / "link").symlink_to("in")
    (place / "d[1]").mkdir()
    said = f"--out {folder} lies where {read} is read, and would be read with it. Name a folder"
    with pytest.raises(OptionError, match=re.escape(said)):
        check_outside("--out", folder, held, None, [read], "-", "d.json", read)


@pytest.mark.parametrize(
    ("folder", "held", "read"),
    [
        ("in", "model.json", "in"),  # of which others have more to say
        ("in2/m", "model.json", "in"),
        ("m", "model.json", "in/../in"),
        ("in/.m", "model.json", "in"),
        ("in/_m", "model.json", "in"),
        ("in/.m", "model.json", "**/*"),
        ("in/m", "model.json", "in/*"),
        ("in/out", "part-00000.jsonl", "in/**/*.csv"),
        ("in/a.csv/m", "model.json", "in/*.csv"),
        ("s3://c/in/out/", "part-00000.csv", "s3://b/in"),
        ("s3://b/in/out/", "part-00000.csv", "s3://b/*.csv"),
        ("in/out/", "part-00000.csv", "s3://b/in"),
        ("loop/x", "model.json", "in"),
        ("a\0b", "model.json", "in"),
    ],
)
def test_a_folder_may_lie_where_nothing_is_read(place, folder, held, read):
    (place / "loop").symlink_to("loop")
    check_outside("--out", folder, held, read)


def test_neither_a_model_nor_answers_go_into_a_folder_of_tables(place):
    before = content(place)
    for words in (
        "train in --out in/model",
        "train s.csv --test in --out in/model",
        "predict m --input in --output in/out/",
        "predict m --input in/**/* --output in/out/ --parts csv",
    ):
        done = elman(*words.split(), code=2)
        assert " lies where in" in " ".join(done.stderr.split())
        assert content(place) == before
        assert not (place / "in/model").exists()


def test_what_lies_beside_the_input_may_be_written(place):
    for target in ("in/new.csv", "in/_answers.csv", "in/notes.txt", "o.csv"):
        path = place / target
        if target != "in/new.csv":
            path.write_text("")
        check_unread("--out", path, "in", "in/*.csv", None, ["in"])
    with pytest.raises(OptionError, match="input itself"):
        check_unread("--out", place / "s.csv", place / "s.csv")
    os.remove("s.csv")
    check_unread("--out", place / "s.csv", place / "s.csv")
