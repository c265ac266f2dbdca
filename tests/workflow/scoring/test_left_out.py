"""Series that cannot be foretold: each is rejected with its name, line and reason, and said."""

from __future__ import annotations

import json

import numpy as np
import pytest

import elman
from elman import tasks
from elman.data.series.panel import Panel
from elman.data.series.series import Series
from elman.errors import DataError, InputError
from elman.tasks.resolve import resolve
from elman.workflow.predict import predict_file
from elman.workflow.scoring.run import predict_folder, screen
from tests.hostile.models import KINDS

DAYS = [f"2024-03-{day:02}" for day in range(1, 13)]
FEW_DAYS = tuple(enumerate(DAYS))
FEW = "at least 8. Add rows."


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A forecaster, and files: series that are whole, empty, short, with a word and with a gap."""
    place = tmp_path_factory.mktemp("left")
    KINDS["series"](place / "m")
    whole = [(name, day, n) for name in ("a", "b") for n, day in enumerate(DAYS)]
    empty = [("none", day, "") for day in DAYS]
    word = [("word", day, "abc" if n == 4 else n) for n, day in enumerate(DAYS)]
    large = [("large", day, 1e90 * 10**n) for n, day in enumerate(DAYS)]
    short = [("short", day, 3) for day in DAYS[:2]]
    (place / "in").mkdir()
    write(place / "in/many.csv", [*whole, *empty, *word, *large, *short])
    write(place / "in/one.csv", [("lone", DAYS[0], 5)])
    (place / "in/row.csv").write_text(
        csv_of([("whole", day, 2) for day in DAYS]) + "x,2024-03-13\n"
    )
    return place


def csv_of(rows):
    return "unique_id,ds,sales\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


def write(path, rows):
    path.write_text(csv_of(rows))


def rejects_of(text):
    return {row["unique_id"]: row for row in map(json.loads, text.splitlines())}


def test_a_file_keeps_what_can_be_foretold(place, tmp_path, capsys):
    model = elman.load(place / "m")
    out = tmp_path / "x.jsonl"
    report = predict_file(model, place / "in/many.csv", {}, output=out)
    assert {json.loads(line)["unique_id"] for line in out.read_text().splitlines()} == {"a", "b"}
    assert [report[count] for count in ("rows", "answered", "rejected")] == [6, 2, 4]
    assert report["rejects"] == str(tmp_path / "x.jsonl.rejects.jsonl")
    left = rejects_of((tmp_path / "x.jsonl.rejects.jsonl").read_text())
    assert {name: row["line"] for name, row in left.items()} == {
        "none": 26, "word": 42, "large": 61, "short": 62,
    }  # fmt: skip
    assert left["none"]["reason"] == f"0 values; a series needs {FEW}"
    assert left["short"]["reason"] == f"2 values; a series needs {FEW}"
    assert left["word"]["reason"].startswith('"abc" in column "sales" is no finite number')
    assert "is beyond 1e+100. Use a larger unit." in left["large"]["reason"]
    said = " ".join(tasks.named("forecast").screen("predict", report))
    assert said.endswith(f"; 4 of 6 series rejected, in {report['rejects']}")
    predict_file(model, place / "in/many.csv", {})
    assert rejects_of(capsys.readouterr().err) == left
    write(tmp_path / "good.csv", [("a", day, n) for n, day in enumerate(DAYS)])
    report = predict_file(model, tmp_path / "good.csv", {}, output=out)
    assert (report["rows"], report["rejected"], report["rejects"]) == (1, 0, None)
    assert not (tmp_path / "x.jsonl.rejects.jsonl").exists()
    named = tmp_path / "bad.csv"
    predict_file(model, place / "in/many.csv", {}, output=out, rejects=named)
    assert named.read_text().splitlines()[0] == "line,unique_id,reason"
    for file, said in (("one", f"line 2: 1 value; a series needs {FEW}"), ("row", "line 14: 2 fi")):
        with pytest.raises(DataError, match=f"{file}.csv, {said}"):
            predict_file(model, place / f"in/{file}.csv", {}, output=out)


def test_a_folder_goes_on(place):
    model = elman.load(place / "m")
    out = place / "out"
    report = predict_folder(model, str(place / "in"), f"{out}/", {}, workers=1)
    assert report["complete"]
    assert [report[count] for count in ("rows", "answered", "rejected")] == [8, 2, 6]
    assert screen(report)[0] == "2 of 8 rows answered, 6 rejected (_rejects)"
    total = json.loads((out / "_SUCCESS").read_text())
    assert (total["rows"], total["rejected"]) == (8, 6)
    found = [
        json.loads(line)
        for path in sorted((out / "_rejects").iterdir())
        for line in path.read_text().splitlines()
    ]
    assert [(row["file"], row.get("unique_id"), row["line"]) for row in found] == [
        ("many.csv", "word", 42),
        ("many.csv", "large", 61),
        ("many.csv", "none", 26),
        ("many.csv", "short", 62),
        ("one.csv", "lone", 2),
        ("row.csv", None, 14),
    ]
    assert found[-1]["reason"] == "2 fields where the header has 3. Mend the line."
    assert not any(str(place) in row["reason"] for row in found)
    # one that is left out of a file may not be answered from another, by some of its values
    files = place / "two"
    files.mkdir()
    (files / "many.csv").write_bytes((place / "in/many.csv").read_bytes())
    write(files / "again.csv", [(n, day, 3) for n in ("short", "other") for day in DAYS])
    with pytest.raises(DataError, match=r"many.csv have a series of the same name"):
        predict_folder(model, str(files), f"{place / 'out2'}/", {}, workers=1)


@pytest.mark.parametrize("others", [(), ("b",)])
def test_a_name_in_two_files_is_seen_where_one_holds_a_single_series(place, tmp_path, others):
    model = elman.load(place / "m")
    (tmp_path / "in").mkdir()
    write(tmp_path / "in/1.csv", [(name, day, n) for name in ("a", *others) for n, day in FEW_DAYS])
    write(tmp_path / "in/2.csv", [("a", day, n) for n, day in FEW_DAYS])
    with pytest.raises(DataError, match=r"^1.csv and 2.csv have a series of the same name"):
        predict_folder(model, str(tmp_path / "in"), f"{tmp_path}/out/", {}, workers=1)
    assert not (tmp_path / "out/_SUCCESS").exists()
    # without names each file is a series of its own, though the column is called the same
    for name in ("1", "2"):
        text = "".join(f"{day},{n}\n" for n, day in FEW_DAYS)
        (tmp_path / f"in/{name}.csv").write_text(f"ds,sales\n{text}")
    report = predict_folder(model, str(tmp_path / "in"), f"{tmp_path}/alone/", {}, workers=1)
    assert report["complete"]


def test_a_table_of_an_engine_says_why(place):
    pa = pytest.importorskip("pyarrow")
    from elman.workflow.scoring.frames import Frames

    lines = (place / "in/many.csv").read_text().splitlines()[1:]
    names, days, values = zip(*(line.split(",") for line in lines), strict=True)
    columns = {"unique_id": names, "ds": days, "sales": values}
    table = pa.table({name: list(fields) for name, fields in columns.items()})
    rows = Frames(place / "m", None, "unique_id", {}).answer(table).to_pylist()
    said = {row["unique_id"]: row["reason"] for row in rows}
    assert said.keys() == {"a", "b", "none", "word", "large", "short"}
    assert said["a"] is said["b"] is None
    assert said["none"] == f"0 values; a series needs {FEW}"
    assert said["word"].startswith('"abc" in column "sales"')


@pytest.mark.parametrize(
    "names",
    [["a", "b", "c"], ["a", " b", "c"], ["a", "c", None], ["b", " b"], [1.5, float("nan")]],
    ids=repr,
)
def test_a_group_of_an_engine_is_answered_once(place, names):
    pa = pytest.importorskip("pyarrow")
    from elman.workflow.scoring.frames import Frames

    rows = [(name, day, n) for n, day in FEW_DAYS for name in names]
    columns = zip(("unique_id", "ds", "sales"), zip(*rows, strict=True), strict=True)
    table = pa.table({name: list(fields) for name, fields in columns})
    found = Frames(place / "m", None, "unique_id", {}).answer(table).to_pylist()
    assert [row["unique_id"] for row in found] == [str(n) for n in names for _ in range(3)]
    assert not any(row["reason"] for row in found)


def test_other_commands_name_what_they_leave_out(place):
    model, task = elman.load(place / "m"), tasks.named("forecast")
    options = resolve("forecast", {}, "drift")
    wave, few = np.sin(np.arange(40.0)), np.arange(3.0)
    panel = Panel(tuple(Series(name, x, 1) for name, x in (("a", wave), ("p", few), ("q", few))))
    notes = elman.evaluate(model, panel)["notes"]
    assert [note for note in notes if "not judged" in note] == [
        "not judged, with fewer values than the 4 that a forecast 3 steps ahead needs: p and 1 more"
    ]
    rows = [(name, day, 3) for name, n in (("a", 12), ("b", 4)) for day in DAYS[:n]]
    columns = dict(
        zip(("unique_id", "ds", "sales"), map(list, zip(*rows, strict=True)), strict=True)
    )
    said = task.unlabelled(columns, model, options).said
    assert said.endswith(f"; left out: b: 4 values; a series needs {FEW.rstrip('.')}")
    rows = [(name, day, value) for name, value in (("a", 3), ("b", "")) for day in DAYS]
    columns = dict(
        zip(("unique_id", "ds", "sales"), map(list, zip(*rows, strict=True)), strict=True)
    )
    assert "left out, without a value: b" in task.renewed(model, columns, options).notes


def test_who_asks_in_python_or_over_http_is_told(place, caplog):
    model, wire = elman.load(place / "m"), tasks.named("forecast").wire()
    days = DAYS + DAYS[:4]
    columns = {"unique_id": ["a"] * 12 + ["b"] * 4, "ds": days, "sales": [*range(16)]}
    with caplog.at_level("WARNING", "elman"):
        assert len(model.predict(columns)) == 1
    assert f"left out: b: 4 values; a series needs {FEW.rstrip('.')}" in caplog.text
    for value, said in (
        ({"columns": columns}, "columns: 2 series; expected one in each item"),
        ({"columns": {"ds": DAYS[:1], "sales": [3]}}, f"columns: 1 value; a series needs {FEW}"),
        ([float("inf"), 2, 3], r"value 0: beyond 1.8e\+308"),
        ([[1, 2]], "value 0: expected a number or null, found an array"),
    ):
        with pytest.raises(InputError, match=said) as fault:
            wire.asked(model, value)
        assert "Series(" not in str(fault.value)
    with pytest.raises(InputError, match=r"found infinity at place 1$"):
        model.predict([[1.0, float("inf")]])
