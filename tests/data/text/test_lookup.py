"""Texts become the same numbers in C++ as in Python, whatever characters they are of."""

from __future__ import annotations

import copy
import itertools
import random
import sys

import numpy as np
import pytest

from elman import native
from elman.data.text.features import Features, Terms
from elman.data.text.lookup.word_types import WordTypes, joined_words
from elman.data.text.vocabulary import SPECIAL_WORDS, Vocabulary
from elman.data.text.words import tokenize

pytestmark = pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))

# What meets badly: halves of entities, tags, numbers and words; letters that grow, shrink, join or
# depend on their neighbours; what stands alone, what is invisible, every kind of white space.
PIECES = [
    *("&", "&amp;", "&lt", ";", "#39;", "&#39;", "&nbsp;", "quot;", "#", "39", "&not", "it;"),
    *("<", "<br", "/>", "<br/>", "</i>", "<B>", "/", ">", "</H1>", "<p中", "<strong", "<brr>"),
    *("'", "’", "_", "don", "t", "'s", "x", "A", "_a_", "Σ", "ΑΣ", "ΑΣ’", "Σ\u0e31Α", "İ", "İK"),
    *("ß", "ẞ", "ſ", "ﬁ", "Ⱥ", "ǅ", "é", "É", "e\u0301", "\u0338", "\u0345", "\u212a", "ﬆ"),
    *("हि", "न्", "ि", "السَّلام", "中", "あ", "ไ", "๕", "각", "\u1100\u1161", "\U0001d400"),
    *("1", "12", ",", ".", "3.5", "1,000", "٣", "1.๕", "²", "½", "Ⅷ", "!", "?", "$", "%", "¿", "€"),
    *("\x85", "\xa0", "\u2028", "\u2000", "\x1c", "\x00", "\u200b", "\ufe0f", " ", "\n", "\t"),
    *("\ud83d", "\udfff", "😀", "👍🏽", "\U0010fffe", "\u0378", "—", "…", "\U00010100"),
]
PLANES = [0x80, 0x250, 0x3000, 0x10000, sys.maxunicode + 1]


def drawn(draw: random.Random) -> str:
    kind = draw.random()
    if kind < 0.5:
        return "".join(draw.choice(PIECES) for _ in range(draw.randrange(14)))
    if kind < 0.7:
        return "".join(chr(draw.randrange(draw.choice(PLANES))) for _ in range(draw.randrange(16)))
    if kind < 0.9:
        return "".join(chr(draw.randrange(0x80)) for _ in range(draw.randrange(40)))
    return " ".join("".join(draw.choice(PIECES) for _ in range(3)) for _ in range(6))


def fuzzed(count: int, seed: int) -> list[str]:
    draw = random.Random(seed)
    texts = [drawn(draw) for _ in range(count)]
    return [*texts, "", " ", "x" * 5000, "Ⱥ" * 3000, "é'" * 2000 + "é", "9." * 3000 + "9"]


def pairs_in(texts):
    for text in texts:
        words = tokenize(text)
        yield from zip(["", *words], words, strict=False)


def features_of(texts, *, affixes=0, seed=1) -> Features:
    """Numbers for nearly all words and pairs of texts, so that each of them is told from others."""
    draw = random.Random(seed)
    words = dict.fromkeys(word for _, word in pairs_in(texts) if draw.random() < 0.9)
    pairs = dict.fromkeys(f"{a} {b}" for a, b in pairs_in(texts) if draw.random() < 0.8)
    own = dict.fromkeys(word for word in words if draw.random() < 0.6)
    terms = [word for word in words if word not in own]
    return Features(Vocabulary((*SPECIAL_WORDS, *own)), affixes, terms=Terms((*terms, *pairs)))


def by_python(features: Features, texts) -> list[np.ndarray]:
    return [features.encode(tokenize(text)) for text in texts]


def rows_of(looked):
    return np.split(looked.ids, looked.ends[:-1])


def test_tens_of_thousands_of_odd_texts_have_the_numbers_that_python_gives():
    texts = fuzzed(30_000, seed=0)
    features = features_of(texts)
    looked, expected = features.read(texts), by_python(features, texts)
    for text, found, wanted in zip(texts, rows_of(looked), expected, strict=True):
        assert found.tolist() == wanted.tolist(), ascii(text)
    assert looked.known.tolist() == [features.know(ids) for ids in expected]
    used = {*itertools.chain(*(ids[:, 0] for ids in expected))}
    assert len(used) > 20_000


