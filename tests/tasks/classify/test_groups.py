"""--group from the file to the report: who is where, what is said, and what is refused."""

from __future__ import annotations

import csv
import json
import random
import re

import numpy as np
import pytest

import elman
from elman.errors import DataError, OptionError
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.rows.read import read
from elman.training.listener import Listener
from tests.tasks.classify.small import reviews


def rows_of(count, groups, seed=0, start=0):
    """Records of text, label and film; texts are of their own."""
    pick = random.Random(seed)
    return [
        {
            "text": f"{text} own{seed}x{n}",
            "label": label,
            "film": f"f{start + pick.randrange(groups)}",
        }
        for n, (text, label) in enumerate(reviews(count, seed))
    ]


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def divided(data, place, **options):
    return read(data, place, ClassifyOptions(**options), Listener())


def said(data, place, **options):
    with pytest.raises((OptionError, DataError)) as caught:
        divided(data, place, **options)
    return type(caught.value), str(caught.value)


def as_csv(rows, place):
    return write(place / "rows.csv", rows)


def as_jsonl(rows, place):
    (place / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return place / "rows.jsonl"


def as_columns(rows, place):
    return {name: [row[name] for row in rows] for name in rows[0]}


def as_frame(rows, place):
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(rows)


def as_pair(rows, place):
    columns = as_columns(rows, place)
    return {"text": columns["text"], "film": columns["film"]}, columns["label"]


@pytest.mark.parametrize("form", [list, as_csv, as_jsonl, as_columns, as_frame, as_pair])
def test_rows_of_a_group_are_in_one_part_whatever_holds_them(tmp_path, form):
    records = rows_of(300, 60)
    data = records if form is list else form(records, tmp_path)
    rows = divided(data, tmp_path / "work", group="film")
    films = np.array([row["film"] for row in records])
    parts = [rows.train, rows.validation, rows.test]
    assert sorted(np.concatenate(parts)) == [*range(300)]
    assert sum(len({*films[part]}) for part in parts) == len({*films})
    assert [len(part) for part in parts] == pytest.approx([243, 27, 30], abs=4)
    assert len({*zip(films, rows.groups, strict=True)}) == len({*films}) == len({*rows.groups})
    assert rows.corpus.said.endswith('; group: "film".')


def test_the_parts_are_the_same_in_any_order_and_any_spelling_of_a_file(tmp_path):
    records = rows_of(300, 60)
    shuffled = random.Random(1).sample(records, 300)
    tests = []
    for n, data in enumerate([records, shuffled, as_jsonl(shuffled, tmp_path)]):
        rows = divided(data, tmp_path / str(n), group="film")
        held = [records, shuffled, shuffled][n]
        tests.append(sorted(held[k]["text"] for k in rows.test))
    assert tests[0] == tests[1] == tests[2]


def test_without_a_group_the_parts_are_by_content_alone(tmp_path):
    records = rows_of(300, 60)
    pairs = [(row["text"], row["label"]) for row in records]
    one, other = divided(records, tmp_path / "a"), divided(pairs, tmp_path / "b")
    assert one.test.tolist() == other.test.tolist()
    assert one.validation.tolist() == other.validation.tolist()
    assert one.groups is None


def test_numbers_and_their_spellings_are_one_group_and_missing_ones_are_alone(tmp_path):
    records = rows_of(300, 1)
    for n, row in enumerate(records):
        row["film"] = [n // 6, float(n // 6), f" {n // 6} "][n % 3]
    for n, missing in enumerate([None, float("nan"), "", "NA", "null", "None"]):
        records[n]["film"] = missing
    rows = divided(records, tmp_path, group="film")
    assert len({*rows.groups}) == 55
    assert (rows.diagnosis.grouped.groups, rows.diagnosis.grouped.alone) == (49, 6)
    assert '49 groups by "film", each in one part; 6 rows without one stand alone' in (
        rows.diagnosis.lines()
    )


def test_equal_texts_join_their_groups(tmp_path):
    records = rows_of(300, 60)
    records += [records[n] | {"film": "another"} for n in (5, 17, 40)]
    rows = divided(records, tmp_path, group="film")
    assert len({int(rows.groups[n]) for n in (5, 17, 40, 300, 301, 302)}) == 1


def test_the_report_says_what_a_random_split_hides(tmp_path):
    records = rows_of(300, 150)
    rows = divided(records, tmp_path / "a", group="film")
    random_test = divided(records, tmp_path / "b")
    films = np.array([row["film"] for row in records])
    beside = np.isin(films[random_test.test], films[random_test.train]).mean()
    assert rows.diagnosis.grouped.beside == pytest.approx(beside)
    assert 0.5 < beside < 1
    line = f"a random split would have put {beside:.0%} of the test rows beside training rows of "
    assert line + 'their own "film"' in rows.diagnosis.lines()
    assert rows.diagnosis.to_json()["grouped"] == {
        "column": "film", "groups": len({*films}), "alone": 0, "joined": 1,
        "joined_rows": max(np.unique(films, return_counts=True)[1]), "part": "test",
        "beside": beside,
    }  # fmt: skip
    assert not [w for w in rows.diagnosis.warnings if "looks like" in w]
    assert [w for w in random_test.diagnosis.warnings if 'column "film" looks like' in w]


REMEDY = "Expected 30 groups or more, with rows of each class in several. Leave --group out, "
MORE = "name a column of more groups, or bring rows of other groups to judge on with --test FILE."
LEFT = "Leave --group out, or name another column."
BARE = (
    "texts and labels alone have no such column. Pass a file, a frame, a dict of columns, a list "
    "of dicts, or (X, y) where X is a frame."
)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        (["f0"] * 40, f'has one group, "f0", in all 40 rows. Expected many groups, some of which '
         f"are held out whole. {LEFT}"),
        ([None] * 40, "has nothing in all 40 rows. Expected many groups, some of which are held "
         f"out whole. {LEFT}"),
        (["f0", "f1"] * 20, "has 2 groups, too few for 3 parts (training, validation, test) that "
         f"have none in common. {REMEDY}{MORE}"),
    ],
)  # fmt: skip
def test_groups_that_cannot_fill_the_parts_are_refused(tmp_path, groups, message):
    records = [row | {"film": film} for row, film in zip(rows_of(40, 1), groups, strict=True)]
    kind, found = said(records, tmp_path, group="film")
    assert (kind, found) == (OptionError, f'the given data: column "film" {message}')


