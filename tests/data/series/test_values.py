"""A few missing values are filled in and said; more are refused."""

from datetime import date

import numpy as np
import pytest

from elman.data.series.read import read_series
from elman.errors import DataError
from tests.data.series.files import N, days, months, table, write


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
    values = [*range(3), "", *range(5), "", *range(30)]
    dates = [day for k, day in enumerate(days(42)) if k not in (20, 30)]
    with pytest.raises(DataError, match="2 values and 2 dates are missing out of 42 steps"):
        read_series(write(tmp_path, table(dates, values)))
    values = [i if i % 13 else "" for i in range(1, N + 3)]
    with pytest.raises(DataError, match="3 values and 0 dates are missing out of 42 steps"):
        read_series(write(tmp_path, table(days(42), values)))
    weekdays = [d for d in days(100) if date.fromisoformat(d).weekday() < 5]
    with pytest.raises(DataError, match=r"0 values and 2\d dates are missing out of"):
        read_series(write(tmp_path, table(weekdays)))
