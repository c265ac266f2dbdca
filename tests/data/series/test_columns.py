"""The columns of dates and of values are found by content and name, or as told."""

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from elman.data.series.dates import COUNT, EPOCHS, FORMS, guess_forms, parse_date, write_date
from elman.data.series.read import read_panel
from elman.errors import OptionError
from tests.data.series.files import N, days, months, read_series, table, write


def test_value_column_by_name_or_by_option(tmp_path):
    rows = "".join(f"{m},{i},{2 * i}\n" for i, m in enumerate(months()))
    path = write(tmp_path, f"month,value,rain\n{rows}")
    assert read_series(path).name == "value"
    np.testing.assert_array_equal(read_series(path, value="rain").values, 2.0 * np.arange(N))
    several = read_panel(write(tmp_path, f"month,wind,rain\n{rows}"))
    assert [series.name for series in several] == ["wind", "rain"]


def test_column_that_is_not_there_gets_the_nearest(tmp_path):
    path = write(tmp_path, table(months()))
    with pytest.raises(OptionError, match=r'value: .* has no column "sale"\. Did you mean "sales"'):
        read_series(path, value="sale")
    with pytest.raises(OptionError, match=r'date: .* has no column "day"\. '):
        read_series(path, date="day")
    with pytest.raises(OptionError, match='--date and --value name the column "sales" twice'):
        read_series(path, date="sales", value="sales")


def test_names_decide_between_columns_of_dates(tmp_path):
    rows = "".join(f"{d},{m},{i}\n" for i, (d, m) in enumerate(zip(days(), months(), strict=True)))
    assert read_series(write(tmp_path, f"created,date,rain\n{rows}")).frequency == "monthly"
    assert read_series(write(tmp_path, f"created,seen,rain\n{rows}")).frequency == "daily"


def test_a_column_that_counts_down_is_no_date(tmp_path):
    down = "".join(f"{N - i},{i * i}\n" for i in range(N))
    assert read_series(write(tmp_path, f"index,rain\n{down}")).calendar is None


def test_row_counters_and_digits_under_other_names_are_no_dates(tmp_path):
    rows = "".join(f"{i},{1900 + i}\n" for i in range(N))
    s = read_series(write(tmp_path, f"index,today_sales\n{rows}"))
    assert (s.name, s.values[0], s.frequency) == ("today_sales", 1900, "unknown")
    numbered = "".join(f"{i},{m},{2 * i}\n" for i, m in enumerate(months()))
    assert read_series(write(tmp_path, f"index,month,rain\n{numbered}")).name == "rain"
    s = read_series(write(tmp_path, f"index,year\n{rows}"), value="index")
    assert (s.name, s.frequency, s.date(0)) == ("index", "yearly", "1900")


def test_what_is_not_used_is_said_by_name(tmp_path):
    rows = "".join(f"{m},{i},{i % 3},x\n" for i, m in enumerate(months()))
    s = read_series(write(tmp_path, f"month,y,promo,shop\n{rows}"))
    assert s.name == "y"
    assert "not used: promo, shop" in s.notes


def test_every_form_is_among_those_guessed_of_a_date_in_it():
    zone = timezone(-timedelta(hours=3, minutes=30))
    forms = [form for form in FORMS if form != COUNT and form not in EPOCHS]
    assert len(forms) > 400
    for form in forms:
        moments = (datetime(2021, 5, day, 13, 7, 9, 250_000, zone) for day in (7, 23))
        fields = [write_date(moment, form) for moment in moments]
        if form == "%m.%Y":  # a number
            continue
        assert form in guess_forms(fields, digits=True), form


@pytest.mark.parametrize("zone", ["Z", "+0100", "-01:00", "+01:00:30", "-010030.5"])
@pytest.mark.parametrize("before", ["", " "])
def test_zones_are_read_however_they_are_written(zone, before):
    field = f"2021-05-07 13:07:09{before}{zone}"
    form = f"%Y-%m-%d %H:%M:%S{before}%z"
    assert parse_date(field, form) is not None
    assert form in guess_forms([field], digits=False)
