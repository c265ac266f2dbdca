"""Rows of one group are on one side, and so are equal texts; which side, their contents say."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elman.data.groups import hold_out_groups, join, split_by_groups


def hashes_of(texts):
    digests = [hashlib.blake2b(str(text).encode(), digest_size=16).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 16)


def keys_of(groups):
    return hashes_of([f"group {group}" for group in groups]).view(np.uint64)[:, 0].copy()


# (text, class, group) rows; few of each, so that groups share texts and texts share groups
ROWS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 3), st.integers(0, 20)), min_size=1, max_size=80
)
FRACTIONS = st.sampled_from([0.05, 0.1, 0.3, 0.5])


@given(ROWS)
def test_rows_are_joined_by_group_and_by_text_over_any_number_of_rows(rows):
    texts, _, groups = np.array(rows).T
    found = join(keys_of(groups), hashes_of(texts))
    assert {*found} == {*range(len({*found}))}
    # by hand: paint one colour over the other until nothing changes
    colour = list(range(len(rows)))
    while True:
        before = colour[:]
        for a in range(len(rows)):
            for b in range(len(rows)):
                if texts[a] == texts[b] or groups[a] == groups[b]:
                    colour[a] = colour[b] = min(colour[a], colour[b])
        if colour == before:
            break
    assert len({*zip(found, colour, strict=True)}) == len({*found}) == len({*colour})


@given(ROWS, FRACTIONS, st.booleans())
def test_no_group_and_no_text_is_on_two_sides(rows, fraction, test):
    texts, classes, groups = np.array(rows).T
    parts = split_by_groups(
        keys_of(groups), hashes_of(texts), classes, fraction=fraction, test=test
    )
    sides = [parts.train, parts.validation, parts.test]
    assert sorted(np.concatenate(sides)) == [*range(len(rows))]
    assert all(side.tolist() == sorted(side) for side in sides)
    for of in (texts, groups):
        assert sum(len({*of[side]}) for side in sides) == len({*of})
    assert {*classes[parts.train]} == {*classes}
    assert test or not len(parts.test)


@given(ROWS, FRACTIONS, st.randoms(use_true_random=False))
def test_order_of_the_file_does_not_matter(rows, fraction, random):
    order = list(range(len(rows)))
    random.shuffle(order)

    def parts_of(order):
        texts, classes, groups = np.array(rows)[order].T
        parts = split_by_groups(keys_of(groups), hashes_of(texts), classes, fraction=fraction)
        return [sorted(np.array(order)[p]) for p in (parts.train, parts.validation, parts.test)]

    assert parts_of(order) == parts_of([*range(len(rows))])


@pytest.mark.parametrize("seed", range(5))
def test_every_class_gives_about_its_share(seed):
    random = np.random.default_rng(seed)
    # groups of 1 to 20 rows that lean to one class, as reviews of a film do
    sizes = random.integers(1, 21, 300)
    groups = np.repeat(np.arange(300), sizes)
    lean = random.dirichlet([0.6, 0.3, 0.05], 300)
    classes = np.array([random.choice(3, p=lean[group]) for group in groups])
    parts = split_by_groups(keys_of(groups), hashes_of(range(len(groups))), classes, fraction=0.1)
    rest = np.ones(len(groups), bool)
    for part in (parts.test, parts.validation):
        wanted = np.bincount(classes[rest], minlength=3) * 0.1
        # within a tenth of the share, so 9 to 11 of 100 rows of each class
        assert (np.abs(np.bincount(classes[part], minlength=3) - wanted) < 0.1 * wanted + 2).all()
        rest[part] = False
    assert len({*groups[parts.test]}) > 15


def test_groups_larger_than_the_share_stay_while_others_fill_it():
    groups = np.repeat(np.arange(101), [300, *[3] * 100])
    held = hold_out_groups(groups, keys_of(groups), np.zeros(600, int), fraction=0.1, salt="test")
    assert held.sum() == 60
    assert not held[:300].any()


def test_of_large_groups_alone_one_goes():
    groups = np.repeat([0, 1, 2], 20)
    parts = split_by_groups(keys_of(groups), hashes_of(range(60)), np.arange(60) % 2, fraction=0.1)
    assert [len(parts.train), len(parts.validation), len(parts.test)] == [20, 20, 20]


def test_what_little_can_be_held_out_is_shared_by_both_parts():
    groups = np.repeat(np.arange(9), [400, *[4] * 8])
    classes = np.arange(432) % 2
    parts = split_by_groups(keys_of(groups), hashes_of(range(432)), classes, fraction=0.1)
    assert [len(parts.train), len(parts.validation), len(parts.test)] == [400, 16, 16]


def test_a_class_of_one_group_stays_in_training():
    groups = np.arange(200) // 4
    classes = np.where(groups == 7, 2, groups % 2)
    parts = split_by_groups(keys_of(groups), hashes_of(range(200)), classes, fraction=0.1)
    assert (classes[parts.train] == 2).sum() == 4
    assert len(parts.test) in (16, 20, 24)


def test_another_salt_gives_another_part():
    groups = np.arange(4000) // 4
    parts = [
        hold_out_groups(groups, keys_of(groups), np.zeros(4000, int), fraction=0.1, salt=salt)
        for salt in ("test", "validation")
    ]
    assert [part.sum() for part in parts] == [400, 400]
    assert (parts[0] & parts[1]).sum() < 100


def test_a_group_that_is_added_moves_few_others():
    groups = np.arange(4040) // 4
    before, after = (
        hold_out_groups(groups[:n], keys_of(groups[:n]), np.zeros(n, int), fraction=0.1)
        for n in (4000, 4040)
    )
    assert (before != after[:4000]).sum() <= 24
