"""The doctor counts what is wrong, names lines, and refuses a test that repeats the training."""

import json

import pytest

from elman.data.text.diagnosis import check_overlap
from elman.data.text.doctor import examine
from elman.data.text.reader import read_corpus
from elman.errors import DataError


def _corpus(path, pairs, like=None):
    return read_corpus(pairs, path, like=like)


def _balanced(rows=40):
    return [(f"text number {n}", "ab"[n % 2]) for n in range(rows)]


def test_healthy_data_gives_counts_and_no_warning(tmp_path):
    found = examine(_corpus(tmp_path, _balanced()))
    assert found.warnings == []
    assert (found.rows, found.classes) == (40, {"a": 20, "b": 20})
    assert (found.words, found.longest) == (120, 3)
    assert (found.duplicates, found.conflicting, found.empty, found.shared) == (0, 0, 0, 0)
    assert found.lines()[0] == "40 rows, 2 classes: a 20 (50.0%), b 20 (50.0%)"
    assert json.loads(json.dumps(found.to_json()))["classes"] == {"a": 20, "b": 20}


def test_repeated_and_conflicting_texts_are_counted_with_lines(tmp_path):
    extra = [("Text  number 0", "a"), ("text number 0", "a"), ("text number 3", "a"), ("", "a")]
    found = examine(_corpus(tmp_path, _balanced() + extra))
    assert (found.duplicates, found.conflicting, found.empty) == (3, 1, 1)
    assert any("3 rows repeat" in w and "(lines 1, 4, 41, 42, 43)" in w for w in found.warnings)
    assert any("1 text stands under two" in w and "(lines 4, 43)" in w for w in found.warnings)
    assert any("1 rows left out; skipped: 1 × empty text (line 44)" in w for w in found.warnings)


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        ({"a": 2000, "b": 15}, 'class "b" is rare: 0.74%'),
        ({"a": 400, "b": 15}, 'class "b" is under-represented: 3.61%'),
        ({"a": 1980, "b": 20}, 'class "b" is under-represented: 1.00%'),
        ({"a": 951, "b": 49}, 'class "b" is under-represented: 4.90%'),
        ({"a": 950, "b": 50}, None),
        ({"a": 40, "b": 4}, 'fewer than 10 rows: "b" 4'),
        ({"a": 10, "b": 10}, None),
        ({"a": 40, "b": 40}, None),
        ({chr(97 + k): 20 for k in range(26)}, None),
        ({"z": 15} | {chr(97 + k): 20 for k in range(25)}, None),
        ({"z": 15} | {chr(97 + k): 40 for k in range(25)}, 'class "z" is under-represented'),
    ],
)
def test_imbalance_is_warned_of(tmp_path, counts, word):
    pairs = [(f"{n} of {c}", c) for c, rows in counts.items() for n in range(rows)]
    pairs = pairs[::2] + pairs[1::2]  # not sorted by label
    warnings = examine(_corpus(tmp_path, pairs)).warnings
    assert [w for w in warnings if word and word in w] or (word is None and warnings == [])


def test_file_sorted_by_label_is_noticed(tmp_path):
    pairs = sorted(_balanced(), key=lambda pair: pair[1])
    found = examine(_corpus(tmp_path / "sorted", pairs))
    assert ["sorted by label" in w for w in found.warnings] == [True]
    # back at the first class: not sorted
    assert examine(_corpus(tmp_path / "other", pairs[3:] + pairs[:3])).warnings == []


def test_rows_shared_with_the_test_are_refused_unless_allowed(tmp_path):
    train = _corpus(tmp_path / "train", [*_balanced(), ("text number 7", "b")])
    pairs = [("new words here", "a"), ("TEXT number 7", "b"), ("text number 7", "a"), ("x", "b")]
    found = examine(train, test=_corpus(tmp_path / "test", pairs, like=train))
    assert (found.test_rows, found.shared, found.shared_lines) == (4, 2, [(2, 8), (3, 8)])
    message = r"2 of 4 rows are also in .*\(line 2 = 8, line 3 = 8\).*--allow-overlap"
    with pytest.raises(DataError, match=message):
        check_overlap(found, allow=False)
    check_overlap(found, allow=True)
    assert any("2 of 4 test rows are also in training" in w for w in found.warnings)
    check_overlap(examine(train), allow=False)
