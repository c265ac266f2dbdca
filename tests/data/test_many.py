"""Many files are one table: a folder, a pattern, and what is told where they do not fit."""

import gzip
from itertools import pairwise

import polars
import pytest

from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject, Row
from elman.errors import DataError

ROWS = [(f"text {n}", "good" if n % 2 else "bad") for n in range(7)]
ENDS = [0, 3, 4, 7]


def csv_of(rows, names=("text", "label")):
    places = [("text", "label").index(name) for name in names]
    lines = [",".join(names), *(",".join(row[k] for k in places) for row in rows)]
    return "\n".join(lines) + "\n"


def write(folder, kind):
    """Some rows over three files, whose columns stand in another order in the last."""
    folder.mkdir()
    for n, (begin, end) in enumerate(pairwise(ENDS)):
        part, path = ROWS[begin:end], folder / f"part-{n}.{kind}"
        names = ("label", "text") if n == 2 else ("text", "label")
        records = [{name: row[("text", "label").index(name)] for name in names} for row in part]
        if kind == "parquet":
            polars.DataFrame(records).write_parquet(path)
        elif kind == "jsonl":
            path.write_text("".join(f"{r}\n".replace("'", '"') for r in records))
        elif kind == "csv.gz":
            path.write_bytes(gzip.compress(csv_of(part, names).encode()))
        else:
            path.write_text(csv_of(part, names))
    return folder


def rows_of(path):
    return [(row.fields["text"], row.fields["label"]) for row in open_table(path).rows()]


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "jsonl", "parquet"])
def test_a_folder_and_a_pattern_are_the_rows_of_their_files_in_order_of_names(tmp_path, kind):
    folder = write(tmp_path / "in", kind)
    assert rows_of(folder) == ROWS
    assert rows_of(tmp_path / "in" / "part-*") == ROWS
    assert rows_of(tmp_path / "**" / "part-[01]*") == ROWS[: ENDS[2]]


def test_what_engines_leave_beside_their_parts_is_no_part(tmp_path):
    folder = write(tmp_path / "in", "csv")
    for name in ("_SUCCESS", ".part-0.csv.crc", "_metadata.csv", "README.md"):
        (folder / name).write_text("nothing,of,a,table\n")
    (folder / "part-1-empty.csv").write_text("")
    assert rows_of(folder) == ROWS


def test_a_folder_with_folders_in_it_is_none_of_tables(tmp_path):
    folder = write(tmp_path / "in", "csv")
    for name in ("pos", "neg"):
        (folder / name).mkdir()
        (folder / name / "1.txt").write_text(name)
    assert open_table(folder).format == "folder"


def test_lines_count_on_and_a_reject_names_its_file(tmp_path):
    folder = write(tmp_path / "in", "csv")
    (folder / "part-1.csv").write_text("text,label\na,b,c\nfine,good\n")
    found = list(open_table(folder).rows())
    assert [row.line for row in found] == [2, 3, 4, 6, 7, 9, 10, 11]
    assert found[3] == Reject(6, "3 fields where the header has 2", "part-1.csv, line 2")
    assert found[4] == Row(7, {"text": "fine", "label": "good"})


def test_a_file_of_other_columns_is_named(tmp_path):
    folder = write(tmp_path / "in", "csv")
    (folder / "part-1.csv").write_text("id,label\n1,good\n")
    with pytest.raises(DataError) as fault:
        open_table(folder)
    assert str(fault.value) == (
        f"{folder / 'part-1.csv'}: its columns are id, label, those of part-0.csv are text, label. "
        f"{folder} is read as one table, whose files have the same columns. Move the file away, or "
        "name those that belong together by a pattern, such as 'part-*.csv'."
    )


def test_keys_of_json_may_come_and_go(tmp_path):
    (tmp_path / "1.jsonl").write_text('{"text": "a", "label": "b"}\n')
    (tmp_path / "2.jsonl").write_text('{"text": "c", "label": "d", "note": 1}\n')
    assert open_table(tmp_path).columns == ["text", "label", "note"]
    (tmp_path / "3.jsonl").write_text('{"user": 7}\n')
    with pytest.raises(DataError, match=r"3\.jsonl: its columns are user, those of 1\.jsonl"):
        open_table(tmp_path)


def test_a_pattern_without_files_says_what_one_is(tmp_path):
    with pytest.raises(DataError, match=r"no-\*\.csv: no file has such a name\. Expected a patt"):
        open_table(tmp_path / "no-*.csv")
    with pytest.raises(DataError, match="no file has such a name"):
        open_table("no\0/*.csv")


def test_a_file_may_be_called_like_a_pattern(tmp_path):
    (tmp_path / "a[1].csv").write_text(csv_of(ROWS))
    assert rows_of(tmp_path / "a[1].csv") == ROWS


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_rows_are_found_by_their_lines_and_no_further_than_the_last(tmp_path, kind):
    table = open_table(write(tmp_path / "in", kind))
    lines = [row.line for row in table.rows()]
    wanted = [lines[n] for n in (1, 2, 3)]
    (tmp_path / "in" / f"part-2.{kind}").unlink()  # it is not looked at
    assert [row.fields["text"] for row in table.at(wanted)] == ["text 1", "text 2", "text 3"]
    assert [*table.at([])] == []
