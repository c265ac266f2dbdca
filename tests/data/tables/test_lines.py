"""Bytes become lines in any encoding with a mark, in memory for one line."""

import gzip
import json
import tracemalloc

import pytest

from elman.data.tables.formats import open_table
from elman.data.tables.table import Row
from elman.errors import DataError


@pytest.mark.parametrize(
    ("name", "encoding"), [("bom.csv", "utf-8-sig"), ("le.csv", "utf-16"), ("be.tsv", "utf-16-be")]
)
def test_byte_order_marks_are_accepted(tmp_path, name, encoding):
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    text = 'text,label\n"né\x85\r\ne",1\n'.replace(",", "\t" if name.endswith("tsv") else ",")
    (tmp_path / name).write_bytes(mark + text.encode(encoding))
    table = open_table(tmp_path / name)
    assert list(table.rows()) == [Row(2, {"text": "né\x85\r\ne", "label": "1"})]


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


@pytest.mark.parametrize("name", ["r.csv", "r.csv.gz", "r.txt", "r.jsonl"])
def test_giant_line_is_refused_without_being_held(tmp_path, monkeypatch, name):
    monkeypatch.setattr("elman.data.tables.lines.MAX_LINE_BYTES", 2**20)
    path = tmp_path / name
    first = b'{"text": "a"}\n' if "json" in name else b"text,label\n"
    with gzip.open(path, "wb", 1) if name.endswith("gz") else open(path, "wb") as file:
        file.write(first)
        for _ in range(24):
            file.write(b"x" * 2**20)
    tracemalloc.start()
    with pytest.raises(DataError, match=r"line 2: no line end in 1,048,576 bytes"):
        for _ in open_table(path, format="text" if name == "r.txt" else None).rows():
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 2**20


def test_real_limit_stops_a_sparse_gigabyte(tmp_path):
    path = tmp_path / "r.csv"
    with open(path, "wb") as file:
        file.write(b"text,label\n")
        file.truncate(2**30)
    with pytest.raises(DataError, match=r"line 2: no line end in 67,108,864 bytes"):
        list(open_table(path).rows())
