"""Rows are held out by content: any order, balanced classes, equal texts on one side."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elman.data.split import begin_of_last, group_equal, hold_out, split_by_content
from elman.errors import OptionError


def _hashes(texts):
    digests = [hashlib.blake2b(str(text).encode(), digest_size=16).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 16)


# (text, class) rows; few texts, so that many are equal and stand under several labels
ROWS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), min_size=1, max_size=60)
FRACTIONS = st.floats(0.01, 0.99)


@given(st.lists(st.integers(0, 9), min_size=1))
def test_groups_are_numbered_from_zero_and_equal_for_equal_texts(texts):
    groups = group_equal(_hashes(texts))
    assert set(groups) == set(range(len(set(texts))))
    assert len({*zip(texts, groups, strict=True)}) == len(set(texts))


def test_groups_look_at_the_whole_hash():
    hashes = np.zeros((5, 16), dtype=np.uint8)
    hashes[[1, 3], 15] = 1
    hashes[4, 0] = 1
    groups = group_equal(hashes)
    assert groups[0] == groups[2]
    assert groups[1] == groups[3]
    assert len({*groups}) == 3


@given(st.integers(1, 80), st.lists(FRACTIONS, min_size=2, max_size=2))
def test_a_larger_part_holds_the_smaller(rows, fractions):
    hashes, classes = _hashes(range(rows)), np.zeros(rows, dtype=int)
    small, large = (hold_out(hashes, classes, fraction=f) for f in sorted(fractions))
    assert not (small & ~large).any()


@given(ROWS, FRACTIONS, st.randoms(use_true_random=False))
def test_order_of_the_file_does_not_matter(rows, fraction, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    texts, classes = np.array(rows).T
    held = hold_out(_hashes(texts), classes, fraction=fraction)
    again = hold_out(_hashes(texts[order]), classes[order], fraction=fraction)
    assert again.tolist() == held[order].tolist()


@given(ROWS, FRACTIONS)
def test_equal_texts_stay_on_one_side(rows, fraction):
    texts, classes = np.array(rows).T
    held = hold_out(_hashes(texts), classes, fraction=fraction)
    assert not {*texts[held]} & {*texts[~held]}


@given(st.lists(st.integers(0, 3), min_size=1, max_size=200), FRACTIONS)
def test_each_class_gives_its_share_within_one_row(classes, fraction):
    classes = np.array(classes)
    held = hold_out(_hashes(range(len(classes))), classes, fraction=fraction)
    for k in np.unique(classes):
        rows = int((classes == k).sum())
        assert abs(held[classes == k].sum() - fraction * rows) <= 1
        assert held[classes == k].sum() < rows


def test_minimum_per_class_takes_half_of_a_small_class_at_most():
    classes = np.repeat([0, 1, 2], [100, 6, 1])
    held = hold_out(_hashes(range(107)), classes, fraction=0.02, minimum_per_class=5)
    assert [int(held[classes == k].sum()) for k in range(3)] == [5, 3, 0]


def test_another_salt_gives_another_part():
    hashes, classes = _hashes(range(4000)), np.zeros(4000, dtype=int)
    test = hold_out(hashes, classes, fraction=0.1, salt="test")
    validation = hold_out(hashes, classes, fraction=0.1, salt="validation")
    assert test.sum() == validation.sum() == 400
    assert 15 < (test & validation).sum() < 75  # 40 expected of independent parts


def test_a_row_that_is_added_moves_at_most_one_other():
    hashes, classes = _hashes(range(1001)), np.zeros(1001, dtype=int)
    before = hold_out(hashes[:1000], classes[:1000], fraction=0.1)
    assert (before != hold_out(hashes, classes, fraction=0.1)[:1000]).sum() <= 1


def test_large_group_is_passed_over_and_the_rest_filled():
    texts = ["same"] * 50 + [str(n) for n in range(50)]
    held = hold_out(_hashes(texts), np.zeros(100, dtype=int), fraction=0.2)
    assert held.sum() == 20
    assert not held[:50].any()


@pytest.mark.parametrize("fraction", [0, 1, -0.1, 10, float("nan")])
def test_fraction_out_of_range_is_refused(fraction):
    with pytest.raises(OptionError, match="expected a share between 0 and 1"):
        hold_out(_hashes([1]), np.zeros(1, dtype=int), fraction=fraction)


@given(ROWS, FRACTIONS)
def test_every_row_is_in_one_part_and_equal_texts_in_the_same(rows, fraction):
    texts, classes = np.array(rows).T
    parts = split_by_content(_hashes(texts), classes, fraction=fraction)
    parts = [parts.train, parts.validation, parts.test]
    assert sorted(np.concatenate(parts)) == [*range(len(rows))]
    assert all(part.tolist() == sorted(part) for part in parts)
    assert sum(len({*texts[part]}) for part in parts) == len({*texts})


def test_the_parts_are_those_of_hold_out_and_validation_is_of_the_rest():
    hashes, classes = _hashes(range(1000)), np.where(np.arange(1000) < 900, 0, 1)
    parts = split_by_content(hashes, classes, fraction=0.1)
    test = hold_out(hashes, classes, fraction=0.1, salt="test")
    assert parts.test.tolist() == np.flatnonzero(test).tolist()
    sizes = [np.bincount(classes[p]).tolist() for p in (parts.train, parts.validation, parts.test)]
    assert sizes == [[729, 81], [81, 9], [90, 10]]
    alone = split_by_content(hashes, classes, fraction=0.1, test=False)
    validation = hold_out(hashes, classes, fraction=0.1, salt="validation")
    assert alone.validation.tolist() == np.flatnonzero(validation).tolist()
    assert (len(alone.train), len(alone.validation), len(alone.test)) == (900, 100, 0)


@pytest.mark.parametrize(
    ("steps", "at_least", "begin"), [(144, 12, 130), (144, 20, 124), (10, 12, -2), (100, 1, 90)]
)
def test_the_last_part_of_a_series(steps, at_least, begin):
    assert begin_of_last(steps, fraction=0.1, at_least=at_least) == begin


@pytest.mark.parametrize(("rows", "held"), [(4, 1), (14, 1), (15, 2), (24, 2), (25, 3)])
def test_a_share_is_rounded_to_the_nearest_row(rows, held):
    assert hold_out(_hashes(range(rows)), np.zeros(rows, int), fraction=0.1).sum() == held


def test_splits_without_groups_are_those_of_ever():
    """Also after a release: rows that an old model was judged on must not have been learnt from."""
    texts = np.arange(70) % 50
    parts = split_by_content(_hashes(texts), texts % 3, fraction=0.1)
    assert parts.validation.tolist() == [24, 26, 27, 37, 41, 43]
    assert parts.test.tolist() == [6, 7, 35, 38, 56, 57]
    rows = np.arange(5000)
    parts = split_by_content(_hashes(rows % 4000), rows % 7, fraction=0.1)
    together = np.concatenate([parts.train, parts.validation, parts.test]).astype("<i8")
    assert hashlib.sha256(together.tobytes()).hexdigest()[:16] == "6f0d89454808eae8"
