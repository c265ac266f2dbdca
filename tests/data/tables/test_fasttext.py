"""One text a line, with labels or without."""

import gzip

import pytest

from elman.data.tables.formats import open_table
from elman.data.tables.table import Row


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("name", ["train.txt", "train.data", "train"])
def test_fasttext_lines_are_known_by_content(tmp_path, name, zipped):
    data = "__label__a __label__b one\x85two\n\nthree __label__c\nno label\n".encode()
    path = tmp_path / (name + (".gz" if zipped else ""))
    path.write_bytes(gzip.compress(data) if zipped else data)
    table = open_table(path)
    assert table.format == "fasttext"
    assert list(table.rows()) == [
        Row(1, {"text": "one two", "label": ["a", "b"]}),
        Row(3, {"text": "three", "label": ["c"]}),
        Row(4, {"text": "no label", "label": []}),
    ]


def test_plain_text_keeps_blank_lines_as_rows(tmp_path):
    path = tmp_path / "in.txt"
    path.write_bytes(b"one\r\n\r\nthree")
    assert [(r.line, r.fields) for r in open_table(path).rows()] == [
        (1, {"text": "one"}),
        (2, {"text": ""}),
        (3, {"text": "three"}),
    ]
