"""The built-in reviews need order, by construction."""

import hashlib
import random
import re
import string
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from elman.data.builtin import grammar
from elman.data.builtin.reviews import (
    NEGATIVE,
    PLAIN_SHARE,
    POSITIVE,
    _contrast,
    _negation,
    _plain,
    _scene,
    reviews,
)
from elman.errors import OptionError

ROWS = 6000


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def bag(text: str) -> tuple[str, ...]:
    """Words and punctuation, as often as they occur, in no order."""
    return tuple(sorted(re.findall(r"[a-z]+|[^\sa-z]", text.lower())))


def slots(pattern: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(pattern) if field}


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, str]]:
    return reviews(ROWS, seed=1)


# Twins


@pytest.mark.parametrize("pattern", [*grammar.CONTRASTS, *grammar.ACT_CONTRASTS])
def test_contrast_has_a_twin_with_the_same_words(pattern):
    assert {"winner", "loser"} <= slots(pattern)
    rng = random.Random(pattern)
    for _ in range(20):
        pair = _contrast(rng, pattern, _scene(rng), act=pattern in grammar.ACT_CONTRASTS)
        (one, label), (other, opposite) = pair
        assert (label, opposite) == (POSITIVE, NEGATIVE)
        assert bag(one) == bag(other)
        assert one != other


@pytest.mark.parametrize("patterns", grammar.NEGATIONS, ids=lambda pair: pair[0][:25])
def test_negation_has_a_twin_with_the_same_words(patterns):
    rng = random.Random(patterns[0])
    seen = set()
    for _ in range(20):
        (affirmed, label), (denied, opposite) = _negation(rng, patterns, _scene(rng))
        assert {label, opposite} == {POSITIVE, NEGATIVE}
        assert bag(affirmed) == bag(denied)
        feels_good = any(w in words(affirmed) for w in GOOD)
        assert label == (POSITIVE if feels_good else NEGATIVE)
        seen.add(label)
    assert seen == {POSITIVE, NEGATIVE}


GOOD = {w for d in grammar.DOMAINS for w in d.good} | {*grammar.GOOD, *grammar.GOOD_ACTS}
BAD = {w for d in grammar.DOMAINS for w in d.bad} | {*grammar.BAD, *grammar.BAD_ACTS}


def test_words_of_feeling_are_one_or_the_other_and_nothing_else_feels():
    assert len(GOOD) > 50
    assert len(BAD) > 50
    assert not GOOD & BAD
    patterns = (
        *(*grammar.CONTRASTS, *grammar.ACT_CONTRASTS, *grammar.PLAIN, *grammar.DENIALS),
        *(*grammar.OPENERS, *grammar.CLOSERS, *grammar.TAILS, *grammar.INTENSIFIERS),
        *(p for pair in grammar.NEGATIONS for p in pair),
        *(*grammar.ADVERBS, *grammar.PEOPLE, *grammar.DAYS, *grammar.MONTHS, *grammar.NUMBERS),
        *(w for d in grammar.DOMAINS for w in (d.thing, d.visit, *d.aspects)),
    )
    assert not (GOOD | BAD) & {w for p in patterns for w in words(p)}


def test_every_twin_is_among_the_rows_and_a_bag_of_words_stays_at_its_bound(rows):
    labels = {}
    for text, label in rows:
        labels.setdefault(bag(text), Counter())[label] += 1
    best = sum(max(counts.values()) for counts in labels.values()) / len(rows)
    assert abs(best - (PLAIN_SHARE + (1 - PLAIN_SHARE) / 2)) < 0.005


@pytest.mark.parametrize(("positive", "label"), [(True, POSITIVE), (False, NEGATIVE)])
def test_plain_reviews_agree_or_deny(positive, label):
    rng = random.Random(5)
    feelings = (GOOD, BAD) if positive else (BAD, GOOD)
    denials = 0
    for _ in range(300):
        text, found = _plain(rng, positive=positive)
        denied = not {"not", "never", "nobody"}.isdisjoint(words(text))
        denials += denied
        assert found == label
        assert not feelings[denied].isdisjoint(words(text)), text
        assert feelings[not denied].isdisjoint(words(text)), text
    assert 20 < denials < 80


# Rows


