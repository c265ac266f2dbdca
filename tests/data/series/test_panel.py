"""Several series of one file: side by side, or one below the other."""

import numpy as np
import pytest

from elman.data.series.read import read_panel
from elman.errors import DataError, OptionError
from tests.data.series.files import days, write

A, B = [float(n) for n in range(30)], [100.0 - 2 * n for n in range(20)]


def long(rows=None):
    """Series "a" and, ten days later, the shorter "b", in no order."""
    rows = [("a", day, v) for day, v in zip(days(30), A, strict=True)]
    rows += [("b", day, v) for day, v in zip(days(30)[10:], B, strict=True)]
    order = np.random.default_rng(0).permutation(len(rows))
    return "".join("{},{},{}\n".format(*rows[i]) for i in order)


@pytest.mark.parametrize(
    ("head", "options"),
    [
        ("unique_id,ds,y", {}),
        ("shop,day,sold", {}),  # found because every date stands once beside it
        ("shop,day,sold", {"id": "shop", "date": "day", "value": "sold"}),
    ],
)
def test_series_one_below_the_other(tmp_path, head, options):
    panel = read_panel(write(tmp_path, f"{head}\n{long()}"), **options)
    found = {series.name: series for series in panel}
    assert sorted(found) == ["a", "b"]
    assert found["a"].values.tolist() == A
    assert found["b"].values.tolist() == B
    assert found["b"].date(0) == days(30)[10]
    assert found["a"].coming(2) == found["b"].coming(2)
    assert (panel.id, panel.columns) == (head.split(",")[0], (head.split(",")[2],))
    assert f'series: 2, by column "{panel.id}"' in panel.notes
    assert "the rows were not in the order of their dates, and were sorted" in panel.notes
    assert panel.season == 7


def test_series_side_by_side(tmp_path):
    b = [""] * 10 + [str(v) for v in B]
    rows = "".join(f"{d},{x},{y}\n" for d, x, y in zip(days(30), A, b, strict=True))
    panel = read_panel(write(tmp_path, f"ds,a,b\n{rows}"))
    assert [series.name for series in panel] == ["a", "b"]
    assert panel.series[1].values.tolist() == B
    assert panel.series[1].date(0) == days(30)[10]
    assert "values: 2 columns, each a series: a, b" in panel.notes
    (one,) = read_panel(write(tmp_path, f"ds,a,b\n{rows}"), value="b")
    assert (one.name, one.values.tolist()) == ("b", B)
    both = read_panel(write(tmp_path, f"ds,a,b\n{rows}"), value="b, a")
    assert [series.name for series in both] == ["b", "a"]


def test_a_column_of_values_and_a_name_make_one_series_each(tmp_path):
    rows = "".join(f"{n},{d},{i},{-i}\n" for n in "xy" for i, d in enumerate(days(20)))
    panel = read_panel(write(tmp_path, f"shop,ds,sold,returned\n{rows}"))
    assert [series.name for series in panel] == ["x/sold", "x/returned", "y/sold", "y/returned"]
    assert panel.series[1].values.tolist() == [-float(n) for n in range(20)]


def test_what_is_missing_is_counted_over_all(tmp_path):
    text = long().replace(f"b,{days(30)[15]},90.0\n", f"b,{days(30)[15]},\n")
    panel = read_panel(write(tmp_path, f"id,ds,y\n{text}"))
    assert (
        f"1 of 50 steps have no value, first {days(30)[15]} of b; they stay missing" in panel.notes
    )
    short = "".join(f"c,{d},1\n" for d in days(3))
    panel = read_panel(write(tmp_path, f"id,ds,y\n{long()}{short}"))
    assert sorted(series.name for series in panel) == ["a", "b"]
    assert "left out, with fewer than 8 values: c" in panel.notes


