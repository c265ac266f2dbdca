"""Only the rows of the mask are counted: never those held out."""

from __future__ import annotations

import numpy as np
import pytest

from elman.data.text.encode import encode_rows
from elman.data.text.features import Features
from elman.data.text.frequent import build_vocabulary, frequent_terms
from elman.data.text.reader import read_corpus
from elman.data.text.vocabulary import SPECIAL_WORDS, Vocabulary


@pytest.mark.parametrize("chunk", [3, 2**20])
def test_vocabulary_counts_the_rows_asked_for_alone(tmp_path, monkeypatch, chunk):
    texts = ["b a b c", "a d", "held out out out", "c"]
    corpus = read_corpus(zip(texts, "xyxy", strict=True), tmp_path)
    monkeypatch.setattr("elman.data.large.CHUNK", chunk)
    rows = np.array([0, 1, 3])

    def words(max_words=100, min_count=1):
        made = build_vocabulary(corpus, rows, max_words=max_words, min_count=min_count)
        return list(made.words[2:])

    assert words() == ["a", "b", "c", "d"]  # 2 2 2 1: equal counts by letters
    assert words(min_count=0) == ["a", "b", "c", "d"]  # not those of other rows
    assert words(min_count=2) == ["a", "b", "c"]
    assert words(max_words=4) == ["a", "b"]
    assert words(max_words=2) == []
    vocabulary = build_vocabulary(corpus, rows, max_words=5, min_count=1)
    encoded = encode_rows(
        corpus.tokens, corpus.offsets, corpus.word_types, Features(vocabulary), tmp_path / "ids"
    )
    assert isinstance(encoded, np.memmap)
    assert encoded.tolist() == [i for text in texts for i in vocabulary.encode(text.split())]


@pytest.mark.parametrize("chunk", [1, 4, 2**20])
def test_terms_are_counted_in_the_rows_asked_for_alone(tmp_path, monkeypatch, chunk):
    texts = [
        *("not good at all, not good", "good", "it was not good but it was cheap!", "cheap it was"),
        *("unforgettable unforgivable forgettable", "it was unforgivable? not good"),
    ]
    read = read_corpus(zip(texts, "ababab", strict=True), tmp_path)
    monkeypatch.setattr("elman.data.large.CHUNK", chunk)
    vocabulary = Vocabulary((*SPECIAL_WORDS, "good", "not", "was"))

    def terms(rows, most):
        return list(frequent_terms(read, np.flatnonzero(rows), vocabulary, most=most).words)

    every = [True] * 6
    # each of the three four times: words before pairs, then by place in the table of words
    assert terms(every, 2) == ["it", "not good"]
    assert terms(every, 3) == ["it", "not good", "it was"]
    once = terms(every, 100)
    assert once[:3] == ["it", "not good", "it was"]
    assert {*once[3:5]} == {"cheap", "unforgivable"}
    assert "good at" in once
    assert not {"good", "not", "was"} & {*once}
    assert len({*once}) == len(once)
    # where not all have room, what occurs once goes first, though there were room for some of it
    assert terms(every, len(once)) == once
    assert terms(every, len(once) - 1) == once[:5]
    # "not good" also ends the last row, which is held out here
    held = [False, False, True, True, True, False]
    assert terms(held, 3) == ["it", "it was", "cheap"]
    assert terms([False] * 6, 9) == []


@pytest.mark.parametrize("chunk", [5, 2**20])
def test_words_and_pairs_of_rows_held_out_stay_unknown(tmp_path, monkeypatch, chunk):
    held = np.arange(40) % 5 == 2
    texts = [f"a text of number {n}" + " secret word" * (9 * out) for n, out in enumerate(held)]
    corpus = read_corpus(zip(texts, "ab" * 20, strict=True), tmp_path)
    monkeypatch.setattr("elman.data.large.CHUNK", chunk)
    vocabulary = build_vocabulary(corpus, np.flatnonzero(~held), max_words=100, min_count=2)
    terms = frequent_terms(corpus, np.flatnonzero(~held), vocabulary, most=100).words
    assert {"a", "text", "number"} <= {*vocabulary.words}
    assert {"a text", "text of", "39"} <= {*terms}
    every = {word for entry in (*vocabulary.words, *terms) for word in entry.split()}
    assert not {"secret", "word", "2"} & every
