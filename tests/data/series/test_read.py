"""Reading a series: what is chosen is said, what is wrong is refused with file and line."""

import gzip
import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elman.data.series.read import SEASONS, next_dates, read_series
from elman.errors import DataError, OptionError

N = 40


def write(folder: Path, text: str | bytes, name: str = "s.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table(dates: list[str], values: list[object] | None = None) -> str:
    values = list(range(len(dates))) if values is None else values
    rows = "".join(f"{d},{v}\n" for d, v in zip(dates, values, strict=True))
    return f"date,sales\n{rows}"


def months(n: int = N) -> list[str]:
    return [f"{1949 + i // 12}-{1 + i % 12:02d}" for i in range(n)]


def days(n: int = N, step: int = 1, form: str = "%Y-%m-%d") -> list[str]:
    return [(date(2003, 12, 20) + timedelta(days=step * i)).strftime(form) for i in range(n)]


# What is read


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
        (
            [f"2003-02-{1 + i // 24:02d} {i % 24:02d}:00" for i in range(N)],
            "hourly",
            ["2003-02-02 16:00", "2003-02-02 17:00"],
        ),
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


def test_season_follows_frequency_and_can_be_overruled(tmp_path):
    path = write(tmp_path, table(months()))
    assert read_series(path).season == SEASONS["monthly"] == 12
    assert read_series(path, season=6).season == 6
    assert read_series(path, season=1).season == 1


def test_season_too_long_for_the_series_is_none_and_said(tmp_path):
    s = read_series(write(tmp_path, table(days(step=7))))
    assert s.season == 1
    assert s.notes[-1] == "season: 1, because two seasons of 52 do not fit into 40 values"
    assert read_series(write(tmp_path, table(months(23)))).season == 1
    assert read_series(write(tmp_path, table(months(24)))).season == 12


def test_season_without_dates_comes_from_autocorrelation(tmp_path):
    i = np.arange(400)
    noise = np.random.default_rng(0).normal(size=400)
    # the second wave makes a lower peak at half the season
    waves = 10 * np.sin(2 * np.pi * i / 17) + 8 * np.cos(4 * np.pi * i / 17) + 0.05 * i
    repeats = read_series(write(tmp_path, "\n".join(map(str, waves + 0.3 * noise))))
    assert (repeats.season, repeats.dates) == (17, None)
    assert repeats.notes[-1] == "season: 17, from the autocorrelation"
    assert read_series(write(tmp_path, "\n".join(map(str, noise.cumsum())))).season == 1
    assert read_series(write(tmp_path, "5\n" * 50)).season == 1


@pytest.mark.parametrize("name", ["s.csv", "s.txt", "s.tsv"])
def test_one_number_per_line_keeps_the_first(tmp_path, name):
    s = read_series(write(tmp_path, "".join(f"{i}.5\n" for i in range(N)), name))
    np.testing.assert_array_equal(s.values, np.arange(N) + 0.5)
    assert s.dates is None
    assert next_dates(s, 2) == ("41", "42")


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
        assert (s.name, s.dates) == ("sales", tuple(months()))


def test_value_column_by_name_or_by_option(tmp_path):
    rows = "".join(f"{m},{i},{2 * i}\n" for i, m in enumerate(months()))
    path = write(tmp_path, f"month,value,rain\n{rows}")
    assert read_series(path).name == "value"
    np.testing.assert_array_equal(read_series(path, value="rain").values, 2.0 * np.arange(N))
    clash = write(tmp_path, f"month,wind,rain\n{rows}")
    with pytest.raises(OptionError, match=r"2 columns of numbers\. Name one as value: wind, rain"):
        read_series(clash)


def test_column_that_is_not_there_gets_the_nearest(tmp_path):
    path = write(tmp_path, table(months()))
    with pytest.raises(OptionError, match=r'value: .* has no column "sale"\. Did you mean "sales"'):
        read_series(path, value="sale")
    with pytest.raises(OptionError, match=r'date: .* has no column "day"\. '):
        read_series(path, date="day")
    with pytest.raises(OptionError, match='date and value are both "sales"'):
        read_series(path, date="sales", value="sales")


@pytest.mark.parametrize("season", [0, -3, 21])
def test_impossible_season_is_an_option_error(tmp_path, season):
    with pytest.raises(OptionError, match=f"season is {season}; with 40 values .* 1 .* to 20"):
        read_series(write(tmp_path, table(months())), season=season)


# Gaps


@pytest.mark.parametrize("gap", ["", "NA", "NaN", "null"])
def test_missing_values_are_interpolated_and_said(tmp_path, gap):
    values: list[object] = [3 * i for i in range(N)]
    values[5] = values[6] = gap
    s = read_series(write(tmp_path, table(months(), values)))
    np.testing.assert_allclose(s.values, 3.0 * np.arange(N))
    assert "2 missing values were filled by linear interpolation" in s.notes


def test_missing_dates_are_interpolated_and_said(tmp_path):
    dates = days(80)
    values: list[object] = [i * 2 for i in range(80)]
    del dates[11], values[11]
    s = read_series(write(tmp_path, table(dates, values)))
    assert len(s.values) == 80
    assert s.dates == tuple(days(80))
    np.testing.assert_allclose(s.values, 2.0 * np.arange(80))
    assert "1 missing dates were filled by linear interpolation, first 2003-12-31" in s.notes, (
        s.notes
    )


def test_missing_ends_are_left_out_and_said(tmp_path):
    values: list[object] = ["", *range(N - 3), "", ""]
    s = read_series(write(tmp_path, table(months(), values)))
    np.testing.assert_array_equal(s.values, np.arange(N - 3))
    assert s.dates == tuple(months()[1:-2])
    assert "3 rows without a value at the start or the end were left out" in s.notes


def test_too_many_gaps_are_refused(tmp_path):
    values: list[object] = [i if i % 9 else "" for i in range(1, N + 1)]
    with pytest.raises(DataError, match="4 values and 0 dates are missing out of 40 steps; at mos"):
        read_series(write(tmp_path, table(months(), values)))
    weekdays = [d for d in days(100) if date.fromisoformat(d).weekday() < 5]
    with pytest.raises(DataError, match=r"0 values and 2\d dates are missing out of"):
        read_series(write(tmp_path, table(weekdays)))


# What is refused


def swapped(items: list[str], i: int, new: str) -> list[str]:
    return [*items[:i], new, *items[i + 1 :]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("date,sales\n", "no rows below the header"),
        (table(months(), swapped(["1"] * N, 7, "many")), r'line 9: "many" in column "sales" is no'),
        (
            table(months(), swapped(["1"] * N, 7, "inf")),
            r'line 9: "inf" in column "sales" is no fi',
        ),
        (table(months(), swapped(["1"] * N, 7, "1_0")), r'line 9: "1_0" in column'),
        (table(months(), swapped(["1"] * N, 7, "1e400")), r'line 9: "1e400" in column'),
        (table(months(), swapped(["1"] * N, 7, "1e200")), r"line 9: 1e200 .* is beyond 1e\+100"),
        (table(months(), ["dear"] * N), "no column of numbers among date, sales"),
        (table(months(12)), "12 values; a series needs at least 20"),
        (table(swapped(months(), 4, "1949-13")), 'line 6: "1949-13" is no date of the form %Y-%m'),
        (table(swapped(months(), 4, "")), 'line 6: "" is no date of the form'),
        (table(swapped(months(), 4, "1949-04")), 'line 6: "1949-04" is the same date as the row b'),
        (table(months()[::-1]), r'line 3: "1952-03" is earlier than the row before \("1952-04"\)'),
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


def test_day_and_month_change_places_where_that_leaves_fewer_gaps(tmp_path):
    first = [f"{1 + i % 12:02d}/01/{2003 + i // 12}" for i in range(N)]
    s = read_series(write(tmp_path, table(first)))
    assert (s.frequency, next_dates(s, 1)) == ("monthly", ("05/01/2006",))


def test_row_counters_and_digits_under_other_names_are_no_dates(tmp_path):
    rows = "".join(f"{i},{1900 + i}\n" for i in range(N))
    s = read_series(write(tmp_path, f"index,today_sales\n{rows}"))
    assert (s.name, s.values[0], s.frequency) == ("today_sales", 1900, "unknown")
    numbered = "".join(f"{i},{m},{2 * i}\n" for i, m in enumerate(months()))
    assert read_series(write(tmp_path, f"index,month,rain\n{numbered}")).name == "rain"
    s = read_series(write(tmp_path, f"index,year\n{rows}"), value="index")
    assert (s.name, s.frequency, s.dates[0]) == ("index", "yearly", "1900")


# Properties


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(-1e9, 1e9), min_size=20, max_size=60),
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