def test_without_dates_the_rows_of_a_name_count(tmp_path):
    rows = "".join(f"{n},{k * 10 + i}\n" for i in range(12) for k, n in enumerate("pq"))
    panel = read_panel(write(tmp_path, f"unique_id,y\n{rows}"))
    assert [s.values.tolist() for s in panel] == [
        [float(i) for i in range(12)], [10.0 + i for i in range(12)],
    ]  # fmt: skip


def test_a_column_that_tells_no_series_apart_is_no_name(tmp_path):
    rows = "".join(f"{r},{d},{n}\n" for r in "xy" for n in (1, 2) for d in days(20))
    with pytest.raises(DataError, match="the same date as"):
        read_panel(write(tmp_path, f"region,ds,y\n{rows}"))


def test_two_values_for_one_date_are_refused(tmp_path):
    path = write(tmp_path, f"id,ds,y\n{long()}a,{days(30)[4]},7\n")
    with pytest.raises(DataError, match=r'line 52: "2003-12-24" stands twice beside "a"'):
        read_panel(path, id="id")
    twice = "".join(f"{d},1\n{d},2\n" for d in days(20))
    with pytest.raises(DataError, match=r"the same date as .*, line 2\. .*--id"):
        read_panel(write(tmp_path, f"ds,y\n{twice}"))
    with pytest.raises(OptionError, match=r'--id: .* has no column "shops"\. Did you mean "shop"'):
        read_panel(write(tmp_path, f"shop,ds,y\n{long()}"), id="shops")


def test_a_series_at_fault_is_left_out_where_that_is_asked_for(tmp_path):
    day = days(30)
    rows = [f"{n},{d},{i},{i}" for n in "abcdef" for i, d in enumerate(day)]
    rows[5] = f"a,{day[5]},abc,5"  # a: no number
    rows[6] = f"a,{day[6]},def,5"
    rows[37] = f"b,{day[6]},7,7"  # b: a date twice
    rows[64] = "c,2003-13-99,4,4"  # c: no date
    rows[92:120] = []  # d: two values
    rows += ["g,2003-12-19,,"]  # g: none
    text = "id,ds,y,z\n" + "\n".join(rows) + "\n"
    path = write(tmp_path, text)
    panel = read_panel(path, value="y", id="id", apart=True)
    assert [series.name for series in panel] == ["e", "f"]
    assert panel.lines == (94, 124)
    assert [series.values.tolist() for series in panel] == 2 * [[float(n) for n in range(30)]]
    left = {reject.named["unique_id"]: (reject.line, reject.reason) for reject in panel.left_out}
    assert set(left) == {"a", "b", "c", "d", "g"}
    assert left["a"][0] == 7
    assert left["a"][1].startswith('"abc" in column "y" is no finite number')
    assert left["b"] == (
        39,
        f'"{day[6]}" stands twice beside "b". Leave one row a date and series.',
    )
    assert left["c"][0] == 66
    assert left["c"][1].startswith('"2003-13-99" is no date of the form %Y-%m-%d')
    assert left["d"] == (92, "2 values; a series needs at least 8. Add rows.")
    assert left["g"][1].startswith("0 values;")
    with pytest.raises(DataError, match=r'line 7: "abc" in column "y"'):
        read_panel(path, value="y")
    # side by side, a column is a series
    wide = "".join(f"{d},{i},{'1.2.3' if i == 4 else i}\n" for i, d in enumerate(day))
    panel = read_panel(write(tmp_path, f"ds,p,q\n{wide}"), apart=True)
    assert [series.name for series in panel] == ["p"]
    assert [(reject.line, reject.named) for reject in panel.left_out] == [(6, {"unique_id": "q"})]
    # of a line that cannot be read nobody knows whose it is
    panel = read_panel(write(tmp_path, f"ds,p,q\n{wide}x\n"), apart=True)
    assert not len(panel)
    assert [(reject.line, reject.named) for reject in panel.left_out] == [(32, {})]
    assert panel.left_out[0].reason == "1 fields where the header has 3. Mend the line."
