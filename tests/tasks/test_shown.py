"""Lines that several tasks show: bars of reliability, and how the validation part was answered."""

from __future__ import annotations

import pytest

from elman.draw.bars import marked
from elman.figures import counted, does, the
from elman.tasks.shown import curve, reliable
from tests.screens import too_wide

TOLD = [
    {"said": 0.55, "right": 0.5, "right_ci95": [0.2, 0.8], "rows": 10},
    {"said": 1.0, "right": 1.0, "right_ci95": [0.9, 1.0], "rows": 12_345},
]


def test_a_mark_stands_where_it_was_said_to_be():
    assert marked(0.5, 0.0, 4) == "│█··"
    assert marked(0.5, 1.0, 4) == "██·│"
    assert marked(1.0, 0.5, 4) == "██│█"


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_reliability_is_bars_that_fit(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    _, title, head, low, high = reliable({"reliability": TOLD})
    assert title.startswith("as sure as it says?")
    assert head.split() == ["said", "right", "answers"]
    assert low.split()[1:] == ["55.0%", "50.0%", "10"]
    assert high.split() == [high.split()[0], "100.0%", "100.0%", "12,345"]
    assert high.split()[0].endswith("█│")
    assert not too_wide("\n".join([head, low, high]), columns)


def test_without_enough_answers_nothing_is_said_of_reliability():
    assert reliable({"reliability": []}) == reliable({}) == []


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("validation_loss", "validation loss by epoch 0.500 "),
        ("validation_error", "wrong in validation by epoch 0.500 "),
        ("validation_left", "error, of the linear's 1, by epoch 0.500 "),
    ],
)
def test_every_task_shows_how_it_learnt(key, name):
    (line,) = curve([{"loss": 9.0, key: 0.5}, {"loss": 8.0, key: 0.25}])
    assert line == f"{name}█▁ 0.250"
    assert curve([{"loss": 9.0, key: 0.5}]) == curve([{"loss": 9.0}] * 3) == []


def test_one_is_one():
    assert (counted(1, "row"), the(1, "worst error")) == ("1 row", "the worst error")
    assert (does(1, "row", "repeat"), does(0, "row", "repeat")) == (
        "1 row repeats",
        "0 rows repeat",
    )
    assert the(3, "translation", " that cost most") == "the 3 translations that cost most"
