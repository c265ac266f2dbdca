"""Dates give a calendar, in whatever form they are written, and go on in that form."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data.series.files import N, dates_of, days, hours, months, read_series, table, write


def spaced(form, cut=0, *, months=0, **step):
    """N dates in a form, so far apart; of the last `cut` characters less."""
    moments = [datetime(2003, 12, 31) + timedelta(**step) * i for i in range(N)]
    if months:
        moments = [datetime(2004 + i // 12, 1 + i % 12, 1) for i in range(N)]
    return [m.strftime(form)[: -cut or None] for m in moments]


def workdays(n, week="1111100"):
    """N dates from Friday, 2003-12-19 on."""
    every = (date(2003, 12, 19) + timedelta(days=i) for i in range(2 * n))
    return [str(day) for day in every if week[day.weekday()] == "1"][:n]


def local(zone, start, n, minutes=60, form="%Y-%m-%d %H:%M"):
    """What a clock on the wall shows every so many minutes."""
    begin = start.replace(tzinfo=timezone.utc)
    moments = (begin + timedelta(minutes=minutes * i) for i in range(n))
    written = [m.astimezone(ZoneInfo(zone)).strftime(form) for m in moments]
    return [w[:-2] + ":" + w[-2:] if form.endswith("%z") else w for w in written]


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
        (spaced("%b-%y", months=1), "monthly", ["May-07", "Jun-07"]),
        (spaced("%B %Y", months=1), "monthly", ["May 2007", "June 2007"]),
        (spaced("%d %b %Y", days=1), "daily", ["09 Feb 2004", "10 Feb 2004"]),
        (spaced("%b %d %Y", days=7), "weekly", ["Oct 06 2004", "Oct 13 2004"]),
        (spaced("%d.%m.%Y", days=2), "2-day", ["20.03.2004", "22.03.2004"]),
        (spaced("%m/%d/%Y %I:%M %p", hours=1), "hourly", ["01/01/2004 04:00 PM"]),
        (spaced("%Y-%m-%dT%H:%M:%S.%f", 3, hours=1), "hourly", ["2004-01-01T16:00:00.000"]),
        (spaced("%Y-%m-%dT%H:%M:%SZ", minutes=10), "10-minute", ["2003-12-31T06:40:00Z"]),
        (spaced("%Y-%m-%d %H:%M+02:00", minutes=15), "15-minute", ["2003-12-31 10:00+02:00"]),
        ([f"{1990 + i // 4}Q{1 + i % 4}" for i in range(N)], "quarterly", ["2000Q1", "2000Q2"]),
        ([f"Q{1 + i % 4} {1990 + i // 4}" for i in range(N)], "quarterly", ["Q1 2000", "Q2 2000"]),
        ([f"{1072915200 + 3600 * i}" for i in range(N)], "hourly", ["1073059200"]),
        ([f"{1072915200000 + 86400000 * i}" for i in range(N)], "daily", ["1076371200000"]),
        (workdays(N), "working-daily", ["2004-02-13", "2004-02-16"]),
        (workdays(N, "1111110"), "working-daily", ["2004-02-04", "2004-02-05"]),
        ([f"{i}" for i in range(N)], "unknown", ["40", "41"]),
        ([f"{0.5 * i:g}" for i in range(N)], "unknown", ["20", "20.5"]),
    ],
)
def test_dates_give_frequency_and_continue_in_their_own_form(tmp_path, dates, frequency, coming):
    s = read_series(write(tmp_path, table(dates)), date="date")
    assert s.frequency == frequency
    assert dates_of(s) == list(dates)
    assert list(s.coming(len(coming))) == coming
    np.testing.assert_array_equal(s.values, np.arange(N))


def test_month_ends_continue_at_month_ends(tmp_path):
    ends = [str(date(2001 + i // 12, 1 + i % 12, 1) - timedelta(days=1)) for i in range(N)]
    s = read_series(write(tmp_path, table(ends)))
    assert (s.frequency, s.coming(2)) == ("monthly", ("2004-04-30", "2004-05-31"))


@pytest.mark.parametrize(
    ("day", "coming"),
    [
        (30, ["2005-02-28", "2005-03-30"]),
        (31, ["2005-02-28", "2005-03-31"]),
        ("last workday", ["2005-02-28", "2005-03-31"]),
        ("first workday", ["2005-02-01", "2005-03-01"]),
        (15, ["2005-02-15", "2005-03-15"]),
    ],
)
def test_months_go_on_by_the_rule_of_their_day(tmp_path, day, coming):
    dates = []
    for i in range(25):
        first = date(2003 + i // 12, 1 + i % 12, 1)
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        if day == "last workday":
            last -= timedelta(days=max(last.weekday() - 4, 0))
        if day == "first workday":
            last = first + timedelta(days={5: 2, 6: 1}.get(first.weekday(), 0))
        dates.append(
            str(last if isinstance(day, str) else min(last, last.replace(day=min(day, last.day))))
        )
    s = read_series(write(tmp_path, table(dates)))
    assert (s.frequency, s.season, dates_of(s)) == ("monthly", 12, dates)
    assert list(s.coming(2)) == coming


def test_a_holiday_is_a_missing_working_day(tmp_path):
    dates = workdays(60)
    del dates[4], dates[30]
    s = read_series(write(tmp_path, table(dates)))
    assert (s.frequency, s.season, len(s.values)) == ("working-daily", 5, 60)
    assert np.flatnonzero(np.isnan(s.values)).tolist() == [4, 31]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney"])
@pytest.mark.parametrize("minutes", [60, 30])
@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%z"])
def test_clocks_that_change_leave_every_hour_in_its_place(tmp_path, zone, minutes, form):
    n = 60 * 24 * 45 // minutes
    for month in (3, 10):
        dates = local(zone, datetime(2020, month, 1), n + 5, minutes, form)
        s = read_series(write(tmp_path, table(dates[:n])))
        assert (len(s.values), s.season) == (n, 1440 // minutes)
        np.testing.assert_array_equal(s.values, np.arange(n))
        assert s.coming(5) == tuple(dates[n:])


def test_local_midnights_with_their_offsets_are_days(tmp_path):
    zone = ZoneInfo("Europe/Berlin")
    days = [datetime(2020, 3, 1, tzinfo=zone) + timedelta(days=i) for i in range(43)]
    dates = [d.isoformat() for d in days]
    s = read_series(write(tmp_path, table(dates[:40])))
    assert (s.frequency, len(s.values)) == ("daily", 40)
    assert s.coming(3) == tuple(dates[40:])


def test_days_with_one_offset_go_on_at_midnight(tmp_path):
    zone = timezone(timedelta(hours=2))
    dates = [(datetime(2020, 3, 1, tzinfo=zone) + timedelta(days=i)).isoformat() for i in range(N)]
    assert read_series(write(tmp_path, table(dates[:-2]))).coming(2) == tuple(dates[-2:])


def test_counter_in_the_thousands_is_not_a_year(tmp_path):
    s = read_series(write(tmp_path, table([str(i) for i in range(990, 1400)]).replace("date", "t")))
    assert (s.frequency, s.name) == ("unknown", "sales")
    assert s.coming(1) == ("1400",)


def test_counter_of_seven_digits_is_not_a_day(tmp_path):
    s = read_series(write(tmp_path, table([str(i) for i in range(1111110, 1111130)])))
    assert (s.frequency, s.coming(1)) == ("unknown", ("1111130",))


def test_day_and_month_change_places_where_that_leaves_fewer_gaps(tmp_path):
    first = [f"{1 + i % 12:02d}/01/{2003 + i // 12}" for i in range(N)]
    s = read_series(write(tmp_path, table(first)))
    assert (s.frequency, s.coming(1)) == ("monthly", ("05/01/2006",))


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
    assert dates_of(s) == dates[:-3]
    assert s.coming(3) == tuple(dates[-3:])