def test_rows_are_balanced_unique_and_of_readable_length(rows):
    lengths = [len(words(text)) for text, _ in rows]
    assert len(rows) == ROWS
    assert Counter(label for _, label in rows) == {POSITIVE: ROWS // 2, NEGATIVE: ROWS // 2}
    assert len({text for text, _ in rows}) > 0.99 * ROWS
    assert min(lengths) >= 4
    assert max(lengths) <= 35
    assert 15 < np.mean(lengths) < 25
    assert 300 < len({w for text, _ in rows for w in words(text)}) < 1000


def test_rows_read_like_sentences(rows):
    for text, _ in rows:
        assert re.fullmatch(r"[A-Z][A-Za-z,:]*( [A-Za-z]+[,:]?)*\.( [A-Z][A-Za-z ,:]*\.)?", text)


def test_rows_are_those_that_published_figures_rest_on():
    text = "\n".join(f"{label}\t{text}" for text, label in reviews(2000, seed=1))
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert digest == "c1806b4cf1667921978fccf77fd1a614ab043358ea25d8daf2f83c7a07e40280"


def test_seed_decides_and_the_order_is_shuffled(rows):
    assert reviews(ROWS, seed=1) == rows
    assert len({*reviews(ROWS, seed=2)} & {*rows}) < 0.01 * ROWS
    neighbours = [bag(a[0]) == bag(b[0]) for a, b in pairwise(rows)]
    assert np.mean(neighbours) < 0.01


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_as_many_rows_as_asked(count):
    assert len(reviews(count, seed=0)) == count


@pytest.mark.parametrize("count", [0, -5])
def test_no_rows_is_an_option_error(count):
    with pytest.raises(OptionError, match=f"rows is {count}; it must be at least 1"):
        reviews(count, seed=0)


@pytest.mark.parametrize("n", [1, 2])
def test_words_and_pairs_of_words_are_not_enough_for_a_linear_model(rows, n):
    text = pytest.importorskip("sklearn.feature_extraction.text")
    linear = pytest.importorskip("sklearn.linear_model")
    vectorizer = text.TfidfVectorizer(ngram_range=(1, n))
    model = linear.LogisticRegression(max_iter=1000)
    model.fit(vectorizer.fit_transform([t for t, _ in rows]), [label for _, label in rows])
    fresh = reviews(2000, seed=77)
    accuracy = model.score(vectorizer.transform([t for t, _ in fresh]), [y for _, y in fresh])
    assert 0.55 < accuracy < 0.75


# Demonstration


def one_of(texts) -> str:
    return f"(?:{'|'.join(map(re.escape, texts))})"


def verdicts(domain: grammar.Domain) -> str:
    """Every verdict that the generator can make about one domain, as a regular expression."""
    core = one_of((*grammar.GOOD, *grammar.BAD, *domain.good, *domain.bad))
    act = f"{one_of((*grammar.GOOD_ACTS, *grammar.BAD_ACTS))} it"
    head = f"(?:{one_of((*grammar.INTENSIFIERS, *grammar.ADVERBS))} )?"
    feeling = f"{head}(?:{core}|{act})(?: {one_of(grammar.TAILS)})?"
    aspect = one_of((*domain.aspects, domain.thing))
    values = dict.fromkeys(("winner", "loser", "feeling", "second"), feeling)
    values |= {"a": aspect, "b": aspect, "who": one_of(grammar.PEOPLE), "thing": domain.thing}
    patterns = (
        *(*grammar.CONTRASTS, *grammar.ACT_CONTRASTS, *grammar.PLAIN, *grammar.DENIALS),
        *(p for pair in grammar.NEGATIONS for p in pair),
    )
    return "|".join(p.replace(".", r"\.").format(**values) for p in patterns)


def test_demo_texts_use_known_words_but_no_row_holds_them(rows):
    made = re.compile("|".join(map(verdicts, grammar.DOMAINS)), re.IGNORECASE)
    known = {w for text, _ in (*rows, *reviews(ROWS, seed=3)) for w in words(text)}
    assert all(made.search(text) for text, _ in rows)
    assert len(grammar.DEMO_TEXTS) == 5
    assert not [w for text in grammar.DEMO_TEXTS for w in words(text) if w not in known]
    assert not [text for text in grammar.DEMO_TEXTS if made.fullmatch(text)]
