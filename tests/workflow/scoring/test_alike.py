"""A folder of parts takes no file of other columns, as one file of answers takes none."""

from __future__ import annotations

import shutil

import pytest

from tests.cli.command import elman
from tests.hostile.models import KINDS
from tests.workflow.scoring.made import said

TEXTS = "id,text\n1,a good film\n2,dull\n"
FILES = {
    "text": ("a.csv", TEXTS),
    "other": ("b.csv", "id,comment,lable\n1,not good at all,x\n2,superb,y\n"),
    "turned": ("b.csv", "text,id\na good film,1\n"),
    "keys": ("a.jsonl", '{"id": 1, "text": "a good film"}\n'),
    "fewer": ("b.jsonl", '{"text": "a good film"}\n'),
    "none": ("b.jsonl", '{"comment": "a good film"}\n'),
    "days": ("a.csv", "ds,sales\n" + "".join(f"2024-03-{d:02},{d}\n" for d in range(1, 11))),
    "degrees": ("b.csv", "ds,degrees\n" + "".join(f"2024-03-{d:02},{d}\n" for d in range(1, 11))),
    "list": ("a.csv", "".join(f"{d}\n" for d in range(5, 16))),
    "another list": ("b.csv", "".join(f"{d}\n" for d in range(7, 19))),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    place = tmp_path_factory.mktemp("alike")
    for kind in ("binary", "series"):
        KINDS[kind](place / kind)
    return place


def asked(place, model, files, out, code):
    folder = place / "in"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in (FILES[file] for file in files):
        (folder / name).write_text(content)
    words = ["--input", "in/*", "--out", out, *(["--workers", 1] if out.endswith("/") else [])]
    return elman("predict", model, *words, cwd=place, code=code).stderr


@pytest.mark.parametrize(
    ("model", "first", "second", "lists"),
    [
        ("binary", "text", "other", ("id, comment, lable", "id, text")),
        ("binary", "keys", "none", ("comment", "id, text")),
        ("series", "days", "degrees", ("ds, degrees", "ds, sales")),
    ],
)
def test_a_file_of_other_columns_is_refused_by_its_name(
    models, tmp_path, model, first, second, lists
):
    name, other = FILES[first][0], FILES[second][0]
    expected = f"in/{other}: its columns are {lists[0]}, those of {name} are {lists[1]}. in/*"
    shutil.copytree(models / model, tmp_path / model)
    assert expected in asked(tmp_path, model, [first, second], "one.jsonl", 2)
    assert expected in asked(tmp_path, model, [first, second], "out/", 2)
    asked(tmp_path, model, [first], "out/", 0)  # nothing was begun, so nothing is in the way


@pytest.mark.parametrize(
    ("model", "first", "second"),
    [
        ("binary", "text", "turned"),
        ("binary", "keys", "fewer"),
        ("series", "list", "another list"),
    ],
)
def test_files_that_belong_together_are_answered(models, tmp_path, model, first, second):
    shutil.copytree(models / model, tmp_path / model)
    asked(tmp_path, model, [first, second], "out/", 0)
    assert {FILES[first][0], FILES[second][0]} == {
        name
        for name in (FILES[first][0], FILES[second][0])
        if any(f'"file": "{name}"' in line for line in said(tmp_path / "out")[0])
    }
