"""Folders of texts, one a class."""

import gzip

import pytest

from elman.data.tables.formats import open_table
from elman.data.tables.table import Row
from elman.errors import DataError


def test_folder_of_classes(tmp_path):
    for name, text in {
        "pos/2.txt": "good\n\nfilm",
        "neg/1.txt": "bad\x85",
        "unsup/9.txt": "?",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "pos" / "10.txt.gz").write_bytes(gzip.compress(b"fine"))
    (tmp_path / "pos" / "notes.md").write_text("not a text of the class")
    table = open_table(tmp_path)
    assert list(table.rows()) == [
        Row(1, {"text": "bad\x85", "label": "neg"}, "neg/1.txt"),
        Row(2, {"text": "fine", "label": "pos"}, "pos/10.txt.gz"),
        Row(3, {"text": "good\n\nfilm", "label": "pos"}, "pos/2.txt"),
    ]
    assert table.note == "Folders left out: unsup."


def test_folder_above_the_classes_names_the_right_one(tmp_path):
    for part in ("test", "train"):
        (tmp_path / part / "pos").mkdir(parents=True)
        (tmp_path / part / "pos" / "1.txt").write_text("x")
    with pytest.raises(DataError, match=r'pos/ and neg/.*Did you mean ".*train"\?'):
        open_table(tmp_path)


def test_a_giant_text_is_one_bad_row(tmp_path, monkeypatch):
    monkeypatch.setattr("elman.data.tables.folder.MAX_LINE_BYTES", 20)
    for name in ("pos", "neg"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.txt").write_text("ten bytes\n" * (2 + (name == "pos")))
    good, bad = open_table(tmp_path).rows()
    assert good.source == "neg/1.txt"
    assert (bad.source, bad.reason) == ("pos/1.txt", "line 3: too long for one text.")


def test_every_folder_is_a_class_but_that_without_labels(tmp_path):
    for name in ("neg", "neutral", "pos", "unsup"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "10001").write_text("as news groups have them, without an ending")
        (tmp_path / name / ".hidden").write_text("no text")
    table = open_table(tmp_path)
    assert [row.fields["label"] for row in table.rows()] == ["neg", "neutral", "pos"]
    assert table.note == "Folders left out: unsup."
