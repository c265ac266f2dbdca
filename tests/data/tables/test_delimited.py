"""csv and tsv: other delimiters, quotes, bad records, records that never end."""

import pytest

from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject, Row
from elman.errors import DataError, OptionError


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
    monkeypatch.setattr("elman.data.tables.records.MAX_LINE_BYTES", 2**16)
    path = tmp_path / "r.csv"
    path.write_bytes(
        b"text,label\n" + b"a fine film,1\n" * 20 + b'"opened,1\n' + b"swallowed,0\n" * 50_000
    )
    with pytest.raises(DataError, match=r"line 22: a quote .* not closed by line 54"):
        list(open_table(path).rows())


def test_limit_is_for_a_record_not_for_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("elman.data.tables.records.MAX_LINE_BYTES", 2**10)
    path = tmp_path / "r.csv"
    path.write_bytes(b"text,label\n" + b'"two\nlines",1\n' * 500)
    assert sum(isinstance(row, Row) for row in open_table(path).rows()) == 500


def test_long_text_is_no_giant_line(tmp_path):
    path = tmp_path / "r.csv"
    path.write_bytes(b"text,label\n" + b"w" * 300_000 + b",1\n")
    assert [len(row.fields["text"]) for row in open_table(path).rows()] == [300_000]


STRAY = "text,label\n" + "".join(f"film {n},{'pos' if n % 2 else 'neg'}\n" for n in range(40))
BETWEEN = "".join(
    f"film {n}, so it is,neg\n" if n == 50 else f"film {n},neg\n" for n in range(41, 90)
)


@pytest.mark.parametrize(
    ("first", "last", "lost"),
    [
        # strict csv stumbles over the second quote …
        ('"film 40,pos\n', '"film 90,pos\n', 3),
        # … takes the records between for one text that ends with the line …
        ('"film 40,pos\n', 'film 90",pos\n', 2),
        # … or finds no second quote at all
        ('"film 40,pos\n', "film 90,pos\n", 2),
    ],
)
def test_a_stray_quote_takes_no_rows_with_it(tmp_path, first, last, lost):
    path = tmp_path / "a.csv"
    path.write_text(STRAY + first + BETWEEN + last + "film 91,neg\n")
    found = list(open_table(path).rows())
    read = [row.fields["text"] for row in found if isinstance(row, Row)]
    rejected = [row for row in found if isinstance(row, Reject)]
    assert len(read) + len(rejected) == 92
    assert len(rejected) == lost
    assert rejected[0].line == 42
    assert rejected[0].reason.startswith('a quote (") opens here and the next is in line 9')
    assert {"film 41", "film 89", "film 91"} < set(read)


def test_texts_of_many_lines_stay_whole(tmp_path):
    path = tmp_path / "a.csv"
    poem = '"first line, of many\nsecond, as long\nthird, the end"'
    # one of its lines could be a row
    poem += ',pos\n"a line\nanother\nand he wrote: good,pos\nmore\nand the end"'
    path.write_text("text,label\n" + f"{poem},pos\nshort,neg\n" * 30)
    rows = list(open_table(path).rows())
    assert all(isinstance(row, Row) for row in rows)
    assert [len(row.fields["text"].splitlines()) for row in rows] == [3, 5, 1] * 30


@pytest.mark.parametrize(
    ("content", "columns", "rows"),
    [
        ("v1,v2,,,\nham,a b,,,\nspam,c d,,,\n", ["v1", "v2"], 2),
        ("v1,v2,\nham,a b,x\n", ["v1", "v2", "column 3"], 1),
        ("sep=;\ntext;label\na,b;1\n", ["text", "label"], 1),
        ("text,label\n1,good,pos\n2,bad,neg\n", ["index", "text", "label"], 2),
        ("text,label\ngood,pos,\nbad,neg,\n", ["text", "label"], 2),
        ("text|label\na, b|1\n", ["text", "label"], 1),
        ('"a, text";label\nx, y;1\nz, u, v;0\n', ["a, text", "label"], 2),
    ],
)
def test_headers_as_people_have_them(tmp_path, content, columns, rows):
    path = tmp_path / "a.csv"
    path.write_text(content)
    table = open_table(path)
    assert table.columns == columns
    found = list(table.rows())
    assert len(found) == rows
    assert all(isinstance(row, Row) for row in found)


def test_a_header_that_comes_again_is_no_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,label\na,1\ntext,label\nb,0\n")
    assert list(open_table(path).rows())[1] == Reject(3, "repeats the names of the columns")


def test_a_file_without_names_is_read_as_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("3,first\n4,second\n")
    table = open_table(path, header=False)
    assert table.columns == ["1", "2"]
    assert [(r.line, r.fields["2"]) for r in table.rows()] == [(1, "first"), (2, "second")]
    (tmp_path / "a.txt").write_text("a line")
    with pytest.raises(OptionError, match=r"--no-header: .* is read as text, which has none"):
        open_table(tmp_path / "a.txt", header=False)


def test_breaks_that_were_written_as_two_characters_are_breaks(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text\nIt came.\\n\\nThanks.\\r\\nBye\n" + r"see C:\new\table" + "\n")
    texts = [row.fields["text"] for row in open_table(path).rows()]
    assert texts == ["It came.\n\nThanks.\nBye", r"see C:\new\table"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "Report of today\nby us\n\ntext,label\n" + "a b,1\n" * 9,
            "one name, and 2 fields further",
        ),
        ("text,label\ra,1\rb,0\r", "lines end in CR alone"),
    ],
)
def test_files_that_need_a_hand_say_which(tmp_path, content, message):
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode())
    with pytest.raises(DataError, match=message):
        open_table(path)


def test_a_text_with_a_comma_in_every_row_is_no_name_of_a_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,label\n" + "it was so long, and so dull,neg\n" * 9)
    table = open_table(path)
    assert table.columns == ["text", "label"]
    assert all(isinstance(row, Reject) for row in table.rows())


def test_quotes_escaped_by_a_backslash_are_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('text,label\nfine,1\n"he said \\"no\\", and went",0\n')
    (reject,) = (row for row in open_table(path).rows() if isinstance(row, Reject))
    assert 'a quote in a text is written "", not \\"' in reject.reason