def test_groups_that_repeated_texts_join_are_counted_as_one(tmp_path):
    records = rows_of(40, 8)
    films = {row["film"]: row for row in records}
    for row in films.values():
        row["text"] = "the same text"
    kind, found = said(records, tmp_path, group="film")
    assert (kind, found) == (
        OptionError,
        'the given data: column "film" has 8 groups that repeated texts join into 1, too few for 3 '
        "parts (training, validation, test) that have none in common. "
        f"{REMEDY}leave out texts that are repeated, {MORE}",
    )


def test_groups_that_are_classes_are_refused(tmp_path):
    records = [row | {"film": f"of {row['label']}"} for row in rows_of(40, 1)]
    records[0]["film"] = "other"
    kind, found = said(records, tmp_path, group="film")
    assert (kind, found) == (
        OptionError,
        'the given data: column "film" has 3 groups, which do not fill all parts: groups stay '
        f"whole, and no class may lose its last rows. {REMEDY}{MORE}",
    )


@pytest.mark.parametrize(
    ("group", "message"),
    [
        ("fim", '--group "fim": the given data has no such column. Did you mean "film"? '
         "Choices: text, label, film."),
        ("text", 'column "text" cannot be both --group and --text (by name); a group is what rows '
         "belong to. Other columns: film."),
        ("label", 'column "label" cannot be both --group and --label (by name); a group is what '
         "rows belong to. Other columns: film."),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_the_group_are_refused(tmp_path, group, message):
    assert said(rows_of(40, 9), tmp_path, group=group) == (OptionError, message)


@pytest.mark.parametrize("form", ["pairs", "X, y", "iterator"])
def test_data_without_columns_has_no_group(tmp_path, form):
    pairs = list(reviews(40))
    texts, labels = map(list, zip(*pairs, strict=True))
    data = {"pairs": pairs, "X, y": (texts, labels), "iterator": iter(pairs)}[form]
    assert said(data, tmp_path, group="film") == (OptionError, f'--group "film": {BARE}')


def test_groups_of_the_test_file_that_are_in_training_are_refused_or_said(tmp_path):
    train, test = tmp_path / "train.csv", tmp_path / "test.csv"
    write(train, [*rows_of(200, 40), *rows_of(3, 1, seed=8, start=91)])
    rows = rows_of(40, 20, seed=5, start=100)
    write(test, [*rows, rows[0] | {"text": "own words", "film": "f91"}])
    options = {"group": "film", "test": str(test)}
    number = len({row["film"] for row in rows}) + 1
    assert said(train, tmp_path / "a", **options) == (
        DataError,
        f"{test}: 1 of {number} groups of the test file are also in the training data {train} "
        '("f91" in line 42 = 202), so the test would flatter the model. Leave their rows out of '
        "one of the files, or pass --allow-overlap.",
    )
    found = divided(train, tmp_path / "b", **options, allow_overlap=True)
    warning = f"1 of {number} groups of the test file are also in training; the test flatters"
    assert warning in found.diagnosis.warnings
    assert found.groups.shape == (244,)
    assert {*found.groups[200:203]} == {found.groups[243]}
    assert f"{number} groups in the test file, 1 of them also in training" in (
        found.diagnosis.lines()
    )


def test_a_test_file_of_other_groups_is_taken(tmp_path):
    train = write(tmp_path / "train.csv", rows_of(200, 40))
    test = write(tmp_path / "test.csv", rows_of(40, 20, seed=5, start=100))
    found = divided(train, tmp_path / "a", group="film", test=str(test))
    films = np.array([row["film"] for row in rows_of(200, 40)])
    assert not {*films[found.train]} & {*films[found.validation]}
    assert len(found.validation) == pytest.approx(20, abs=3)
    assert found.test.tolist() == [*range(200, 240)]
    assert not {*found.groups[200:]} & {*found.groups[:200]}
    (line,) = [line for line in found.diagnosis.lines() if "random split" in line]
    assert "of the validation rows" in line


def test_a_test_file_without_the_column_is_refused_unless_allowed(tmp_path):
    train = write(tmp_path / "train.csv", rows_of(200, 40))
    bare = [{"text": row["text"], "label": row["label"]} for row in rows_of(40, 20, seed=5)]
    test = write(tmp_path / "test.csv", bare)
    options = {"group": "film", "test": str(test)}
    assert said(train, tmp_path / "a", **options) == (
        OptionError,
        f'--group "film": {test} has no such column, so nobody can tell whether its groups are '
        "also in training. Add it there, or pass --allow-overlap.",
    )
    found = divided(train, tmp_path / "b", **options, allow_overlap=True)
    assert len({*found.groups[200:]}) == 40


def test_a_class_of_one_group_stays_in_training_and_it_is_said(tmp_path):
    records = rows_of(300, 30)
    for n in range(9):
        records.append({"text": f"third kind {n}", "label": "third", "film": "f3"})
    found = divided(records, tmp_path, group="film")
    k = found.decision.classes.index("third")
    assert (found.targets[found.train] == k).sum() == 9
    for part in ("test", "validation"):
        assert (
            f'the {part} part has no row of "third" (1 group): groups stay whole, and no class '
            "loses its last; how well such a class is told is not measured there"
        ) in found.diagnosis.warnings


def test_a_file_of_a_few_rows_is_divided_too(tmp_path):
    records = [
        {"text": f"word{n} other", "label": "ab"[n % 2], "film": f"f{n // 2}"} for n in range(6)
    ]
    found = divided(records, tmp_path, group="film")
    assert [len(part) for part in (found.train, found.validation, found.test)] == [2, 2, 2]
    assert 0 <= found.diagnosis.grouped.beside <= 1


def test_parts_far_from_a_tenth_are_said(tmp_path):
    records = [row | {"film": f"f{n % 3}"} for n, row in enumerate(rows_of(300, 1))]
    found = divided(records, tmp_path, group="film")
    assert (
        "groups are few or large: of the rows are 33.3% in the test part and 33.3% in the "
        "validation part, where 10% should be"
    ) in found.diagnosis.warnings


def test_groups_that_repeated_texts_join_into_a_large_one_are_said(tmp_path):
    records = rows_of(300, 60)
    for n in range(0, 300, 6):
        records[n]["text"] = "the same text"
    found = divided(records, tmp_path, group="film").diagnosis
    joined, rows = found.grouped.joined, found.grouped.joined_rows
    assert joined > 20
    assert (
        f'repeated texts join {joined} groups by "film" into one of {rows} rows, which stays in '
        "one part; without those texts the parts would be fairer"
    ) in found.warnings


def test_several_labels_a_row_are_divided_by_group_too(tmp_path):
    records = [
        row | {"label": "a|b" if n % 3 else row["label"]} for n, row in enumerate(rows_of(300, 60))
    ]
    found = divided(records, tmp_path, group="film", label_split="|")
    films = np.array([row["film"] for row in records])
    parts = (found.train, found.validation, found.test)
    assert sum(len({*films[part]}) for part in parts) == len({*films})


def test_near_duplicates_between_the_parts_are_said_with_their_lines(tmp_path):
    pick = random.Random(0)
    words = [f"word{n}" for n in range(3000)]
    records = []
    for n in range(300):
        text = pick.choices(words, k=40)
        records.append({"text": " ".join(text), "label": "ab"[n % 2]})
        if n % 10 == 0:
            text[20] = f"edit{n}"
            records.append({"text": " ".join(text), "label": "ab"[n % 2]})
    found = divided(write(tmp_path / "rows.csv", records), tmp_path / "work").diagnosis
    (warning,) = [line for line in found.warnings if "nearly a training row" in line]
    assert found.near >= 5
    assert re.search(r"92% of line \d+ is in training line \d+;", warning)
    assert f"rows held out that are nearly a training row: {found.near}" in found.lines()


def test_rows_that_are_allowed_in_both_files_are_not_nearly_there_too(tmp_path):
    train = rows_of(200, 40)
    copies = [row for row in train if len(row["text"].split()) > 20][:5]
    test = write(tmp_path / "test.csv", [*rows_of(40, 20, seed=5), *copies])
    found = divided(train, tmp_path / "a", test=str(test), allow_overlap=True).diagnosis
    assert (found.shared, found.near) == (5, 0)


def test_train_evaluate_and_drift_go_on_with_a_group(tmp_path):
    path = write(tmp_path / "rows.csv", rows_of(300, 60))
    options = {"preset": "chapter", "baselines": False, "time_limit": "0.2s"}
    model = elman.train(path, tmp_path / "m", group="film", **options)
    report = json.loads((tmp_path / "m" / "metrics.json").read_text())
    assert report["rows"]["grouped"]["column"] == "film"
    fresh = rows_of(60, 9, seed=7)
    other = write(tmp_path / "other.csv", fresh)
    without = [{"text": row["text"], "label": row["label"]} for row in fresh]
    bare = write(tmp_path / "bare.csv", without)
    first, second = (elman.evaluate(model, file)["metrics"] for file in (other, bare))
    assert first == second
    assert len(list(elman.drift(model, other)["measures"])) == len(
        list(elman.drift(model, bare)["measures"])
    )
    with pytest.raises(OptionError, match="evaluate takes no --group; it is for train and compare"):
        elman.evaluate(model, other, group="film")
