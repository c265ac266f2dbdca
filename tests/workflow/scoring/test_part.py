"""A part is of one file as it was cut, and its messages have the lines of that file."""

from __future__ import annotations

import os

import fsspec
import polars as pl
import pytest

import elman
from elman.data.pieces.cut import cut
from elman.data.pieces.sources import sources_of
from elman.errors import DataError
from elman.workflow.scoring.folder import Folder
from elman.workflow.scoring.job import Job, Shard
from elman.workflow.scoring.part import answer_shard
from tests.hostile.models import KINDS

CHANGED = "rows.{}: has changed since the job began. Run again when it stays as it is."


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    place = tmp_path_factory.mktemp("part")
    KINDS["binary"](place / "m")
    return elman.load(place / "m")


def pieces(model, path, size):
    """The job of a file, and its shards."""
    (source,) = sources_of(str(path))
    job = Job("m", "out/", ".jsonl", {}, None, size, "", (source,))
    found = cut(source, size, None)
    return job, [Shard(n, 0, source, found, piece) for n, piece in enumerate(found.pieces)]


@pytest.mark.parametrize("when", ["before", "meanwhile"])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_no_part_is_of_a_file_that_has_changed(model, tmp_path, kind, when):
    path, out = tmp_path / f"rows.{kind}", tmp_path / "out"

    def write(word, rows=8000):
        frame = pl.DataFrame({"text": [f"{word} film {n}" for n in range(rows)]})
        how = {"row_group_size": 2000} if kind == "parquet" else {}
        getattr(frame, f"write_{kind}")(tmp_path / "new", **how)
        os.replace(tmp_path / "new", path)

    class Slow:
        """A model that is asked while others write."""

        def __getattr__(self, name):
            return getattr(model, name)

        def predict(self, items):
            write("bad", 90)
            return model.predict(items)

    write("good")
    job, (first, second, *_) = pieces(model, path, 30_000)
    out.mkdir()
    assert answer_shard(model, job, Folder(str(out)), first)["rows"] > 1024
    if when == "before":
        write("bad", 90)
    with pytest.raises(DataError, match=CHANGED.format(kind)):
        answer_shard(Slow() if when == "meanwhile" else model, job, Folder(str(out)), second)
    left = [path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()]
    assert sorted(left) == ["_parts/00000.json", "part-00000.jsonl"]


def test_a_file_elsewhere_has_changed_when_its_store_says_so():
    fs = fsspec.filesystem("memory")
    fs.pipe("/changing/a.csv", b"text\ngood\n")
    listed, named = sources_of("memory://changing")[0], sources_of("memory://changing/a.csv")[0]
    assert not listed.changed
    assert not named.changed
    fs.pipe("/changing/a.csv", b"text\nlong\n")
    assert listed.changed
    assert named.changed


def test_a_wrong_byte_is_in_the_line_of_the_file(model, tmp_path):
    path, folder = tmp_path / "rows.csv", Folder(str(tmp_path))
    lines = [b"text", *(b"good film %04d" % n for n in range(2, 6001))]
    path.write_bytes(b"\n".join(lines) + b"\n")
    _, shards = pieces(model, path, 30_000)
    assert len(shards) > 2
    for n, shard in enumerate(shards):
        number = shard.piece.lines + (1 if n else 500)  # of later pieces the first row
        wrong = b"caf\xe9 " + lines[number - 1][5:]
        path.write_bytes(b"\n".join([*lines[: number - 1], wrong, *lines[number:]]) + b"\n")
        job, again = pieces(model, path, 30_000)
        assert [s.piece for s in again] == [s.piece for s in shards]
        with pytest.raises(DataError, match=rf"/rows.csv, line {number}: byte 0xE9 at position 4"):
            answer_shard(model, job, folder, again[n])
