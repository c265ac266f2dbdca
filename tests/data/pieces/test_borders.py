"""A file read in pieces has the rows of the whole file, or is not cut."""

from __future__ import annotations

import csv
import io
import itertools
import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elman.data.pieces.borders import borders
from elman.data.pieces.cut import at_hand, beginning, cut
from elman.data.pieces.footer import row_groups
from elman.data.pieces.sources import sources_of
from elman.data.tables.formats import open_table
from elman.data.tables.lines import SAMPLE_LINES
from elman.errors import DataError

ODD = ["plain", 'a "quoted" one', "with\nbreak", 'a, comma\n\n"x"\n', "", "été", "\r\n", '""', "'"]


def rows_in_pieces(path, size):
    [source] = sources_of(str(path))
    found = cut(source, size, None)
    rows = []
    for piece in found.pieces:
        with at_hand(source, found, piece) as (place, before):
            each = list(open_table(place).rows())
        rows += [(r.line - before + piece.lines, r) for r in each if r.line > before]
    return found, [(line, getattr(r, "fields", None), getattr(r, "reason", "")) for line, r in rows]


def whole_rows(path):
    each = open_table(path).rows()
    return [(r.line, getattr(r, "fields", None), getattr(r, "reason", "")) for r in each]


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet", "txt"])
def test_pieces_have_the_rows_and_lines_of_the_whole(tmp_path, ending):
    rows = [{"id": n, "text": f"{ODD[n % len(ODD)]}{n}"} for n in range(6000)]
    frame, path = pl.DataFrame(rows), tmp_path / f"a.{ending}"
    write = {
        "csv": lambda: frame.write_csv(path, include_bom=True),
        "tsv": lambda: frame.write_csv(path, separator="\t"),
        "jsonl": lambda: frame.write_ndjson(path),
        "parquet": lambda: frame.write_parquet(path, row_group_size=700),
        "txt": lambda: path.write_text("".join(f"a line {n}\n\n" for n in range(6000))),
    }
    write[ending]()
    found, rows = rows_in_pieces(path, 20_000)
    assert len(found.pieces) > 2
    assert rows == whole_rows(path)


def test_pieces_of_long_lines_have_the_columns_of_the_whole(tmp_path):
    path = tmp_path / "a.jsonl"
    with path.open("w") as file:
        for n in range(650):
            row = {"id": n, "raw": "x" * 25_000} | ({"note": n} if n == 190 else {})
            print(json.dumps(row), file=file)
    [source] = sources_of(str(path))
    found = cut(source, 2**20, None)
    assert found.head_lines == SAMPLE_LINES
    assert len(found.pieces) == 3  # none is shorter than its head
    for piece in found.pieces:
        with at_hand(source, found, piece) as (place, _):
            assert open_table(place).columns == ["id", "raw", "note"]
    pytest.importorskip("fsspec")
    [source] = sources_of(f"file://{path}")
    with beginning(source) as place:
        assert open_table(place).columns == ["id", "raw", "note"]


def test_a_row_group_that_is_larger_than_a_piece_is_divided(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"text": [f"text number {n}" for n in range(5000)]}).write_parquet(path)
    found, rows = rows_in_pieces(path, 10_000)
    assert len(found.pieces) > 3
    assert rows == whole_rows(path)


@pytest.mark.parametrize(
    "text",
    [
        "id,text\n" + 'n,5" pipe\n' * 3000,
        "id,text\n" + 'n,"open\n' + "n,closed\n" * 3000,
        "id,text\n" + "n,plain\n" * 3000 + 'n,"open\n',
        "id,text\n" + 'n,"a" b\n' * 3000,
    ],
    ids=["inside", "never closed", "at the end", "after a field"],
)
def test_a_file_with_a_stray_quote_is_not_cut(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text)
    [source] = sources_of(str(path))
    assert cut(source, 1000, None).unit == "file"


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv"])
def test_packed_files_and_utf16_are_not_cut(tmp_path, name):
    import gzip

    text = "id,text\n" + "n,plain\n" * 3000
    data = gzip.compress(text.encode()) if name.endswith("gz") else text.encode("utf-16")
    (tmp_path / name).write_bytes(data)
    [source] = sources_of(str(tmp_path / name))
    assert cut(source, 1000 if name == "a.csv" else 10, None).unit == "file"
    assert cut(source, 10, "latin-1").unit == "file"


CELLS = st.lists(st.sampled_from(ODD), min_size=1, max_size=3)


@settings(max_examples=50)
@given(st.lists(CELLS, min_size=1, max_size=200), st.integers(1, 400), st.sampled_from([0, 10**9]))
def test_every_border_lies_between_records(cells, size, longer):
    """Blocks end anywhere: the same borders are found a few bytes at a time."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([*(["x"] for _ in range(1000)), *cells])
    data = out.getvalue().encode()
    found = borders(io.BytesIO(data), size + longer, ",")
    assert found is not None
    assert found[-1].offset == len(data)
    assert borders(Slowly(data), size + longer, ",") == found
    ends, at = {0}, 0
    for line in split(data):
        at += len(line)
        ends.add(at)
    for border in found:
        assert border.offset in ends
        assert border.lines == data[: border.offset].count(b"\n")


def test_a_quote_at_the_end_of_a_block_is_looked_at_too():
    data = b"x\n" * 1000 + b'"a" b,"c"\n' * 9
    assert borders(Bytewise(data), 1, ",") is None


class Bytewise(io.BytesIO):
    def read(self, size=-1):
        return super().read(1)


class Slowly(io.BytesIO):
    def read(self, size=-1):
        return super().read(min(size, 7) if size > 0 else size)


def split(data):
    """Records, by a walk over every byte."""
    begin, opened = 0, False
    for n, byte in enumerate(data):
        opened ^= byte == ord('"')
        if byte == ord("\n") and not opened:
            yield data[begin : n + 1]
            begin = n + 1


def test_row_groups_are_those_of_the_file_and_damage_is_said(tmp_path):
    path = tmp_path / "a.parquet"
    frame = pl.DataFrame(
        {"a": range(1000), "b": [[n, None] for n in range(1000)], "c": ["x"] * 1000}
    )
    frame.write_parquet(path, row_group_size=300)
    data = path.read_bytes()
    groups = row_groups(io.BytesIO(data), len(data), "a")
    assert sum(group.rows for group in groups) == 1000
    assert len(groups) > 2
    for group, after in itertools.pairwise(groups):
        assert 4 <= group.begin < group.end <= after.begin
    for at in range(len(data) - 600, len(data)):
        broken = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        try:
            found = row_groups(io.BytesIO(broken), len(broken), "a")
            assert all(0 <= g.begin <= g.end <= len(data) and g.rows >= 0 for g in found)
        except DataError as error:
            assert str(error).startswith("a: damaged or not parquet")  # noqa: PT017
    for end in (0, 3, 8, 11, len(data) // 2):
        with pytest.raises(DataError, match="a: damaged or not parquet"):
            row_groups(io.BytesIO(data[:end]), end, "a")
