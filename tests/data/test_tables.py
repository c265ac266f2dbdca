"""A file of any format gives the same rows, plain or in gzip, with the right line numbers."""

import csv
import gzip
import io
import json
import sys
import tracemalloc

import pytest

from elman.data.tables import formats as tables
from elman.data.tables.formats import FORMATS, Reject, Row, open_table
from elman.errors import DataError, MissingExtraError, OptionError

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


def test_plain_text_keeps_blank_lines_as_rows(tmp_path):
    path = tmp_path / "in.txt"
    path.write_bytes(b"one\r\n\r\nthree")
    assert [(r.line, r.fields) for r in open_table(path).rows()] == [
        (1, {"text": "one"}),
        (2, {"text": ""}),
        (3, {"text": "three"}),
    ]


@pytest.mark.parametrize(
    ("name", "encoding"), [("bom.csv", "utf-8-sig"), ("le.csv", "utf-16"), ("be.tsv", "utf-16-be")]
)
def test_byte_order_marks_are_accepted(tmp_path, name, encoding):
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    text = 'text,label\n"né\x85\r\ne",1\n'.replace(",", "\t" if name.endswith("tsv") else ",")
    (tmp_path / name).write_bytes(mark + text.encode(encoding))
    table = open_table(tmp_path / name)
    assert list(table.rows()) == [Row(2, {"text": "né\x85\r\ne", "label": "1"})]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_with_another_delimiter(tmp_path, delimiter):
    path = tmp_path / "a.csv"
    path.write_text(delimiter.join(["text", "label"]) + "\n" + delimiter.join(["a, b", "1"]) + "\n")
    assert [row.fields for row in open_table(path).rows()] == [{"text": "a, b", "label": "1"}]


def test_tsv_with_bare_quotes_loses_nothing(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text('text\tlabel\n"unclosed\t1\nsay "x"\t0\n"\t1\n')
    assert [row.fields["text"] for row in open_table(path).rows()] == ['"unclosed', 'say "x"', '"']


def test_pandas_index_column_gets_a_name(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(",text,label\n0,good,1\n")
    assert open_table(path).columns == ["index", "text", "label"]


def test_jsonl_keeps_values_and_finds_late_keys(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a"}\n\n{"text": "b", "label": ["x", "y"], "n": 1.5}\n')
    table = open_table(path)
    assert table.columns == ["text", "label", "n"]
    assert list(table.rows()) == [
        Row(1, {"text": "a"}),
        Row(3, {"text": "b", "label": ["x", "y"], "n": 1.5}),
    ]


def test_parquet_goes_on_after_a_batch(tmp_path, monkeypatch):
    polars = pytest.importorskip("polars")
    polars.DataFrame({"text": [str(n) for n in range(7)]}).write_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr(tables, "PARQUET_BATCH_ROWS", 3)
    rows = list(open_table(tmp_path / "a.parquet").rows())
    assert rows == [Row(n + 1, {"text": str(n)}) for n in range(7)]


def test_parquet_without_polars_names_the_extra(tmp_path, monkeypatch):
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MissingExtraError, match=r'pip install "elman\[parquet\]"'):
        open_table(tmp_path / "a.parquet")


def test_format_can_be_said_and_a_wrong_one_is_corrected(tmp_path):
    path = tmp_path / "reviews.dat"
    path.write_text("text,label\na,1\n")
    with pytest.raises(DataError, match=r"Rename the file, for instance to reviews.csv"):
        open_table(path)
    assert open_table(path, format="csv").columns == ["text", "label"]
    with pytest.raises(OptionError, match=r'format "cvs" is unknown. Did you mean "csv"\?'):
        open_table(path, format="cvs")
    assert set(LINES) | {"folder", "fasttext", "text"} == set(FORMATS)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.csv.gz"])
def test_reading_takes_memory_for_a_row_not_for_the_file(tmp_path, name):
    text = "word " * 200
    line = json.dumps({"text": text, "label": 1}) if "json" in name else f'"{text}",1'
    data = ("text,label\n" + f"{line}\n" * 8000).encode()  # 8 MB
    if "json" in name:
        data = data.split(b"\n", 1)[1]
    (tmp_path / name).write_bytes(gzip.compress(data, 1) if name.endswith("gz") else data)
    table = open_table(tmp_path / name)
    tracemalloc.start()
    count = sum(isinstance(row, Row) for row in table.rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 8000
    assert peak < 1_000_000


def test_rejects_do_not_stop_the_reading(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(
        b'text,label\ngood,1\nragged\n"x" y,1\nnul\0here,0\nlast,0\n"two\nlines",1,extra\nend,1\n'
    )
    assert [r if isinstance(r, Reject) else r.line for r in open_table(path).rows()] == [
        2,
        Reject(3, "1 fields where the header has 2"),
        Reject(4, "badly quoted: ',' expected after '\"'"),
        Reject(5, "holds a NUL byte"),
        6,
        Reject(7, "3 fields where the header has 2"),
        9,
    ]
