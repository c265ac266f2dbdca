"""Words to numbers, one by one and by table, whole and in pieces: always the same."""

from __future__ import annotations

import json

import numpy as np
import pytest

from elman.data.text.encode import encode_rows
from elman.data.text.features import Features, Terms
from elman.data.text.frequent import build_vocabulary, frequent_terms
from elman.data.text.reader import read_corpus
from elman.data.text.vocabulary import MAX_VOCABULARY, PADDING, SPECIAL_WORDS, UNKNOWN, Vocabulary
from elman.data.text.words import tokenize

# the second begins with what would make a pair with the end of the first
TEXTS = [
    "not good at all, not good, or not",
    "good",
    "it was not good but it was cheap!",
    "cheap it was",
    "unforgettable unforgivable forgettable",
    "it was unforgivable? not good",
]


def corpus(tmp_path):
    rows = [(text, "ab"[n % 2]) for n, text in enumerate(TEXTS)]
    return read_corpus(rows, tmp_path / "corpus")


def features(tmp_path, *, affixes, pairs):
    read = corpus(tmp_path)
    some = np.arange(5)
    words = build_vocabulary(read, some, max_words=12, min_count=1).words
    terms = frequent_terms(read, some, Vocabulary(words), most=7)
    if pairs == "terms":
        return read, Features(Vocabulary(words), 50 if affixes else 0, terms=terms)
    found = [term for term in terms.words if " " in term] if pairs else []
    return read, Features(Vocabulary((*words, *found)), 50 if affixes else 0, bool(pairs))


@pytest.mark.parametrize("affixes", [False, True])
@pytest.mark.parametrize("pairs", [False, "vocabulary", "terms"])
@pytest.mark.parametrize("chunk", [1, 3, 1000])
def test_table_equals_word_by_word(tmp_path, monkeypatch, affixes, pairs, chunk):
    read, how = features(tmp_path, affixes=affixes, pairs=pairs)
    monkeypatch.setattr("elman.data.large.CHUNK", chunk)
    rows = encode_rows(read.tokens, read.offsets, read.word_types, how, tmp_path / "ids")
    for n, text in enumerate(TEXTS):
        whole = how.encode(tokenize(text))
        assert np.array_equal(rows[read.offsets[n] : read.offsets[n + 1]], whole)
        assert whole.shape == ((len(whole), how.columns) if how.columns > 1 else (len(whole),))
        assert whole.max() < how.numbers


@pytest.mark.parametrize("affixes", [False, True])
@pytest.mark.parametrize("pairs", [False, "vocabulary", "terms"])
def test_pieces_equal_the_whole(tmp_path, affixes, pairs):
    _, how = features(tmp_path, affixes=affixes, pairs=pairs)
    words = tokenize(TEXTS[2])
    pieces, before = [], ""
    for word in words:
        pieces.append(how.encode([word], before))
        before = word
    assert np.array_equal(np.concatenate(pieces), how.encode(words))
    assert how.encode([]).shape[1:] == how.encode(words).shape[1:]


def test_unknown_words_keep_their_ends(tmp_path):
    _, how = features(tmp_path, affixes=True, pairs="vocabulary")
    known, unknown, other = how.encode(["forgettable", "unforgettables", "zzz"])
    assert unknown[0] == other[0] == UNKNOWN
    whole = how.encode(["unforgettable"])[0]
    assert unknown[1] == whole[1] != other[1]  # the same beginning
    assert known[2] == whole[2] != other[2]  # the same end
    assert unknown[3] == PADDING


def test_a_word_has_the_numbers_that_saved_models_were_trained_with():
    how = Features(Vocabulary((*SPECIAL_WORDS, "good", "not", "not good")), 1000, pairs=True)
    assert (how.embeddings, how.columns) == (1005, 4)
    assert how.encode(["not", "good", "goodness"]).tolist() == [
        [3, 167, 453, PADDING],
        [2, 41, 969, 4],
        [UNKNOWN, 41, 143, PADDING],
    ]


@pytest.mark.parametrize("affixes", [0, 10])
def test_terms_are_numbered_after_all_that_the_recurrence_reads(affixes):
    vocabulary = Vocabulary((*SPECIAL_WORDS, "good", "not"))
    how = Features(vocabulary, affixes, terms=Terms(("dull", "not good", "very dull")))
    first = 4 + affixes
    assert (how.embeddings, how.numbers) == (first, first + 3)
    found = how.encode(["not", "good", "dull", "very", "dull", "zzz"])
    assert found.shape == (6, 4 if affixes else 2)
    # a word of the terms is known; "good dull" is no term, "very" is none alone
    assert found[:, 0].tolist() == [3, 2, first, UNKNOWN, first, UNKNOWN]
    assert found[:, -1].tolist() == [0, first + 1, 0, 0, first + 2, 0]
    assert how.encode(["good"], before="not")[0, -1] == first + 1
    assert how.encode(["good"])[0, -1] == PADDING
    own = Features(vocabulary, affixes).encode(["not", "good", "dull"])
    assert own.reshape(3, -1)[2, 0] == UNKNOWN


def test_a_text_of_words_that_only_the_linear_part_knows_is_known():
    vocabulary = Vocabulary((*SPECIAL_WORDS, "good"))
    terms = Terms(("dull", "very sad"))
    for words, known in ((["dull"], True), (["zzz"], False), (["very", "sad"], False), ([], False)):
        how = Features(vocabulary, terms=terms)
        assert how.know(how.encode(words)) == known
    how = Features(vocabulary)
    assert not how.know(how.encode(["dull"]))


def test_terms_that_are_none_still_make_a_column_of_pairs(tmp_path):
    how = Features(Vocabulary((*SPECIAL_WORDS, "good")), terms=Terms())
    assert (how.columns, how.numbers) == (2, 3)
    assert how.encode(["good", "good"]).tolist() == [[2, 0], [2, 0]]
    read = corpus(tmp_path)
    rows = encode_rows(read.tokens, read.offsets, read.word_types, how, tmp_path / "ids")
    assert rows.shape == (len(read.tokens), 2)
    assert not rows[:, 1].any()


WORDS = Vocabulary((*SPECIAL_WORDS, "film", "中"))


def test_terms_come_back_from_json():
    for terms in (Terms(("dull", "not good", "中 film")), Terms()):
        again = Terms.from_json(json.loads(json.dumps(terms.to_json())), WORDS)
        assert again == terms


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "terms are .* and nothing else"),
        (["a"], "nothing else"),
        ({"words": ["a"]}, "nothing else"),
        ({"terms": "a b"}, "nothing else"),
        ({"terms": {"a": 1}}, "nothing else"),
        ({"terms": ["a"], "code": "x"}, "nothing else"),
        ({"terms": ["a", 7]}, "^term 1 is 7, not a text$"),
        ({"terms": ["a", None]}, "^term 1 is None, not a text$"),
        ({"terms": [["a"]]}, r"^term 0 is \['a'\], not a text$"),
        ({"terms": ["a", ""]}, "^term 1 is '', not a text$"),
        ({"terms": ["a", "b c", "a"]}, '^term "a" stands twice$'),
        ({"terms": ["a", "film"]}, '^term "film" stands twice$'),
        ({"terms": ["<unk>"]}, '^term "<unk>" stands twice$'),
        ({"terms": ["a"] * (MAX_VOCABULARY + 1)}, "^1,000,001 terms; at most 1,000,000 are read$"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_foreign_terms_are_refused(value, message):
    with pytest.raises(ValueError, match=message):
        Terms.from_json(value, WORDS)
