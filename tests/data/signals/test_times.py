"""Rows of a signal stand in the order of time, however times are written; else they are refused."""

from __future__ import annotations

import random

import numpy as np
import pytest

from elman.data.signals.layout import layout_of
from elman.data.signals.readings import of_table
from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject
from elman.errors import DataError

WAYS = {
    "numbers": [f"{n}" for n in range(-3, 9)],
    "whole numbers beyond what a float holds": [f"{10**18 + n}" for n in range(9)],
    "hours": [f"{n}:00" for n in range(7, 19)],
    "with seconds": [f"{n // 60}:{n % 60:02}:30.5" for n in range(50, 70)],
    "minutes and seconds": [f"{59 + n // 30}:{2 * (n % 30):02}.25" for n in range(65)],
    "of twelve hours": [*(f"{n}:30 AM" for n in (12, 1, 9, 10)), "12:00 PM", "1:15 pm", "11:00 PM"],
    "month first": [f"{n}/1/2024" for n in range(1, 13)] + ["1/31/2025"],
    "day first": [f"{n}.{m}.2023" for m in (2, 10) for n in (1, 2, 13, 20)],
    "words": ["Jan 31, 2024", "Feb 1, 2024", "Apr 2, 2024", "Dec 1, 2024"],
    "ISO of two lengths": [
        *("2024-01-31 23:59:59", "2024-01-31 23:59:59.500000", "2024-02-01 00:00:00"),
        *("2024-02-01T00:00:01Z", "2024-02-01 02:00:01.25+01:00", "2024-02-01T01:30:00Z"),
    ],
    "one number": [f"step {n}" for n in range(8, 23)],
    "a unit": [f"{n / 2} ms" for n in range(3, 33)],
}


def table_of(folder, signals, head="series,t,label,v"):
    """Each signal is its rows in the order of the file: what stands in t, and a value."""
    lines = [head]
    for n, rows in enumerate(signals):
        lines += [f"s{n},{time},a,{value}" for time, value in rows]
    path = folder / "a.csv"
    path.write_text("\n".join(lines) + "\n")
    table = open_table(path)
    return of_table(table, layout_of(table)).each


def quoted(times):
    return [(f'"{time}"', n) for n, time in enumerate(times)]


@pytest.mark.parametrize("name", WAYS)
def test_rows_stand_in_the_order_of_time_however_the_file_has_them(tmp_path, name):
    rows = quoted(WAYS[name])
    shuffled = random.Random(5).sample(rows, len(rows))
    for signal in table_of(tmp_path, [rows, shuffled]):
        assert signal.values[:, 0].tolist() == list(range(len(rows)))


def test_days_and_months_are_told_by_the_order_of_the_rows(tmp_path):
    first = quoted(f"{n}/2/2024" for n in range(1, 12))
    second = quoted(f"2/{n}/2024" for n in range(1, 12))
    for rows in (first, second):
        (signal,) = table_of(tmp_path, [rows])
        assert signal.values[:, 0].tolist() == list(range(11))
    with pytest.raises(DataError, match=r'line 2: "3/4/2024" in column t: a date that may be read'):
        table_of(tmp_path, [quoted(["3/4/2024", "2/5/2024", "4/3/2024"])])


def test_a_clock_passes_midnight(tmp_path):
    rows = quoted([f"{n % 24}:00" for n in range(20, 60)])
    (signal,) = table_of(tmp_path, [rows])
    assert signal.values[:, 0].tolist() == list(range(40))


def test_a_clock_beside_a_day_is_of_that_day(tmp_path):
    times = [(f"2024-01-{d:02}", f"{h}:00") for d in (9, 10) for h in range(9, 17)]
    lines = [f"s,{day},{clock},a,{n}" for n, (day, clock) in enumerate(times)]
    path = tmp_path / "a.csv"
    shuffled = random.Random(1).sample(lines, len(lines))
    path.write_text("\n".join(["series,date,time,label,v", *shuffled]) + "\n")
    table = open_table(path)
    layout = layout_of(table)
    assert (layout.date, layout.time) == ("date", "time")
    (signal,) = of_table(table, layout).each
    assert signal.values[:, 0].tolist() == list(range(16))


@pytest.mark.parametrize("name", ["hours", "month first", "numbers", "ISO of two lengths"])
def test_one_time_that_nobody_can_read_is_a_reject_and_the_others_stay_sorted(tmp_path, name):
    rows = quoted(WAYS[name])[::-1]
    reject, signal = table_of(tmp_path, [[*rows[:2], ("soon", 99), *rows[2:]]])
    assert isinstance(reject, Reject)
    assert reject.line == 4
    assert '"soon" in column t is no time as the others are written' in reject.reason
    assert signal.values[:, 0].tolist() == list(range(len(rows)))


def test_times_in_no_known_way_are_refused_with_line_and_text(tmp_path):
    with pytest.raises(DataError, match=r'a\.csv, line 2: "dawn" in column t: no time in a form'):
        table_of(tmp_path, [[("dawn", 1), ("noon", 2), ("dusk", 3)]])


def test_times_that_are_there_twice_keep_their_order(tmp_path):
    (signal,) = table_of(tmp_path, [[(2, 0), (1, 1), (2, 2), (1, 3)]])
    np.testing.assert_array_equal(signal.values[:, 0], [1, 3, 0, 2])
