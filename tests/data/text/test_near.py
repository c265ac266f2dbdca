"""Held-out texts that are almost a training text are found, with how much; others are not."""

import hashlib

import numpy as np
import pytest

from elman.data.builtin.reviews import reviews
from elman.data.split import split_by_content
from elman.data.text.leaks import near
from elman.data.text.leaks.near import near_duplicates
from elman.data.text.leaks.said import near_warning
from elman.data.text.reader import read_corpus

TRAIN = 400


def _draw(random, words):
    return random.integers(0, 5000, words).tolist()


def look(train, held, classes=None):
    texts = [*train, *held]
    tokens = np.concatenate([np.array(text, np.int32) for text in texts])
    offsets = np.cumsum([0, *map(len, texts)])
    digests = [hashlib.blake2b(str(text).encode(), digest_size=16).digest() for text in texts]
    hashes = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 16)
    classes = np.zeros(len(texts), np.int64) if classes is None else np.array(classes)
    rows = np.arange(len(texts))
    return near_duplicates(
        tokens, offsets, hashes, classes, train=rows[: len(train)], held=rows[len(train) :]
    )


@pytest.fixture
def train():
    random = np.random.default_rng(0)
    return [_draw(random, length) for length in random.integers(3, 120, TRAIN)]


def _long(train, words):
    return next(n for n, text in enumerate(train) if words <= len(text) < words + 12)


def test_texts_that_have_nothing_in_common_are_not_near(train):
    random = np.random.default_rng(1)
    found = look(train, [_draw(random, 60) for _ in range(50)])
    assert not len(found.held)
    assert found.looked_at.tolist() == [*range(TRAIN, TRAIN + 50)]
    assert found.whole


def test_edits_are_found_up_to_a_measure(train):
    n = _long(train, 90)
    text = train[n]
    edits = [
        [*text[:40], 7001, *text[41:]],  # one word
        [*text, 7001, 7002, 7003],  # a line below
        text[10:],  # its beginning gone
        [7001, 7002, *text[:30], 7003, *text[30:60], *text[61:]],
        [7000 + k if k % 9 == 0 else word for k, word in enumerate(text)],  # every ninth
    ]
    found = look(train, edits)
    assert sorted(found.held) == [TRAIN + k for k in range(5)]
    assert {*found.like} == {n}
    assert found.share.tolist() == sorted(found.share, reverse=True)
    share = dict(zip(found.held, found.share, strict=True))
    runs = len(text) - 2
    assert share[TRAIN] == pytest.approx((runs - 3) / runs)
    assert share[TRAIN + 2] == 1
    # every fourth word: too much is new
    assert not len(look(train, [[7000 if k % 4 == 0 else w for k, w in enumerate(text)]]).held)


def test_an_answer_that_quotes_is_near_if_most_of_it_is_the_quote(train):
    n = _long(train, 60)
    random = np.random.default_rng(2)
    mostly, hardly = [*_draw(random, 10), *train[n]], [*_draw(random, 200), *train[n]]
    found = look(train, [mostly, hardly])
    assert found.held.tolist() == [TRAIN]


def test_a_short_text_is_not_near_anything(train):
    n = _long(train, 60)
    found = look(train, [train[n][:7], train[n][:8], [*train[n][5:12], 7001]])
    assert found.held.tolist() == [TRAIN + 1]


def test_the_most_like_is_named(train):
    n = _long(train, 80)
    edited = [*train[n][:20], 7001, *train[n][21:]]
    found = look([*train, edited], [[*edited[:70], 7002]])
    assert found.like.tolist() == [TRAIN]


def test_a_text_of_another_class_gives_nothing_away(train):
    n = _long(train, 60)
    held = [*train[n], 7001]
    classes = np.zeros(TRAIN + 1, int)
    assert len(look(train, [held], classes).held) == 1
    classes[-1] = 1
    assert not len(look(train, [held], classes).held)


