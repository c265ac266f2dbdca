"""Dates give a rhythm, in whatever form they are written, and go on in that form."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elman.data.series.read import read_series
from elman.data.series.rhythm import next_dates
from tests.data.series.files import N, days, hours, months, table, write


@pytest.mark.parametrize(
    ("dates", "frequency", "coming"),
    [
        (months(), "monthly", ["1952-05", "1952-06"]),
        ([f"{m}-01" for m in months()], "monthly", ["1952-05-01", "1952-06-01"]),
        (days(), "daily", ["2004-01-29", "2004-01-30"]),
        (days(form="%d/%m/%Y"), "daily", ["29/01/2004", "30/01/2004"]),
        (days(form="%m/%d/%Y"), "daily", ["01/29/2004", "01/30/2004"]),
        (days(form="%Y%m%d"), "daily", ["20040129", "20040130"]),
        (days(step=7), "weekly", ["2004-09-25", "2004-10-02"]),
        (months(3 * N)[::3], "quarterly", ["1959-01", "1959-04"]),
        ([str(1960 + i) for i in range(N)], "yearly", ["2000", "2001"]),
        (hours(), "hourly", ["2003-02-02 16:00", "2003-02-02 17:00"]),
        (
            [f"2003-02-28T{23 - (N - 1 - i) // 2:02d}:{30 * (i % 2):02d}:00" for i in range(N)],
            "half-hourly",
            ["2003-03-01T00:00:00", "2003-03-01T00:30:00"],
        ),
        ([f"{i}" for i in range(N)], "unknown", ["40", "41"]),
        ([f"{0.5 * i}" for i in range(N)], "unknown", ["20", "20.5"]),
    ],
)
def test_dates_give_frequency_and_continue_in_their_own_form(tmp_path, dates, frequency, coming):
    s = read_series(write(tmp_path, table(dates)), date="date")
    assert s.frequency == frequency
    assert s.dates == tuple(dates)
    assert list(next_dates(s, 2)) == coming
    np.testing.assert_array_equal(s.values, np.arange(N))


def test_month_ends_continue_at_month_ends(tmp_path):
    ends = [str(date(2001 + i // 12, 1 + i % 12, 1) - timedelta(days=1)) for i in range(N)]
    s = read_series(write(tmp_path, table(ends)))
    assert (s.frequency, next_dates(s, 2)) == ("monthly", ("2004-04-30", "2004-05-31"))


def test_counter_in_the_thousands_is_not_a_year(tmp_path):
    s = read_series(write(tmp_path, table([str(i) for i in range(990, 1400)]).replace("date", "t")))
    assert (s.frequency, s.name) == ("unknown", "sales")
    assert next_dates(s, 1) == ("1400",)


def test_counter_of_seven_digits_is_not_a_day(tmp_path):
    s = read_series(write(tmp_path, table([str(i) for i in range(1111110, 1111130)])))
    assert (s.frequency, next_dates(s, 1)) == ("unknown", ("1111130",))


def test_day_and_month_change_places_where_that_leaves_fewer_gaps(tmp_path):
    first = [f"{1 + i % 12:02d}/01/{2003 + i // 12}" for i in range(N)]
    s = read_series(write(tmp_path, table(first)))
    assert (s.frequency, next_dates(s, 1)) == ("monthly", ("05/01/2006",))


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=20, max_size=30),
    st.integers(0, 20_000),
    st.sampled_from([1, 7]),
)
def test_dated_numbers_come_back_and_the_dates_go_on(tmp_path_factory, values, first, step):
    start = date(1990, 1, 1) + timedelta(days=first)
    dates = [str(start + timedelta(days=step * i)) for i in range(len(values) + 3)]
    path = write(tmp_path_factory.mktemp("p"), table(dates[:-3], [repr(v) for v in values]))
    s = read_series(path)
    np.testing.assert_array_equal(s.values, values)
    assert s.dates == tuple(dates[:-3])
    assert next_dates(s, 3) == tuple(dates[-3:])
