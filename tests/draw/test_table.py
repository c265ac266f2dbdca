"""Tables and confusions of characters: they fit, and what they leave out is the least."""

from __future__ import annotations

import pytest

from elman.draw.confusion import confusion, pairs
from elman.draw.table import aligned, table
from elman.width import wide

FIGURES = [
    ("accuracy", ["95.3%", "100.0%"]),
    ("95 % interval", ["94.1–96.3%", "99.0–100.0%"]),
    ("F1", ["–", "1.0%"]),
]
NAMES = ["漢字の名前", "a name of many words that nobody made shorter"]


def screen(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))


def test_figures_stand_below_their_titles(monkeypatch):
    screen(monkeypatch, 80)
    assert table("who", ["漢字", "b"], FIGURES[:1]) == [
        "who   accuracy",
        "漢字     95.3%",
        "b       100.0%",
    ]


@pytest.mark.parametrize(("columns", "titles"), [(120, 3), (80, 3), (60, 3)])
def test_a_table_fits_and_says_whole_names(monkeypatch, columns, titles):
    screen(monkeypatch, columns)
    lines = table("", NAMES, FIGURES)
    assert max(map(wide, lines)) <= columns
    names = "".join(line[: wide(lines[0]) - 27] for line in lines[2:])
    assert all(word in names for word in NAMES[1].split())
    assert sum(title in lines[0] for title, _ in FIGURES) == titles
    assert lines[1].split() == [NAMES[0], "95.3%", "94.1–96.3%", "–"]


def test_the_last_columns_go_first(monkeypatch):
    screen(monkeypatch, 60)
    many = [*FIGURES, ("95 % interval", ["1.0–2.0%", "1.0–2.0%"]), ("support", ["1", "2"])]
    lines = table("", NAMES, many)
    assert lines[0].split() == ["accuracy", "95", "%", "interval", "F1"]
    assert max(map(wide, lines)) <= 60


def test_tabs_become_columns_and_the_last_is_cut(monkeypatch):
    screen(monkeypatch, 60)
    lines = aligned(["pos\t95.3%\t" + "word " * 30, "否定的\t5.0%\tshort\tpart"])
    assert lines[0].startswith("pos     95.3%  word word")
    assert lines[0].endswith("…")
    assert lines[1] == "否定的  5.0%   short\tpart"
    assert max(map(wide, lines)) <= 60


def test_tabs_of_more_figures_than_fit_lose_the_last(monkeypatch):
    screen(monkeypatch, 60)
    lines = aligned(["\t".join([f"{n}234567890123" for n in range(7)])] * 2)
    assert lines == ["  ".join(f"{n}234567890123" for n in range(4))] * 2


def test_a_confusion_has_counts_and_shades_of_a_row(monkeypatch):
    screen(monkeypatch, 60)
    assert confusion(["neg", "肯定的"], [[7, 1], [0, 1200]])[2:] == [
        "           neg  肯定的",
        "neg          7       1  ██░░",
        "肯定的       0   1,200  ··██",
    ]


def test_a_class_without_rows_has_no_share(monkeypatch):
    screen(monkeypatch, 60)
    assert confusion(["a", "b"], [[0, 0], [3, 5]])[3:] == ["a  0  0  ····", "b  3  5  ▒▒▓▓"]


@pytest.mark.parametrize("columns", [60, 80])
def test_ten_classes_are_drawn_where_they_fit_and_more_as_pairs(monkeypatch, columns):
    screen(monkeypatch, columns)
    for K, most in ((10, 9), (10, 100_000), (11, 9)):
        counts = [[most if i == j else (i * K + j) % 5 for j in range(K)] for i in range(K)]
        lines = confusion([f"類{n} {'x' * 40}" for n in range(K)], counts)
        assert max(map(wide, lines)) <= columns
        drawn = K == 10 and most == 9 and columns == 80
        assert ("shades" in lines[1]) == drawn
        if not drawn:
            assert len(lines) == 2 + 8
            assert lines[2].split()[-1] == "4"


def test_pairs_say_what_was_taken_for_what(monkeypatch):
    screen(monkeypatch, 60)
    assert pairs([("a", "bc", 1200), ("漢", "a", 3)], "words") == [
        "",
        "most often taken for another (truth → answer, words)",
        "  a  → bc  1,200",
        "  漢 → a       3",
    ]
    assert pairs([]) == []
