"""Kept columns of parquet parts: one schema, and values that are those of the input."""

from __future__ import annotations

import datetime
import json

import polars as pl
import pytest

from tests.cli.command import elman
from tests.hostile.models import KINDS


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("columns")
    KINDS["binary"](place / "m")
    return place


def file(place, name, text="good", **columns):
    frame = pl.DataFrame({"text": [text] * len(next(iter(columns.values()))), **columns})
    (place / name).parent.mkdir(exist_ok=True)
    if name.endswith(".parquet"):
        frame.write_parquet(place / name)
    else:
        getattr(frame, "write_csv" if name.endswith(".csv") else "write_ndjson")(place / name)


def ask(place, folder, keep, code=0, *words):
    how = ["--input", folder, "--out", f"out-{folder}/", "--parts", "parquet", "--workers", 1]
    return elman("predict", "m", *how, "--keep", keep, *words, cwd=place, code=code)


def test_columns_have_a_type_that_holds_those_of_all_files(place):
    day = datetime.date(2026, 3, 1)
    file(
        place,
        "one/a.parquet",
        id=[1, 2**53],
        small=pl.Series([1, 2], dtype=pl.Int8),
        note=pl.Series([None, None], dtype=pl.Null),
        nothing=pl.Series([None, None], dtype=pl.Null),
        day=[day, None],
        yes=[True, None],
        many=[[1], []],
        odd=[float("nan"), 1.0],
    )
    file(
        place,
        "one/b.parquet",
        id=[0.5],
        small=pl.Series([300], dtype=pl.UInt16),
        note=["x"],
        nothing=pl.Series([None], dtype=pl.Null),
        day=["never"],
        yes=pl.Series([None], dtype=pl.Boolean),
        many=pl.Series([[]], dtype=pl.List(pl.Int64)),
        odd=pl.Series([2.0], dtype=pl.Float32),
    )
    keep = "id,small,note,nothing,day,yes,many,odd"
    ask(place, "one", keep)
    parts = sorted((place / "out-one").glob("part-*"))
    schemas = [pl.read_parquet_schema(part) for part in parts]
    assert len(schemas) == 2
    assert schemas[0] == schemas[1]
    assert {name: str(schemas[0][name]) for name in keep.split(",")} == {
        "id": "Float64",
        "small": "Int32",
        "note": "String",
        "nothing": "String",
        "day": "String",
        "yes": "Boolean",
        "many": "List(Int64)",
        "odd": "Float64",
    }
    rows = pl.read_parquet(parts).select(keep.split(",")).rows()
    assert rows == [
        (1.0, 1, None, None, "2026-03-01", True, [1], None),
        (2.0**53, 2, None, None, None, None, [], 1.0),
        (0.5, 300, "x", None, "never", None, [], 2.0),
    ]


def test_columns_of_csv_and_json_lines_are_text(place):
    file(place, "lines/a.csv", id=[1, 2], note=["x", None])
    file(place, "lines/b.jsonl", id=[3], note=[True])
    (place / "lines/c.jsonl").write_text('{"text": "bad", "id": [1.5, "x"], "note": "é"}\n')
    ask(place, "lines", "id,note")
    found = pl.read_parquet(place / "out-lines/part-*.parquet")
    assert found["id"].to_list() == ["1", "2", "3", '[1.5, "x"]']
    assert found["note"].to_list() == ["x", "", "true", "é"]


@pytest.mark.parametrize(
    ("folder", "columns", "said"),
    [
        (
            "text",
            ([1], ["x"]),
            '/b.parquet: the column "id" is text, and in {}/a.parquet it is Int64',
        ),
        (
            "yes",
            ([True], [1.5]),
            '/b.parquet: the column "id" is Float64, and in {}/a.parquet it is B',
        ),
        (
            "list",
            ([[1]], [["x"]]),
            '/b.parquet: the column "id" is a list, and in {}/a.parquet it is a',
        ),
    ],
)
def test_types_that_cannot_be_one_are_refused_by_the_names_of_two_files(
    place, folder, columns, said
):
    for name, column in zip("ab", columns, strict=True):
        file(place, f"{folder}/{name}.parquet", id=column)
    error = ask(place, folder, "id", 2).stderr
    assert f"{folder}{said.format(folder)}" in error
    assert "leave it out of --keep, have one type in all files, or say --parts jsonl" in error
    assert not list((place / f"out-{folder}").glob("*"))
    ask(place, folder, "id", 0, "--parts", "jsonl")


def test_a_number_whose_digits_would_be_lost_is_refused(place):
    file(place, "digits/a.parquet", id=[1, 2**53 + 1])
    file(place, "digits/b.parquet", id=[0.5])
    error = ask(place, "digits", "id", 2).stderr
    assert f'digits/a.parquet, row 2: "id" is {2**53 + 1}, and a column of Float64' in error


def test_a_mended_file_keeps_the_schema_of_the_parts_that_are_there(place):
    file(place, "later/a.parquet", id=[1])
    (place / "later/b.parquet").write_bytes(b"PAR1 no parquet PAR1")
    assert "later/b.parquet: damaged" in ask(place, "later", "id", 2).stderr
    file(place, "later/b.parquet", id=[0.5])
    error = ask(place, "later", "id", 2).stderr
    assert "columns that are kept would be others than in its parts" in error
    file(place, "later/b.parquet", id=pl.Series([2], dtype=pl.Int8))
    report = json.loads(ask(place, "later", "id", 0, "--json").stdout.splitlines()[-1])
    assert (report["complete"], report["kept"]) == (True, 1)
    assert pl.read_parquet(place / "out-later/part-*.parquet")["id"].to_list() == [1, 2]


@pytest.mark.parametrize(
    ("kind", "keep", "columns"),
    [("jsonl", "x", ["x"]), ("csv", "x,id", ["x", "id"]), ("parquet", "all", ["id", "text", "x"])],
)
def test_keys_that_come_and_go_are_in_every_part_as_in_the_plain_command(
    place, kind, keep, columns
):
    (place / "keys").mkdir(exist_ok=True)
    (place / "keys/a.jsonl").write_text('{"id": 1, "text": "good"}\n')
    (place / "keys/b.jsonl").write_text('{"text": "bad", "x": 3}\n')
    how = ["--input", "keys/*.jsonl", "--keep", keep]
    elman("predict", "m", *how, "--out", f"keys.{kind}", cwd=place)
    out = f"keys-{kind}/"
    elman("predict", "m", *how, "--out", out, "--parts", kind, "--workers", 1, cwd=place)
    whole = frame(place / f"keys.{kind}")
    assert whole.columns[1 : len(columns) + 1] == columns
    parts = [frame(part) for part in sorted((place / out).glob("part-*"))]
    assert [part.columns[2:] for part in parts] == [whole.columns[1:]] * 2
    assert kind != "parquet" or parts[0].schema == parts[1].schema
    for name in columns:
        each = [value for part in parts for value in part[name]]
        assert [*map(plain, each)] == [*map(plain, whole[name])]
    error = elman("predict", "m", *how[:3], "idd", "--out", "new/", cwd=place, code=2).stderr
    assert '--keep "idd": the input has no such column. Did you mean "id"?' in error
    assert not (place / "new").exists()


def plain(value):
    return "" if value is None else str(value)


def frame(path):
    read = {".csv": pl.read_csv, ".parquet": pl.read_parquet, ".jsonl": pl.read_ndjson}
    return read[path.suffix](path)
