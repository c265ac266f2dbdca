"""A column that says what rows belong to is seen; columns that say something else are not."""

import csv

import numpy as np
import pytest

from elman.data.text.doctor import examine
from elman.data.text.leaks import columns
from elman.data.text.reader import read_corpus

ROWS = 600
DRAW = np.random.default_rng(3)
LABELS = DRAW.integers(0, 2, ROWS)
TEXTS = [f"text of number {n}" for n in range(ROWS)]
OF_FOUR = DRAW.permutation(ROWS) // 4
CODES = [f"tt{7919 * (n + 100) % 99991:05d}" for n in OF_FOUR]


def belonging(tmp_path, name, values):
    path = tmp_path / "rows.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", name])
        writer.writerows(zip(TEXTS, LABELS, values, strict=True))
    corpus = read_corpus(path, tmp_path / "work", text="text", label="label")
    said = [line for line in examine(corpus).warnings if "looks like" in line]
    assert len(said) == len(corpus.belonging)
    return corpus.belonging, said


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("film", CODES),
        ("user_id", OF_FOUR),
        ("reviewerID", OF_FOUR),
        ("userid", OF_FOUR),
        ("id", OF_FOUR),
        ("Patient", [f"{value}.0" for value in OF_FOUR]),
        ("session", [f"2024-05-{n % 28 + 1:02d} at {n}" for n in OF_FOUR]),
        ("product title", [f"lamp of kind {n}" for n in OF_FOUR]),
        ("speaker", [f"speaker {n % 8}" for n in OF_FOUR]),
        ("film", [code if n % 2 else "" for n, code in enumerate(CODES)]),
        # by content alone
        ("ref", CODES),
        ("c3", [f"Anna {n}" for n in OF_FOUR]),
    ],
)
def test_what_rows_belong_to_is_seen(tmp_path, name, values):
    found, _ = belonging(tmp_path, name, values)
    assert [one.column for one in found] == [name]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rating", LABELS * 5 + DRAW.integers(1, 6, ROWS)),
        ("grade", LABELS * 5 + DRAW.integers(1, 6, ROWS)),
        ("date", [f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}" for n in OF_FOUR]),
        ("posted", [f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d} 10:{n % 60:02d}" for n in OF_FOUR]),
        ("when", [f"{['Jan', 'Feb', 'May', 'Dec'][n % 4]} {n % 28 + 1}, 2024" for n in OF_FOUR]),
        ("id", range(ROWS)),
        ("user_id", range(ROWS)),
        ("film", [f"tt{n}" for n in range(ROWS)]),
        ("language", ["en", "de", "fr"] * (ROWS // 3)),
        ("group", ["control", "treated"] * (ROWS // 2)),
        ("origin", ["a", "b", "c", "d", "e"] * (ROWS // 5)),
        ("film", ["tt1"] * ROWS),
        ("origin", ["shop"] * ROWS),
        ("price", [f"{3 + n % 40}.{n % 9}9" for n in OF_FOUR]),
        ("item", [f"{3 + n % 40}.{n % 9}9" for n in OF_FOUR]),
        ("cost", [f"${n}.5" for n in OF_FOUR]),
        ("number", OF_FOUR),
        ("split", ["train", "dev", "test"] * (ROWS // 3)),
        ("split", CODES),
        ("fold", np.arange(ROWS) % 10),
        ("title", [f"A title of number {n}" for n in range(ROWS)]),
        ("verified", ["True", "False"] * (ROWS // 2)),
        ("user_timezone", [f"zone {n % 60}" for n in OF_FOUR]),
        ("city", [f"Newtown {n}" for n in OF_FOUR]),
        # the label follows from it: a finer class
        ("finer", [f"kind {label * 40 + n % 40}" for n, label in enumerate(LABELS)]),
        # few values; few rows each; many alone
        ("ref", [f"shop {n % 20}" for n in OF_FOUR]),
        ("ref", [f"r{n if n < 290 else 1000 + n // 2}" for n in range(ROWS)]),
        ("ref", [f"r{n if n < 330 else 1000 + n % 30}" for n in range(ROWS)]),
        ("film", [""] * ROWS),
        ("film", ["nan", "None", "NA"] * (ROWS // 3)),
    ],
)  # fmt: skip
def test_other_columns_are_not_taken_for_it(tmp_path, name, values):
    assert belonging(tmp_path, name, values) == ((), [])


def test_what_is_said_is_the_way_on(tmp_path):
    _, said = belonging(tmp_path, "film title", [f"the film {n}" for n in OF_FOUR])
    assert said == [
        'column "film title" looks like what rows belong to: 150 values, 4.0 rows each; rows of '
        "one value are on both sides of a random split, which flatters: --group 'film title' "
        "keeps them together"
    ]


def test_neither_text_nor_label_nor_the_named_group_is_looked_at(tmp_path):
    rows = [
        {"text": text, "author": f"writer {n % 9}", "film": code}
        for n, (text, code) in enumerate(zip(TEXTS, CODES, strict=True))
    ]
    found = read_corpus(rows, tmp_path / "a", label="author").belonging
    assert [one.column for one in found] == ["film"]
    assert read_corpus(rows, tmp_path / "b", label="author", group="film").belonging == ()
    known = read_corpus(rows, tmp_path / "c", label="author")
    assert read_corpus(rows, tmp_path / "d", label="author", like=known).belonging == ()


def test_many_values_are_counted_by_a_share_of_them(monkeypatch):
    monkeypatch.setattr(columns, "_MOST_VALUES", 64)
    tally = columns.Tally(["film", "user"])
    for n in range(9000):
        tally.add({"film": [f"tt{n // 3}"], "user": [f"u{n}"]}, [[n % 2]])
    (found,) = tally.found()
    assert found.column == "film"
    assert found.rows_each == 3
    assert 1500 < found.values < 6000
    assert all(len(column.seen) <= 64 for column in tally.columns)


def test_columns_that_cannot_be_it_are_not_counted_for_long():
    tally = columns.Tally(["film", "weight"])
    for n in range(400):
        tally.add({"film": [f"tt{n // 3}"], "weight": [f"{n}.25"]}, [[n % 2]])
    assert [column.name for column in tally.columns] == ["film"]


@pytest.mark.parametrize(("rows_each", "seen"), [(40, True), (60, False)])
def test_codes_of_very_many_rows_each_are_kinds(rows_each, seen):
    tally = columns.Tally(["ref"])
    for n in range(40 * rows_each):
        tally.add({"ref": [f"r{n % 40}"]}, [[n // 40 % 2]])
    assert bool(tally.found()) == seen
