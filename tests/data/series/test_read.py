"""Reading a series: what is wrong is refused with file and line."""

import gzip
import re

import numpy as np
import pytest

from elman.errors import DataError
from tests.data.series.files import (
    N,
    dates_of,
    days,
    hours,
    months,
    read_series,
    swapped,
    table,
    write,
)


@pytest.mark.parametrize("name", ["s.csv", "s.txt", "s.tsv"])
def test_one_number_per_line_keeps_the_first(tmp_path, name):
    s = read_series(write(tmp_path, "".join(f"{i}.5\n" for i in range(N)), name))
    np.testing.assert_array_equal(s.values, np.arange(N) + 0.5)
    assert s.calendar is None
    assert s.coming(2) == ("41", "42")


def test_gzip_tsv_semicolons_quotes_and_windows_ends_read_the_same(tmp_path):
    text = table(months())
    forms = {
        "a.csv.gz": gzip.compress(text.encode()),
        "b.tsv": text.replace(",", "\t"),
        "c.csv": text.replace(",", ";").replace("\n", "\r\n"),
        "d.csv": "\ufeff" + re.sub(r"([^,\n]+)", r'"\1"', text),
    }
    for name, content in forms.items():
        s = read_series(write(tmp_path, content, name))
        np.testing.assert_array_equal(s.values, np.arange(N), err_msg=name)
        assert (s.name, dates_of(s)) == ("sales", months())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("date,sales\n", "no rows below the header"),
        (table(months(), swapped(["1"] * N, 7, "many")), r'line 9: "many" in column "sales" is no'),
        (table(months(), swapped(["1"] * N, 7, "12%")), r'line 9: "12%" in column "sales" is no'),
        (table(months(), [f'"1,{i}5"' for i in range(10, 10 + N)]), r'line 2: "1,105" .* may be 1'),
        (
            table(months(), swapped(["1"] * N, 7, "inf")),
            r'line 9: "inf" in column "sales" is no fi',
        ),
        (table(months(), swapped(["1"] * N, 7, "1_0")), r'line 9: "1_0" in column'),
        (table(months(), swapped(["1"] * N, 7, "1e400")), r"line 9: 1e400 .* is beyond 1e\+100"),
        (table(months(), swapped(["1"] * N, 7, "1e200")), r"line 9: 1e200 .* is beyond 1e\+100"),
        (table(months(), ["dear"] * N), "no column of numbers among date, sales"),
        (table(months(7)), "7 values; a series needs at least 8"),
        *((table(dates(1)), "1 value; a series needs at least 8") for dates in (months, hours)),
        (table(["1949-01-31 10:00+02:00"]), "1 value; a series needs at least 8"),
        (table(months(1) * 3), 'line 3: "1949-01" is the same date as .*, line 2'),
        (
            "id,date,sales\n" + "".join(f"{n},{d},3\n" for n in "ab" for d in days(4)),
            "4 values; each series needs at least 8",
        ),
        (table(swapped(months(), 4, "1949-13")), 'line 6: "1949-13" is no date of the form %Y-%m'),
        (table(swapped(months(), 4, "")), 'line 6: "" is no date of the form'),
        (
            table(swapped(months(), 4, ""), ["", "", *range(N - 2)]),
            'line 6: "" is no date of the form',
        ),
        (
            table(swapped(hours(), 9, "2003-02-01 09:03")),
            'line 11: "2003-02-01 09:03" is not a whole number of steps',
        ),
        (
            table(swapped(months(), 4, "1949-04")),
            'line 6: "1949-04" is the same date as .*, line 5',
        ),
        (
            table([*days(N - 1, step=7), "2004-09-19"]),
            'line 41: "2004-09-19" is not a whole number of steps after "2003-12-20"; most rows',
        ),
        ("1949-01,112\n" * N, r'line 1: "112" is a number where a column name was expected'),
        (table(months()).replace("1949-05,4", "1949-05"), "line 6: 1 fields where the header has"),
        (table(months()).replace("1949-05,4", "1949-05,4\0"), "line 6: holds a NUL byte"),
        (table(months()).encode().replace(b"1949-05,4", b"1949-05,\xff"), "line 6: byte 0xFF"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(tmp_path, text, message):
    path = write(tmp_path, text)
    with pytest.raises(DataError, match=message) as caught:
        read_series(path)
    assert str(caught.value).startswith(str(path))


def test_rows_in_any_order_are_sorted_and_that_is_said(tmp_path):
    order = np.random.default_rng(3).permutation(N)
    for dates in (months(), hours()):
        mixed = table([dates[i] for i in order], [int(i) ** 2 for i in order])
        s = read_series(write(tmp_path, mixed))
        np.testing.assert_array_equal(s.values, np.arange(N) ** 2)
        assert dates_of(s) == dates
        assert "the rows were not in the order of their dates, and were sorted" in s.notes
    assert not any("sorted" in note for note in read_series(write(tmp_path, table(days()))).notes)
