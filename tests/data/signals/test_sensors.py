"""Readings: long, wide and arrays are the same signals; what is wrong is a reject with its line."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from elman.data.signals.layout import layout_of
from elman.data.signals.readings import of_table
from elman.data.signals.sensors import of_arrays, without_padding
from elman.data.tables.formats import open_table
from elman.data.tables.held import table_of
from elman.data.tables.table import Reject
from elman.errors import DataError, OptionError

LONG = """series,t,label,person,ax,ay
a,0,walk,p1,1.5,-2
a,2,walk,p1,,4
b,0,run,p2,5,6
a,1,walk,p1,7,8
b,1,run,p2,nan,?
"""

WIDE = """label,x_0,x_1,x_2,y_0,y_1,y_2
walk,1,2,3,4,5,6
run,7,,9,8,1,
walk,5,,,6,,
"""


def written(folder, text, name="a.csv"):
    path = folder / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return open_table(path)


def signals(table, **named):
    layout = layout_of(table, **named)
    return of_table(table, layout, need_label=named.get("need_label", True))


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_a_long_table_is_signals_in_the_order_of_time(tmp_path, name):
    found = signals(written(tmp_path, LONG, name), group="person")
    a, b = found.each
    assert found.channels == ("ax", "ay")
    np.testing.assert_array_equal(a.values, np.float32([[1.5, -2], [7, 8], [np.nan, 4]]))
    np.testing.assert_array_equal(b.values, np.float32([[5, 6], [np.nan, np.nan]]))
    assert [(s.line, s.label, s.group) for s in found.each] == [(2, "walk", "p1"), (4, "run", "p2")]


def test_a_frame_is_the_same(tmp_path):
    pandas = pytest.importorskip("pandas")
    table = written(tmp_path, LONG)
    frame = pandas.read_csv(tmp_path / "a.csv", na_values="?")
    for mine, theirs in zip(signals(table).each, signals(table_of(frame)).each, strict=True):
        np.testing.assert_array_equal(mine.values, theirs.values)
        assert mine.label == theirs.label


def test_a_wide_table_has_ragged_ends_and_gaps(tmp_path):
    found = signals(written(tmp_path, WIDE))
    assert found.channels == ("x_", "y_") or found.channels == ("x", "y")
    first, second, third = found.each
    np.testing.assert_array_equal(first.values, np.float32([[1, 4], [2, 5], [3, 6]]))
    np.testing.assert_array_equal(second.values, np.float32([[7, 8], [np.nan, 1], [9, np.nan]]))
    np.testing.assert_array_equal(third.values, np.float32([[5, 6]]))
    assert [s.line for s in found.each] == [2, 3, 4]


def test_columns_without_a_common_form_are_one_channel(tmp_path):
    found = signals(written(tmp_path, "class,a,b,c\nu,1,2,\nv,3,,4\n"))
    assert found.channels == ("value",)
    np.testing.assert_array_equal(found.each[1].values, np.float32([[3], [np.nan], [4]]))


def test_numbers_of_columns_are_read_as_numbers(tmp_path):
    found = signals(written(tmp_path, "y,t10,t9,t1\nu,10,9,1\n"))
    assert found.each[0].values[:, 0].tolist() == [1, 9, 10]


def test_what_is_wrong_is_a_reject_with_its_line(tmp_path):
    text = LONG + "a,3,run,p1,1,1\nb,2,run,p2,much,1\n,4,run,p2,1,1\nc,,run,p2,1,1\nd,0,walk,p1,,\n"
    found = signals(written(tmp_path, text), group="person")
    rejects = {r.line: r.reason for r in found.each if isinstance(r, Reject)}
    assert rejects.keys() == {7, 8, 9, 10, 11}
    for line, said in (
        (7, "signal a: label, group or part is"),
        (8, 'signal b: "much" in column ax is no number'),
        (9, "no name of a signal in column series"),
        (10, "no time in column t"),
        (11, "without a value"),
    ):
        assert said in rejects[line]
    assert len(found.each) == 2 + 5
    wide = signals(written(tmp_path, WIDE + ",1,2,3,4,5,6\nrun,x,2,3,4,5,6\nrun,,,,,,\n"))
    rejects = {r.line: r.reason for r in wide.each if isinstance(r, Reject)}
    assert rejects.keys() == {5, 6, 7}
    assert "no label in column label" in rejects[5]
    assert '"x" in column x_0' in rejects[6]


@pytest.mark.parametrize(
    ("text", "named", "said"),
    [
        ("series,t,v\na,0,1\na,1,2\n", {}, "no column named label"),
        ("series,t,label\na,0,x\na,1,x\n", {}, "no columns of numbers"),
        ("label,v\nx,1\ny,2\n", {}, "Name it with --series"),
        (LONG, {"series": "serie"}, '--series: .* has no column "serie". Did you mean "series"'),
        (LONG, {"label": "class"}, '--label: .* has no column "class"'),
        (LONG, {"group": "speaker"}, '--group: .* has no column "speaker"'),
    ],
)
def test_a_table_of_no_signals_is_refused(tmp_path, text, named, said):
    with pytest.raises((DataError, OptionError), match=said):
        signals(written(tmp_path, text), **named)


def test_arrays_are_signals_time_first():
    x = np.random.default_rng(0).normal(size=(3, 7, 2))
    for given in (x, list(x), [row.tolist() for row in x]):
        found = of_arrays(given, [1, 0, 1])
        assert [s.label for s in found.each] == ["1", "0", "1"]
        np.testing.assert_array_equal(found.each[2].values, x[2].astype(np.float32))
    ragged = of_arrays([np.arange(4.0), np.arange(9.0)], None)
    assert [s.values.shape for s in ragged.each] == [(4, 1), (9, 1)]
    assert isinstance(of_arrays([np.full((3, 2), np.nan)], ["a"]).each[0], Reject)


def test_rows_of_unlike_length_in_one_array_end_in_nan():
    x = np.random.default_rng(0).normal(size=(2, 9, 2))
    x[0, 5:] = np.nan
    x[1, 2] = np.nan
    first, second = of_arrays(x, None).each
    assert (len(first.values), len(second.values)) == (5, 9)


def test_arrays_that_may_be_channels_first_are_told():
    (note,) = of_arrays(np.zeros((4, 3, 50)), None).notes
    assert note.startswith("3 steps of 50 channels each: arrays are read time first")
    assert not of_arrays(np.zeros((4, 50, 3)), None).notes


@pytest.mark.parametrize(
    ("given", "labels", "said"),
    [
        ([np.zeros((4, 2)), np.zeros((4, 3))], "ab", "signal 2: 3 channels where the first has 2"),
        ([np.zeros((4, 2))], "ab", "1 array and 2 labels"),
        ([np.zeros((4, 2, 2))], "a", "signal 1: expected numbers of shape"),
        (["words"], "a", "signal 1: expected numbers"),
        ([], "", "no signals"),
    ],
)
def test_other_arrays_are_refused(given, labels, said):
    with pytest.raises(DataError, match=said):
        of_arrays(given, list(labels))


def test_a_column_of_parts_that_names_none_is_said_or_refused(tmp_path):
    table = written(tmp_path, "label,split,v0,v1\nx,1,2,3\ny,2,4,5\n")
    found = signals(table)
    (note,) = found.notes
    assert 'a.csv: the column "split" names no parts ("1", "2")' in note
    assert [s.part for s in found.each] == ["", ""]
    assert found.layout.split is None
    with pytest.raises(DataError, match="names no parts"):
        of_table(table, layout_of(table, split="split"), parts_asked=True)


def test_other_tables_are_read_by_the_columns_of_training(tmp_path):
    wide = layout_of(written(tmp_path, WIDE))
    shorter = written(tmp_path, "x_0,x_1,y_0,y_1,age\n1,2,3,4,50\n")
    assert wide.of_others(shorter).values == (("x_0", "x_1"), ("y_0", "y_1"))
    longer = written(tmp_path, "x_4,x_0,x_1,x_2,x_3,y3,y_0,y_1,y_2,y_4,y_6\n" + ",".join("1" * 11))
    assert wide.of_others(longer).values == (
        *(("x_0", "x_1", "x_2", "x_3", "x_4"), ("y_0", "y_1", "y_2", "y3", "y_4")),
    )
    uneven = written(tmp_path, "x_0,x_1,x_2,x_3,y_0,y_1,y_2\n" + ",".join("1" * 7))
    with pytest.raises(DataError, match="a column x_3, and none for the same time after y_2"):
        wide.of_others(uneven)
    assert wide.of_others(written(tmp_path, "a,b\n1,2\n")) is None
    for head, said in (
        ("x_0,x_2,y_0,y_1,y_2,age", "no column x_1, which"),
        ("x_0,x_1,y_0,age", "no column y_1, which the model was trained with beside x_0, x_1, y_0"),
        ("x_1,y_1,age", "no column x_0, y_0, which .* Add them"),
    ):
        with pytest.raises(DataError, match=said):
            wide.of_others(written(tmp_path, f"{head}\n" + ",".join("1" * 6) + "\n"))
    named = layout_of(written(tmp_path, "class,a,b,c\nu,1,2,\nv,3,,4\n"))
    with pytest.raises(DataError, match="no column c, which the model"):
        named.of_others(written(tmp_path, "a,b,d\n1,2,3\n"))
    long = layout_of(written(tmp_path, LONG), group="person")
    again = long.of_others(written(tmp_path, "id,t,ay,ax,age\na,0,1,2,3\na,1,1,2,3\n"))
    assert (again.series, again.channels, again.label) == ("id", ("ax", "ay"), None)
    with pytest.raises(DataError, match="no column ay, which the model was trained with beside ax"):
        long.of_others(written(tmp_path, "series,t,ax,age\na,0,1,2\n"))
    with pytest.raises(DataError, match='no column "series" that tells signals apart'):
        long.of_others(written(tmp_path, "t,ax,ay\n0,1,2\n"))


def test_an_empty_array_is_a_signal_without_a_value():
    one, empty, other = of_arrays([np.ones((3, 2)), np.array([]), np.ones((4, 2))], None).each
    assert isinstance(empty, Reject)
    assert (empty.line, empty.reason) == (2, "a signal without a value")
    assert (len(one.values), len(other.values)) == (3, 4)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3,), (3, 2)], ids=str)
def test_nothing_is_left_of_a_signal_that_is_padding_alone(shape):
    assert without_padding(np.full(shape, np.nan, np.float32)).shape == (0, *shape[1:])


def test_padding_ends_where_the_last_value_of_any_channel_stands():
    rows = np.array([[np.nan, 1], [2, np.nan], [np.nan, np.nan]], np.float32)
    assert len(without_padding(rows)) == 2
    np.testing.assert_array_equal(without_padding(rows[:, 0]), rows[:2, 0])
