"""A folder of parts: what it holds, whose it is, and what is refused."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys

import polars as pl
import pytest

from tests.cli.command import elman
from tests.hostile.models import KINDS
from tests.workflow.scoring.made import job, plainly, said, texts

SMALL = ["--part-size", "0.02"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return job(tmp_path_factory.mktemp("folder"), rows=2500)


@pytest.fixture(scope="module")
def done(place):
    """A job that is done: its folder."""
    words = ["--input", "in/*", "--output", "out/", "--keep", "id", "--parts", "jsonl", *SMALL]
    report = report_of(elman("predict", "m", *words, "--workers", 2, "--json", cwd=place))
    assert report["complete"]
    assert report["kept"] == 0
    assert report["parts"] > 6
    return place / "out"


def report_of(done):
    return json.loads(done.stdout.splitlines()[-1])


def again(place, *words, code=0, out="out/", input="in/*"):
    how = ["--keep", "id", "--parts", "jsonl", *SMALL, "--workers", 1, "--json", *words]
    return elman("predict", "m", "--input", input, "--out", out, *how, code=code, cwd=place)


def test_a_folder_has_the_rows_of_the_plain_command_with_file_and_line(place, done):
    assert said(done) == plainly(place)
    first = json.loads(next((done / "_rejects").glob("*")).read_text().splitlines()[0])
    assert first.keys() == {"file", "line", "id", "reason"}
    total = json.loads((done / "_SUCCESS").read_text())
    assert total["rows"] == 7500
    assert total["answered"] + total["rejected"] == 7500


def test_what_is_done_is_verified_and_not_done_again(place, done):
    parts = sorted(done.glob("part-*"))
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in parts}
    parts[1].write_bytes(before[parts[1].name][1][:-2])
    damaged = bytearray(before[parts[2].name][1])
    damaged[-3] ^= 1
    parts[2].write_bytes(damaged)
    parts[3].unlink()
    (done / "_parts/00004.json").write_text("{")
    report = report_of(again(place))
    assert report["kept"] == len(parts) - 4
    assert {path.name: path.read_bytes() for path in parts} == {
        n: b for n, (_, b) in before.items()
    }
    assert parts[0].stat().st_mtime_ns == before[parts[0].name][0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--keep", "text"], "its --keep was id, and is text now"),
        (["--unsure-below", "0.9"], "its --unsure-below was not given, and is 0.9 now"),
        (["--part-size", "0.03"], "its --part-size was 0.02, and is 0.03 now"),
        (["--parts", "csv"], "its --parts was jsonl, and is csv now"),
    ],
)
def test_another_job_is_refused_and_the_difference_named(place, done, words, said):
    error = again(place, *words, code=2).stderr
    assert f"--out out/ belongs to another job: {said}. Name another folder" in error


def test_another_input_or_model_is_another_job(place, done, tmp_path):
    assert "b.jsonl was among its input files" in again(place, code=2, input="in/[ac]*").stderr
    other = tmp_path / "other"
    shutil.copytree(place, other, copy_function=shutil.copy2)
    assert report_of(again(other))["kept"] > 6  # folders may lie elsewhere on another machine
    os.utime(other / "in/a.csv")
    assert "a.csv has changed since" in again(other, code=2).stderr
    shutil.rmtree(other / "m")
    KINDS["multiclass"](other / "m")
    shutil.copy2(place / "in/a.csv", other / "in/a.csv")
    assert "another model, or the model was trained anew" in again(other, code=2).stderr


def test_machines_share_a_folder_and_the_last_says_so(place):
    shards = [again(place, "--shard", f"{n}/3", out="shared/") for n in (2, 3, 1)]
    reports = [report_of(one) for one in shards]
    assert [report["complete"] for report in reports] == [False, False, True]
    assert reports[0]["done"] < reports[1]["done"] < reports[2]["done"] == reports[2]["parts"]
    assert "the others are still to come" in shards[0].stderr
    assert said(place / "shared") == plainly(place)
    (place / "shared/part-00001.jsonl").unlink()
    report = report_of(again(place, "--shard", "1/3", out="shared/"))
    assert (report["complete"], report["done"]) == (False, report["parts"] - 1)
    assert not (place / "shared/_SUCCESS").exists()
    assert report_of(again(place, "--shard", "2/3", out="shared/"))["complete"]
    assert said(place / "shared") == plainly(place)


def test_parts_of_parquet_have_one_schema_whatever_stands_in_them(place):
    rows = texts(2500, seed=3)
    for row in rows[1200:]:
        row["id"] = None
    pl.DataFrame(rows).write_parquet(place / "late.parquet", row_group_size=600)
    words = ["--input", "late.parquet", "--out", "late/", "--keep", "id", "--unsure-below", "0.999"]
    elman("predict", "m", *words, *SMALL, "--workers", 1, cwd=place)
    assert len(list((place / "late").glob("part-*.parquet"))) > 2
    found = pl.read_parquet(place / "late/part-*.parquet").sort("line")
    assert found.columns == ["file", "line", "id", "label", "probability", "probabilities"]
    assert found["label"].dtype == pl.String
    assert found["id"].to_list()[:3] == [0, 1, 2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "o.csv", "--workers", "2"], "--workers needs --input FILE and --out with a fol"),
        (["--out", "new/", "--workers", "0"], "--workers 0: expected processes, 1 to"),
        (["--out", "new/", "--shard", "0/3"], '--shard "0/3": expected which of how many'),
        (["--out", "new/", "--shard", "4/3"], '--shard "4/3": expected which of how many'),
        (["--out", "new/", "--parts", "cvs"], '--parts "cvs" is not known. Did you mean "csv"?'),
        (["--out", "new/", "--part-size", "0"], "--part-size 0: expected MiB above 0"),
        (["--out", "new/", "--part-size", "nan"], "--part-size nan: expected MiB above 0"),
        (["--out", "new/", "--rejects", "r.csv"], "--rejects: a folder has its own"),
        (["--out", "in/"], "--out in/: the input a.csv lies in it"),
        (["--out", "m/"], "--out m/: holds model.json and is not the folder of a job"),
        (["--out", "in/a.csv/"], "File exists. Name a folder that is there or can be made"),
        (["--out", "new.jsonn"], 'Did you mean ".jsonl"?'),
        (["--output", "new.jsonn", "--input", "in"], "with a slash, as new.jsonn/"),
        (["--out", "new/", "--input", "nest"], "those further down are 'nest/**/*'"),
        (["--out", "new/", "--input", "in/*.tsv"], "in/*.tsv: no file has such a name"),
        (["--out", "new/", "--input", "inn"], 'no such file or folder. Did you mean "in"?'),
        (["--out", "new/", "--keep", "idd"], '--keep "idd": the input has no such column'),
    ],
)
def test_what_cannot_be_is_said(place, words, said):
    words = words if "--input" in words else ["--input", "in/*", *words]
    (place / "nest/in").mkdir(parents=True, exist_ok=True)
    error = elman("predict", "m", *words, code=2, cwd=place).stderr
    assert said in error
    assert "Traceback" not in error
    assert not (place / "new.jsonn").exists()
    shutil.rmtree(place / "new", ignore_errors=True)


def test_a_folder_may_be_called_by_a_day(place):
    again(place, out="day-2026.11.28", input="in/[a]*")
    assert (place / "day-2026.11.28/_SUCCESS").exists()


@pytest.mark.parametrize("name", ["m/model.json/x/", "x" * 300 + "/", "loop/x/", "fifo/", "a\0b/"])
def test_a_folder_that_cannot_be_made_is_refused(place, name):
    if not os.path.lexists(place / "fifo"):
        os.mkfifo(place / "fifo")
        (place / "loop").symlink_to("loop")
    done = elman("predict", "m", "--input", "in/*", "--out", name, cwd=place, code=2)
    assert done.stderr.startswith("error: --out ")
    assert "Traceback" not in done.stderr


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_answered(place):
    folder = place / "some"
    folder.mkdir()
    shutil.copy(place / "in/a.csv", folder / "a.csv")
    (folder / "b.csv").write_bytes(b"\xff\xfe broken")
    (folder / "c.parquet").write_bytes(b"PAR1 no parquet PAR1")
    error = again(place, code=2, input="some", out="somehow/").stderr
    assert "some/b.csv" in error
    assert "some/c.parquet: damaged or not parquet" in error
    *files, left = error.splitlines()
    assert sorted(line.partition("some/")[2][:5] for line in files) == ["b.csv", "c.par"]
    assert left.partition(" of ")[2].partition(" parts ")[2].startswith("are done in somehow/;")
    assert "\\n" not in error
    assert not (place / "somehow/_SUCCESS").exists()
    assert len(said(place / "somehow")[0]) > 2000


def test_series_are_foretold_whole_and_a_name_in_two_files_is_refused(place):
    KINDS["series"](place / "f")
    folder = place / "series"
    folder.mkdir()
    for n, name in enumerate(("x", "y")):
        rows = [
            {"unique_id": f"{name}{k}", "ds": f"2024-03-{day:02}", "sales": day * (k + 1.5) + n}
            for k in range(3)
            for day in range(1, 11)
        ]
        pl.DataFrame(rows).write_csv(folder / f"{name}.csv")
    words = ["--input", "series/*.csv", "--out", "foretold/", "--workers", 1, *SMALL]
    elman("predict", "f", *words, cwd=place)
    rows = [json.loads(line) for line in said(place / "foretold")[0]]
    assert {row["unique_id"] for row in rows} == {"x0", "x1", "x2", "y0", "y1", "y2"}
    assert [*rows[0]][:4] == ["file", "unique_id", "ds", "forecast"]
    plain = elman("predict", "f", "--input", "series/x.csv", "--out", "x.jsonl", cwd=place)
    assert plain.returncode == 0
    alone = set((place / "x.jsonl").read_text().splitlines())
    assert alone == {
        json.dumps({k: v for k, v in row.items() if k != "file"})
        for row in rows
        if row["file"] == "x.csv"
    }
    shutil.copy(folder / "x.csv", folder / "z.csv")
    words[3] = "twice/"
    error = elman("predict", "f", *words, cwd=place, code=2).stderr
    assert "x.csv and z.csv have a series of the same name" in error
    assert not (place / "twice/_SUCCESS").exists()


@pytest.mark.parametrize("kind", ["csv", "parquet", "parquet.gz"])
def test_where_no_copy_of_a_piece_has_room_the_input_is_not_blamed(place, tmp_path, kind):
    shutil.copytree(place / "m", tmp_path / "m")
    rows = pl.DataFrame({"id": range(20_000), "text": [f"a good film {n}" for n in range(20_000)]})
    source = tmp_path / f"rows.{kind}"
    if kind == "csv":
        rows.write_csv(source)
    else:
        rows.write_parquet(tmp_path / "rows.parquet", row_group_size=20_000)
    if kind == "parquet.gz":
        source.write_bytes(gzip.compress((tmp_path / "rows.parquet").read_bytes()))
    words = f"{sys.executable} -m elman predict m --input {source.name} --out out/ --part-size 0.03"
    script = f"ulimit -f 40; exec {words} --workers 1"
    done = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False,
        env=os.environ | {"COLUMNS": "9999", "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert f"{tmp_path}/" in done.stderr
    assert "could not be written (" in done.stderr
    assert "File too large" in done.stderr
    assert "It is a copy for a while, where TMPDIR says." in done.stderr
    assert "cannot be read" not in done.stderr
    assert "damaged" not in done.stderr
