"""A file of any format gives the same rows, plain or in gzip, with the right line numbers."""

import csv
import gzip
import io
import json

import pytest

from elman.data.tables.formats import FORMATS, open_table
from elman.data.tables.table import Row
from elman.errors import DataError, OptionError

# Texts that break careless readers: U+0085, a quoted line end, quotes, a delimiter, an apostrophe.
ROWS = [
    ("a\x85b, then\u2028more", "pos"),
    ('she said "no; never"', "neg"),
    ("two\nlines", "pos"),
    ("été ☃ 😀", "neg"),
]
LINES = {"csv": [2, 3, 4, 6], "tsv": [2, 3, 4, 6], "jsonl": [1, 2, 3, 4], "parquet": [1, 2, 3, 4]}


def _separated(delimiter: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([("text", "label"), *ROWS])
    return out.getvalue().encode()


def _content(format: str) -> bytes:
    if format == "jsonl":
        return b"".join(
            json.dumps({"text": t, "label": c}, ensure_ascii=False).encode() + b"\n"
            for t, c in ROWS
        )
    if format == "parquet":
        polars = pytest.importorskip("polars")
        out = io.BytesIO()
        polars.DataFrame(ROWS, schema=["text", "label"], orient="row").write_parquet(out)
        return out.getvalue()
    return _separated({"csv": ",", "tsv": "\t"}[format])


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("format", LINES)
def test_every_format_gives_the_same_rows(tmp_path, format, zipped):
    data = _content(format)
    path = tmp_path / f"reviews.{format}{'.gz' if zipped else ''}"
    path.write_bytes(gzip.compress(data) if zipped else data)
    table = open_table(path)
    expected = [
        Row(line, {"text": text, "label": label})
        for line, (text, label) in zip(LINES[format], ROWS, strict=True)
    ]
    assert table.format == format
    assert table.columns == ["text", "label"]
    assert list(table.rows()) == expected
    assert list(table.rows()) == expected  # a table can be read again


def test_format_can_be_said_and_a_wrong_one_is_corrected(tmp_path):
    path = tmp_path / "reviews.dat"
    path.write_text("text,label\na,1\n")
    with pytest.raises(DataError, match=r"Rename the file, for instance to reviews.csv"):
        open_table(path)
    assert open_table(path, format="csv").columns == ["text", "label"]
    with pytest.raises(OptionError, match=r'format "cvs" is unknown. Did you mean "csv"\?'):
        open_table(path, format="cvs")
    assert set(LINES) | {"folder", "fasttext", "text"} == set(FORMATS)


@pytest.mark.parametrize(
    ("ending", "format"),
    [
        *(("csv", "csv"), ("tsv", "tsv"), ("tab", "tsv"), ("txt", "text"), ("text", "text")),
        *(("jsonl", "jsonl"), ("json", "jsonl"), ("ndjson", "jsonl"), ("CSV.GZ", "csv")),
    ],
)
def test_the_ending_says_the_format(tmp_path, ending, format):
    data = b'{"text": 1}\n'
    path = tmp_path / f"a.{ending}"
    path.write_bytes(gzip.compress(data) if ending.endswith("GZ") else data)
    assert open_table(path).format == format


@pytest.mark.parametrize("ending", ["parquet", "pq"])
def test_parquet_is_known_by_its_ending(tmp_path, ending):
    (tmp_path / f"a.{ending}").write_bytes(_content("parquet"))
    assert open_table(tmp_path / f"a.{ending}").format == "parquet"


@pytest.mark.parametrize("name", ["collection", "train.txt"])
def test_lines_of_label_tab_text_are_a_table(tmp_path, name):
    path = tmp_path / name
    path.write_text("label\ttext\n" + "spam\tcall now\nham\tsee you\n" * 9)
    table = open_table(path)
    assert (table.format, table.columns) == ("tsv", ["label", "text"])
    (tmp_path / "plain.txt").write_text("no tab\none\ttab\n")
    assert open_table(tmp_path / "plain.txt").format == "text"
