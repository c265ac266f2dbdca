"""Text that fits a screen: columns are counted as a terminal does, nothing said is lost."""

from __future__ import annotations

import os
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elman import figures
from elman.width import columns, cut, folded, left, right, wide

WORDS = st.text("aé漢🎬x0%-", min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("text", "taken"),
    [("", 0), ("film", 4), ("漢字", 4),
     ("ｶﾅ", 2), ("e\u0301", 1), ("🎬", 2), ("❤\ufe0f", 2), ("–█", 2)],
)  # fmt: skip
def test_columns_are_those_of_a_terminal(text, taken):
    assert wide(text) == taken


@pytest.mark.parametrize(
    ("asked", "terminal", "found"),
    [
        ("120", 70, 120),  # who asks gets it
        ("9999", 70, 9999),
        ("20", 70, 60),
        ("0", 70, 70),
        ("many", 70, 70),
        (None, 90, 90),
        (None, 240, 100),
        (None, 20, 60),
    ],
)
def test_the_screen_is_as_wide_as_asked_or_as_the_terminal(monkeypatch, asked, terminal, found):
    monkeypatch.delenv("COLUMNS", raising=False)
    if asked is not None:
        monkeypatch.setenv("COLUMNS", asked)
    size = os.terminal_size((terminal, 24))
    with mock.patch("os.get_terminal_size", return_value=size):
        assert columns() == found


def test_without_a_terminal_it_is_eighty(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    with mock.patch("os.get_terminal_size", side_effect=OSError):
        assert columns() == 80


@given(st.lists(WORDS, max_size=30), st.integers(20, 90), st.integers(0, 6))
def test_folded_lines_fit_and_say_the_same(words, room, indent):
    line = " " * indent + " ".join(words)
    lines = folded(line, room)
    assert max(map(wide, lines)) <= room
    assert "".join("".join(lines).split()) == "".join(words)
    assert all(part.startswith(" " * (indent + 2)) for part in lines[1:])


@given(WORDS, st.integers(2, 20))
def test_cells_are_as_wide_as_asked(text, room):
    for cell in (left(text, room), right(text, room)):
        assert wide(cell) == room
    assert wide(cut(text, room)) <= room
    assert (cut(text, room) == text) == (wide(text) <= room)


def test_a_line_that_fits_is_left_alone():
    table = "name    0.1     " + "x" * 40
    assert folded(table, 60) == [table]
    assert folded("", 60) == [""]


def test_folding_hangs_two_columns_in_and_a_bullet_by_its_own():
    assert folded("  one two three", 9) == ["  one two", "    three"]
    assert folded("one two three", 9, first="• ") == ["• one two", "  three"]
    assert folded("it is 95 % sure", 8) == ["it is", "  95 %", "  sure"]
    assert folded("lag 4 [-3, 4.6]", 12) == ["lag 4", "  [-3, 4.6]"]


@pytest.mark.parametrize("path", ["/a/long/place/for/a/file.csv:", "a-long-name-of-a-file.csv:"])
def test_a_path_alone_may_be_wider_and_stands_by_itself(path):
    assert folded(f"error: {path} no such file", 16) == ["error:", f"  {path}", "  no such file"]
    assert folded("error: " + "x" * 30, 16) == ["error:", "  " + "x" * 14, "  " + "x" * 14, "  xx"]


def test_figures_have_one_form():
    assert figures.percent(0.95349) == "95.3%"
    assert figures.percent(1) == "100.0%"
    assert figures.percent(None) == "–"
    assert figures.percents([0.9415, 0.96349]) == "94.2–96.3%"
    assert figures.figure("accuracy", 0.5) == "50.0%"
    assert figures.figure("mae", 0.00123456) == "0.001235"
    assert [figures.counted(n, "class") for n in (1, 2000)] == ["1 class", "2,000 classes"]
