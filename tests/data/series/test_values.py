"""Numbers are read as several countries write them; what is missing stays missing, and is said."""

import numpy as np
import pytest

from tests.data.series.files import N, dates_of, days, months, read_series, table, write


@pytest.mark.parametrize("gap", ["", "NA", "NaN", "null", "-"])
def test_missing_values_stay_missing_and_are_said(tmp_path, gap):
    values: list[object] = [3 * i for i in range(N)]
    values[5] = values[6] = gap
    s = read_series(write(tmp_path, table(months(), values)))
    assert np.flatnonzero(np.isnan(s.values)).tolist() == [5, 6]
    np.testing.assert_array_equal(s.values[7:], 3.0 * np.arange(7, N))
    assert f"2 of {N} steps have no value, first 1949-06; they stay missing" in s.notes


def test_missing_dates_are_missing_values(tmp_path):
    dates = days(80)
    values: list[object] = [i * 2 for i in range(80)]
    del dates[11], values[11], dates[40:60], values[40:60]
    s = read_series(write(tmp_path, table(dates, values)))
    assert dates_of(s) == days(80)
    assert np.flatnonzero(np.isnan(s.values)).tolist() == [11, *range(41, 61)]
    assert s.values[79] == 158
    assert "21 of 80 steps have no value, first 2003-12-31; they stay missing" in s.notes


def test_missing_ends_are_left_out_and_said(tmp_path):
    values: list[object] = ["", *range(N - 3), "", ""]
    s = read_series(write(tmp_path, table(months(), values)))
    np.testing.assert_array_equal(s.values, np.arange(N - 3))
    assert dates_of(s) == months()[1:-2]
    assert "3 steps without a value at the start or the end were left out" in s.notes


@pytest.mark.parametrize(
    ("write_it", "said"),
    [
        (lambda v: f"{v:.2f}".replace(".", ","), "950,25 is read as 950.25"),
        (lambda v: f"{v:,.2f}", None),
        (lambda v: f"{v:,.2f}".translate({44: ".", 46: ","}), "950,25 is read as 950.25"),
        (lambda v: f"{v:,.2f}".translate({44: " ", 46: ","}), "950,25 is read as 950.25"),
        (lambda v: f"{v:,.2f}".translate({44: "'"}), None),
        (lambda v: f"{v:.2f}%", "950.25% is read as 950.25"),
        (lambda v: f"${v:,.2f}", "$950.25 is read as 950.25"),
        (lambda v: f"{v:.2f} €".replace(".", ","), "950,25 € is read as 950.25"),
    ],
)
def test_numbers_are_read_as_they_are_written(tmp_path, write_it, said):
    values = [950.25, *(-1234567.5 + 71234.25 * i for i in range(1, N))]
    rows = "".join(f'{m},"{write_it(v)}"\n' for m, v in zip(months(), values, strict=True))
    s = read_series(write(tmp_path, f"month,y\n{rows}"))
    np.testing.assert_allclose(s.values, values, atol=0.006)
    if said:
        assert f'numbers of "y": {said}' in s.notes
