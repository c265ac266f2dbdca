"""The files that answers are written to."""

import os

import pytest


def test_the_file_that_is_full_is_the_one_that_is_named(tmp_path, monkeypatch):
    from elman.errors import WorkError
    from elman.workflow.scoring import records
    from elman.workflow.scoring.records import writer

    def full(file):
        def write(record):
            raise OSError(28, "No space left on device")

        return write

    monkeypatch.setitem(records._WRITERS, ".csv", full)
    (tmp_path / "o.csv").write_text("as it was")
    with (
        pytest.raises(WorkError, match=r"o\.csv: could not be written \(No space"),
        writer(tmp_path / "o.csv") as write,
        writer(tmp_path / "rejects.jsonl"),
    ):
        write({"line": 1})
    with (
        pytest.raises(OSError, match="of something else"),
        writer(tmp_path / "o.csv") as write,
        writer(tmp_path / "rejects.jsonl"),
    ):
        raise OSError("of something else")
    assert [path.name for path in tmp_path.iterdir()] == ["o.csv"]
    assert (tmp_path / "o.csv").read_text() == "as it was"


def test_parquet_of_any_length_is_written_piece_by_piece(tmp_path, monkeypatch):
    import polars as pl

    from elman.workflow.scoring import records

    monkeypatch.setattr(records, "_TOGETHER", 10)
    monkeypatch.setattr(records, "_HELD", 100)
    monkeypatch.setattr(records, "_GROUP", 40)
    most = 0
    types = {"label": str, "p": {"a": float}, "tags": [str], "never": str}
    path = tmp_path / "o.parquet"
    with records.writer(path, types=types) as write:
        for n in range(205):
            late = n > 150
            row = {"label": "x" if late else None, "p": {"a": n} if late else None, "never": None}
            write({"line": n, "kept": 1.5 if late else 1, "odd": None, **row, "tags": []})
            most = max(most, len(list(tmp_path.iterdir())))
    assert most > 5  # what is written waits on the disk
    assert [p.name for p in tmp_path.iterdir()] == ["o.parquet"]
    found = pl.read_parquet(path)
    assert found["line"].to_list() == list(range(205))
    assert found.schema == {
        "line": pl.Int64,
        "kept": pl.Float64,
        "odd": pl.String,
        "label": pl.String,
        "p": pl.Struct({"a": pl.Float64}),
        "never": pl.String,
        "tags": pl.List(pl.String),
    }
    path.write_text("as it was")

    def interrupted():
        with records.writer(path) as write:
            for n in range(205):
                write({"line": n})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [p.name for p in tmp_path.iterdir()] == ["o.parquet"]
    assert path.read_text() == "as it was"


def test_half_a_character_is_written_as_its_escape_in_every_kind_of_file(tmp_path):
    import json

    import polars as pl

    from elman.workflow.scoring import records

    row = {"file": os.fsdecode(b"a\xff.csv"), "tags": ["\ud83d"], "p": {"a": "é"}, "n": 1}
    paths = [tmp_path / os.fsdecode(b"o\xff" + kind.encode()) for kind in records.KINDS]
    for path in paths:
        with records.writer(path) as write:
            write(row)
    lines, table, parquet = (path.read_bytes() for path in paths)
    assert json.loads(lines) == row
    assert table.decode().splitlines() == ["file,tags,p.a,n", "a\\udcff.csv,\\ud83d,é,1"]
    escaped = row | {"file": "a\\udcff.csv", "tags": ["\\ud83d"]}
    assert pl.read_parquet(parquet).to_dicts() == [escaped]