def test_what_many_rows_have_in_common_speaks_for_no_pair(train):
    notice = [7000 + k for k in range(40)]
    with_notice = [[*text[:10], *notice] for text in train]
    random = np.random.default_rng(2)
    assert not len(look(with_notice, [[*_draw(random, 6), *notice]]).held)


def test_a_near_text_is_found_below_what_many_rows_have_in_common(train):
    notice = [7000 + k for k in range(40)]
    n = _long(train, 30)
    found = look([[*text, *notice] for text in train], [[*train[n], 6999, *notice]])
    assert found.like.tolist() == [n]
    assert found.share[0] > 0.9


def test_runs_that_begin_alike_are_told_apart(train, monkeypatch):
    held = [[*text, 7001] for text in train[:50]]
    found = look(train, held)
    monkeypatch.setattr(near, "_table", lambda wanted: np.ones(2**24, bool))
    again = look(train, held)
    assert found.like.tolist() == again.like.tolist()
    assert found.share.tolist() == again.share.tolist()


def test_of_too_many_words_a_sample_is_looked_at_and_it_is_said(train, monkeypatch):
    held = [[*text, 7001] for text in train if len(text) > 20]
    whole = look(train, held)
    assert len(whole.held) == len(held)
    monkeypatch.setattr(near, "_MOST_WORDS", sum(map(len, train)) // 2)
    some = look(train, held)
    assert not some.whole
    assert 0 < len(some.held) < len(some.looked_at) < len(held)
    assert {*some.held} <= {*some.looked_at}
    again = look(train, held)
    assert some.held.tolist() == again.held.tolist()
    (said,) = near_warning(some, np.arange(len(train) + len(held)), {"test": some.looked_at})
    assert "nearly a training row (as far as a sample of the training rows shows)" in said


def test_pairs_that_would_be_too_many_are_not_followed_up(train, monkeypatch):
    n = _long(train, 60)
    several = [[*train[n], 7001 + k] for k in range(4)]
    held = [[*train[n], 8000 + k] for k in range(5)]
    assert len(look([*train, *several], held).held) == 5
    monkeypatch.setattr(near, "_MOST_PAIRS", 100)
    assert not len(look([*train, *several], held).held)


def test_nothing_held_out_and_nothing_to_learn_from(train):
    assert not len(look(train, [[1], [2]]).held)
    assert not len(look([[1]], [_draw(np.random.default_rng(0), 9)]).held)


def test_what_is_said_names_counts_and_lines(train):
    n = _long(train, 60)
    edits = [[*train[n], 7001], [*train[n], 7002], [1, 2], [*train[n], 7003, 7004], [3]]
    found = look(train, edits)
    lines = np.arange(len(train) + 5) + 2
    parts = {"test": TRAIN + np.arange(3), "validation": TRAIN + np.arange(3, 5)}
    runs = len(train[n]) - 2
    a, b = f"{runs / (runs + 1):.0%}", f"{runs / (runs + 2):.0%}"
    assert near_warning(found, lines, parts) == [
        "2 of 3 test rows and 1 of 2 validation rows are nearly a training row "
        f"({a} of line 402 is in training line {n + 2}; {a} of line 403 is in training line "
        f"{n + 2}; {b} of line 405 is in training line {n + 2}), so the figures flatter; leave "
        "them out, or name with --group what such rows have in common"
    ]
    # one of more than two hundred is no news
    many = {"test": found.held[:1]}
    rare = near.Near(found.held[:1], found.like[:1], found.share[:1], np.arange(400, 800), True)
    assert near_warning(rare, lines, many | {"test": np.arange(400, 800)}) == []


@pytest.mark.parametrize("rows", [400, 2000, 8000])
def test_reviews_of_the_demo_are_not_near_each_other(tmp_path, rows):
    corpus = read_corpus(reviews(rows, 0), tmp_path)
    parts = split_by_content(corpus.hashes, corpus.class_ids, fraction=0.1)
    held = np.concatenate([parts.test, parts.validation])
    found = near_duplicates(
        corpus.tokens, corpus.offsets, corpus.hashes, corpus.class_ids, train=parts.train, held=held
    )
    assert len(found.held) <= 0.002 * len(held)
