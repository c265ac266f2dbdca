"""csv and tsv: other delimiters, quotes, bad records, records that never end."""

import pytest

from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject, Row
from elman.errors import DataError


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_with_another_delimiter(tmp_path, delimiter):
    path = tmp_path / "a.csv"
    path.write_text(delimiter.join(["text", "label"]) + "\n" + delimiter.join(["a, b", "1"]) + "\n")
    assert [row.fields for row in open_table(path).rows()] == [{"text": "a, b", "label": "1"}]


def test_tsv_with_bare_quotes_loses_nothing(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text('text\tlabel\n"unclosed\t1\nsay "x"\t0\n"\t1\n')
    assert [row.fields["text"] for row in open_table(path).rows()] == ['"unclosed', 'say "x"', '"']
    path.write_text('text\tlabel\n"seems\t1\nquoted\t"\n')  # but would be a record of one field
    assert [row.fields["label"] for row in open_table(path).rows()] == ["1", '"']


def test_pandas_index_column_gets_a_name(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(",text,label\n0,good,1\n")
    assert open_table(path).columns == ["index", "text", "label"]


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


def test_quote_that_swallows_the_file_is_stopped_and_named(tmp_path, monkeypatch):
    monkeypatch.setattr("elman.data.tables.delimited.MAX_LINE_BYTES", 2**16)
    path = tmp_path / "r.csv"
    path.write_bytes(
        b"text,label\n" + b"a fine film,1\n" * 20 + b'"opened,1\n' + b"swallowed,0\n" * 50_000
    )
    with pytest.raises(DataError, match=r"line 22: a quote .* not closed by line 54"):
        list(open_table(path).rows())


def test_limit_is_for_a_record_not_for_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("elman.data.tables.delimited.MAX_LINE_BYTES", 2**10)
    path = tmp_path / "r.csv"
    path.write_bytes(b"text,label\n" + b'"two\nlines",1\n' * 500)
    assert sum(isinstance(row, Row) for row in open_table(path).rows()) == 500


def test_long_text_is_no_giant_line(tmp_path):
    path = tmp_path / "r.csv"
    path.write_bytes(b"text,label\n" + b"w" * 300_000 + b",1\n")
    assert [len(row.fields["text"]) for row in open_table(path).rows()] == [300_000]
