"""Pieces are those that the tokenizers library makes of the same joins, and give the text back."""

from __future__ import annotations

import json
import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elman.data.parallel import pieces as module
from elman.data.parallel.pieces import BEGIN, END, LONGEST, PADDING, UNKNOWN, learn, words_of
from elman.errors import MissingExtraError

tokenizers = pytest.importorskip("tokenizers")

TEXTS = [
    "Zwei junge weiße Männer sind im Freien in der Nähe vieler Büsche.",
    "Two young, White males are outside near many bushes.",
    "Mehrere Männer mit Schutzhelmen bedienen ein Antriebsradsystem.",
    "Several men in hard hats are operating a giant pulley system.",
    'Ein Mann in einem "blauen" Hemd steht auf einer Leiter und putzt 3 Fenster!',
    "A man in a blue shirt is standing on a ladder cleaning a window; 12 men's shirts (33 %).",
] * 4
LEARNT = learn(TEXTS, 220)


def library(pieces):
    """The library's own encoder with the same joins."""
    vocabulary = {piece: n for n, piece in enumerate(pieces.spelt) if n > END} | {"<?>": UNKNOWN}
    model = tokenizers.models.BPE(
        vocab=vocabulary, merges=list(pieces.merges), unk_token="<?>", fuse_unk=True
    )
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split("\n", "removed")
    return lambda text: tokenizer.encode("\n".join(words_of(text))).ids


THEIRS = library(LEARNT)


def test_thousands_of_odd_texts_are_cut_as_the_library_cuts_them():
    chance = random.Random(0)
    letters = "".join(LEARNT.alphabet) + "日本éÄ\u0301🎉_\t\u00a0-–X"
    words = [word for text in TEXTS for word in text.split()]
    for _ in range(3000):
        made = [
            chance.choice(words)
            if chance.random() < 0.5
            else "".join(chance.choice(letters) for _ in range(chance.randrange(1, 60)))
            for _ in range(chance.randrange(0, 6))
        ]
        text = chance.choice([" ", "", "  "]).join(made)
        assert LEARNT.encode(text) == THEIRS(text), text


@given(st.text(max_size=80))
def test_any_text_is_cut_as_the_library_cuts_it(text):
    assert LEARNT.encode(text) == THEIRS(text)


@given(st.text(alphabet=[c for c in LEARNT.alphabet if c != " "] + [" ", "\n", "\t"], max_size=80))
def test_a_text_of_known_characters_comes_back_but_for_white_space(text):
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    assert LEARNT.text(LEARNT.encode(text)) == plain
    assert UNKNOWN not in LEARNT.encode(text)


@given(st.text(max_size=80), st.floats(0.05, 1.0))
def test_joins_left_out_by_chance_give_smaller_pieces_of_the_same_text(text, dropout):
    chance = random.Random(1)
    for word in words_of(text):
        found = LEARNT.cut_at_random(word, dropout, chance)
        assert "".join(found) == "".join(LEARNT.cut(word)) == word
        assert len(found) >= len(LEARNT.cut(word)) or dropout < 1


def test_of_equal_joins_the_leftmost_comes_first():
    pieces = module.Pieces((" ", "a", "b"), (("a", "a"), ("aa", "b")))
    assert pieces.cut("aaab") == ("aa", "a", "b")
    assert pieces.cut("aaaab") == ("aa", "aab")
    assert library(pieces)("aaaab aaab") == pieces.encode("aaaab aaab")


def test_all_joins_left_out_is_letters_and_none_is_the_usual_cut():
    word = " Schutzhelmen"
    assert LEARNT.cut_at_random(word, 1.0, random.Random(0)) == tuple(word)
    assert LEARNT.cut_at_random(word, 0.0, random.Random(0)) == LEARNT.cut(word)
    seen = {LEARNT.cut_at_random(word, 0.3, random.Random(n)) for n in range(30)}
    assert len(seen) > 5
    assert len(LEARNT.cut(word)) < 5


def test_words_are_letters_digits_and_marks_or_one_other_character():
    assert words_of("A man's hat,  33%-off e\u0301t\u00e9!") == [
        *(" A", " man", "'", "s", " hat", ",", " 33", "%", "-", "off", " été", "!")
    ]
    assert words_of("हिन्दी में") == [" हिन्दी", " में"]
    assert words_of(" \n ") == []
    assert [len(word) for word in words_of("a" * 100)] == [LONGEST, LONGEST, 100 + 1 - 2 * LONGEST]


def test_rare_characters_are_unknown_and_stand_together():
    ids = LEARNT.encode("Ein 日本 Hemd")
    assert ids.count(UNKNOWN) == 1
    assert LEARNT.text(ids) == "Ein � Hemd"
    assert LEARNT.text(ids, ["日本"]) == "Ein 日本 Hemd"


def test_a_character_is_known_from_its_third_time_on():
    for times in (2, 3):
        pieces = learn([*TEXTS, *["€"] * times], 220)
        assert ("€" in pieces.alphabet) == (times == 3)


def test_learning_is_repeatable_and_shares_pieces_of_both_languages():
    assert learn(reversed(TEXTS), 220) == LEARNT
    assert len(LEARNT) <= 220
    assert len(LEARNT.merges) > 50
    assert {PADDING, UNKNOWN, BEGIN, END} == set(range(4))
    assert LEARNT.spelt[:4] == ("",) * 4
    assert " Männer" in LEARNT.spelt


def test_pieces_come_back_from_json_and_nothing_else_is_taken():
    saved = json.loads(json.dumps(LEARNT.to_json()))
    assert module.Pieces.from_json(saved) == LEARNT
    for wrong, said in [
        ([], "and nothing else"),
        (saved | {"more": 1}, "and nothing else"),
        (saved | {"alphabet": "aba"}, "each once"),
        (saved | {"merges": {}}, "must be a list"),
        (saved | {"merges": [["a", "€€"]]}, "merge 0 is"),
        (saved | {"merges": [["a"]]}, "merge 0 is"),
        (saved | {"merges": [["a", "a"], *(["a" * 2**k, "a" * 2**k] for k in range(1, 6))]}, "64"),
    ]:
        with pytest.raises(ValueError, match=said):
            module.Pieces.from_json(wrong)


def test_without_the_library_the_extra_is_named_and_saved_pieces_still_work(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tokenizers", None)
    with pytest.raises(MissingExtraError, match=r'pip install "elman\[translation\]"'):
        learn(TEXTS, 100)
    assert module.Pieces(LEARNT.alphabet, LEARNT.merges).encode("Ein Mann") == THEIRS("Ein Mann")
