"""Raw text becomes the words that a vocabulary has; every letter is kept."""

from __future__ import annotations

import random

import pytest

from elman.data.tagged.features import COLUMNS, WordFeatures, has_dotless, shape_of
from elman.data.tagged.split import split_words
from elman.data.text.vocabulary import SPECIAL_WORDS, UNKNOWN, Vocabulary

KNOWN = {"do", "n't", "'s", "u.s.", ":)", "-", "well", "the", "dog", "can", "not", "東京", "京都"}


def words(text, known=KNOWN):
    return split_words(text, lambda word: word.lower() in known)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The dog, the dog!", ["The", "dog", ",", "the", "dog", "!"]),
        ("Don't the dog's", ["Do", "n't", "the", "dog", "'s"]),
        ("the U.S. (not :) )", ["the", "U.S.", "(", "not", ":)", ")"]),
        ("wait... \u201cwhat?!\u201d", ["wait", "...", "\u201c", "what", "?", "!", "\u201d"]),
        ("well-known 1,000.50 a-b", ["well", "-", "known", "1,000.50", "a-b"]),
        ("see http://a.b/c?d=e, x@y.org", ["see", "http://a.b/c?d=e,", "x@y.org"]),
        ("rock'n'roll O'Neil", ["rock'n'roll", "O'Neil"]),
        ("東京京都x", ["東京", "京都", "x"]),
        ("", []),
        (" \t\n", []),
        ("--", ["--"]),
        ("'", ["'"]),
    ],
)
def test_a_text_is_split_as_the_vocabulary_is(text, expected):
    assert words(text) == expected


def test_no_letter_is_lost_or_added():
    signs = random.Random(3)
    for _ in range(3000):
        text = "".join(signs.choices("ab D'-.,!() n't's\u2019東京1", k=signs.randrange(20)))
        found = words(text)
        assert "".join(found) == "".join(text.split()), text
        assert all(found)


def test_known_words_alone_stay_as_they_are():
    assert words(" ".join(sorted(KNOWN))) == sorted(KNOWN)


def test_shapes_run_letters_of_a_kind_together():
    shapes = {"McDonald's-99": "XxXx'x-d", "U.S.": "X.X.", "東京": "c", "a1b2": "xdxd", "": ""}
    assert {word: shape_of(word) for word in shapes} == shapes


def test_a_word_is_its_number_and_its_letters():
    features = WordFeatures(Vocabulary((*SPECIAL_WORDS, "dogs", "run")), 997)
    ids = features.encode(["Dogs", "dogs", "runs", "run", "run"])
    assert ids.shape == (5, COLUMNS)
    assert ids[:, 0].tolist() == [2, 2, UNKNOWN, 3, 3]
    assert ids[:, 1:].min() >= 4
    assert ids.max() < features.numbers == 4 + 997
    assert (ids[3] == ids[4]).all()
    same = {n for n in range(COLUMNS) if ids[0, n] == ids[1, n]}
    assert same == {0, 3, *range(4, COLUMNS)}  # but for how it is written, and its shape
    shared = {n for n in range(COLUMNS) if ids[2, n] == ids[3, n]}
    assert shared == {2, 4, 5, 6}  # shape, and beginnings of one to three letters
    assert features.encode([]).shape == (0, COLUMNS)


def test_a_language_with_two_letters_i_keeps_them_apart():
    vocabulary = Vocabulary((*SPECIAL_WORDS, "ışık", "için", "işık"))
    turkish = WordFeatures(vocabulary, 997, dotless=True)
    pairs = [("IŞIK", "ışık"), ("İÇİN", "için"), ("İşık", "işık"), ("I\u0307çin", "için")]
    for capital, small in pairs:
        assert turkish.knows(capital)
        ids = turkish.encode([capital, small])
        same = {n for n in range(COLUMNS) if ids[0, n] == ids[1, n]}
        assert {0, *range(4, COLUMNS)} <= same
    others = WordFeatures(vocabulary, 997)
    assert others.encode(["IŞIK", "İÇİN"])[:, 0].tolist() == [UNKNOWN, UNKNOWN]
    assert others.encode(["IŞIK".lower()]).tolist() != turkish.encode(["IŞIK"]).tolist()
    assert not others.knows("İçin")  # models that were saved before read it so


def test_few_foreign_names_make_no_language_of_two_letters_i():
    english = ["I", "think", "it", "is", "in", "this", "city"] * 9 + ["Yıldız", "lives"] * 2
    turkish = ["Işık", "için", "kapıyı", "açtı", ",", "sonra", "içeri", "girdi", "."]
    assert not has_dotless(english)
    assert has_dotless(turkish)
    assert has_dotless(english + turkish * 5)
    assert not has_dotless(["THE", "cat"])