def test_every_character_is_what_python_says_it_is():
    """Alone, in the middle of a word, of a number, and behind the name of a tag."""
    chars = map(chr, range(sys.maxunicode + 1))
    texts = [f"{char} a{char}b 1{char}5 <b{char}" for char in chars]
    draw = random.Random(3)
    texts = [*texts[:0x3000], *draw.sample(texts[0x3000:], 20_000)]
    features = features_of(texts)
    for text, found, wanted in zip(
        texts, rows_of(features.read(texts)), by_python(features, texts), strict=True
    ):
        assert found.tolist() == wanted.tolist(), ascii(text)


@pytest.mark.parametrize("affixes", [0, 50])
@pytest.mark.parametrize("reads", ["words", "pairs", "terms"])
def test_pieces_of_a_text_follow_on_from_the_word_before(affixes, reads):
    texts = fuzzed(300, seed=5)
    features = features_of(texts, affixes=affixes)
    if reads != "terms":
        words = (*SPECIAL_WORDS, *features.terms.words[: 2 if reads == "words" else None])
        features = Features(Vocabulary(words), affixes, reads == "pairs")
    for text in texts:
        before, found, known = "", [], False
        for piece in text.split():
            ids, knows, last = features.read_on(piece, before)
            assert last == (tokenize(piece) or [""])[-1]
            before, known = last or before, known or knows
            found.append(ids)
        wanted = features.encode(tokenize(text))
        assert np.concatenate([features.encode([]), *found]).tolist() == wanted.tolist(), text
        assert known == features.know(wanted)
        assert ids.shape[1:] == wanted.shape[1:]


def test_company_and_threads_change_no_number(monkeypatch):
    texts = fuzzed(3000, seed=7)
    features = features_of(texts, affixes=9)
    expected = features.read(texts)
    monkeypatch.setattr(native, "threads", lambda: 3)
    for found, wanted in zip(features.read(texts), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
    rows = rows_of(expected)
    for n in range(0, len(texts), 97):
        alone = features.read([texts[n]])
        np.testing.assert_array_equal(alone.ids, rows[n])
        assert alone.known[0] == expected.known[n]


def test_no_text_and_texts_of_nothing():
    features = features_of(["a fine film"])
    assert features.read([]).ids.shape == (0, 2)
    looked = features.read(["", " ", "?!"])
    assert looked.ends.tolist() == [0, 0, 2]
    assert looked.known.tolist() == [0, 0, 0]


def test_entries_that_no_text_can_have_do_no_harm():
    odd = ("a b c", " ", "  ", " a", "a ", "a\nb", "\x00", "\ud800", "é" * 9999, "b a", "a b")
    features = Features(Vocabulary((*SPECIAL_WORDS, "b", *odd)), pairs=True)
    texts = ["a b c", "b a", "a", "a\nb a\x00b", "é" * 9999, "b"]
    for found, wanted in zip(
        rows_of(features.read(texts)), by_python(features, texts), strict=True
    ):
        np.testing.assert_array_equal(found, wanted)


def test_a_copy_looks_up_by_itself():
    features = features_of(["a fine film"])
    first = features.read(["a fine film"])
    again = copy.deepcopy(features)
    del features
    np.testing.assert_array_equal(again.read(["a fine film"]).ids, first.ids)


def test_without_kernels_the_numbers_are_the_same(monkeypatch):
    texts = fuzzed(500, seed=9)
    features = features_of(texts)
    expected = features.read(texts)
    monkeypatch.setattr(native, "missing", lambda: "left out by a test")
    plain = copy.deepcopy(features)
    for found, wanted in zip(plain.read(texts), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
    piece, other = plain.read_on("fine film", "a"), features.read_on("fine film", "a")
    np.testing.assert_array_equal(piece.ids, other.ids)
    assert piece[1:] == other[1:]


@pytest.mark.parametrize("way", ["native", "python"])
def test_word_types_are_numbered_as_they_come(way, monkeypatch):
    if way == "python":
        monkeypatch.setattr(native, "missing", lambda: "left out by a test")
    texts, first = fuzzed(3000, seed=11), ["film", "not"]
    types, numbers = WordTypes(first), {word: n for n, word in enumerate(first)}
    for text in texts:
        words = tokenize(text)
        (found,) = joined_words([text])
        assert found == " ".join(words).encode()
        expected = [numbers.setdefault(word, len(numbers)) for word in words]
        assert types.number(found).tolist() == expected
    assert types.words() == list(numbers)
    assert len(numbers) > 5000
    assert joined_words([]) == []
    # what one text ends with changes nothing in the next, and one that is empty stays where it is
    ends = [
        "&am",
        "p; x",
        "",
        "&#3",
        "9;",
        "e",
        "\u0301",
        "quot",
        ";",
        "<b",
        "r>",
        "1.",
        "5",
        "É’",
        "s",
        "ΑΣ",
        "İ",
    ]
    for some in (ends, texts[:700], ["", "", "a b", ""]):
        assert joined_words(some) == [" ".join(tokenize(text)).encode() for text in some]
    assert WordTypes().words() == []
