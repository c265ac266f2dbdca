"""Only the rows of the mask are counted: never those held out."""

from __future__ import annotations

import numpy as np
import pytest

from elman.data.text.encode import encode_rows
from elman.data.text.features import Features
from elman.data.text.frequent import build_vocabulary, frequent_pairs
from elman.data.text.reader import read_corpus


@pytest.mark.parametrize("chunk", [3, 2**20])
def test_vocabulary_counts_the_rows_of_the_mask_only(tmp_path, monkeypatch, chunk):
    texts = ["b a b c", "a d", "held out out out", "c"]
    corpus = read_corpus(zip(texts, "xyxy", strict=True), tmp_path)
    monkeypatch.setattr("elman.data.text.spool.CHUNK", chunk)
    rows = np.array([True, True, False, True])

    def words(max_words=100, min_count=1):
        made = build_vocabulary(corpus, rows, max_words=max_words, min_count=min_count)
        return list(made.words[2:])

    assert words() == ["a", "b", "c", "d"]  # 2 2 2 1: equal counts by letters
    assert words(min_count=0) == ["a", "b", "c", "d"]  # not those of no row of the mask
    assert words(min_count=2) == ["a", "b", "c"]
    assert words(max_words=4) == ["a", "b"]
    assert words(max_words=2) == []
    vocabulary = build_vocabulary(corpus, rows, max_words=5, min_count=1)
    encoded = encode_rows(
        corpus.tokens, corpus.offsets, corpus.word_types, Features(vocabulary), tmp_path / "ids"
    )
    assert isinstance(encoded, np.memmap)
    assert encoded.tolist() == [i for text in texts for i in vocabulary.encode(text.split())]


def test_frequent_pairs_count_training_rows_only(tmp_path):
    texts = [
        *("not good at all, not good", "good", "it was not good but it was cheap!", "cheap it was"),
        *("unforgettable unforgivable forgettable", "it was unforgivable? not good"),
    ]
    read = read_corpus(zip(texts, "ababab", strict=True), tmp_path)
    everything = np.ones(6, bool)
    assert frequent_pairs(read, everything, max_pairs=2, min_count=2) == ["not good", "it was"]
    # "not good" also ends the last row, which is held out here; "it was" then leads by no count
    held = np.array([False, False, True, True, True, False])
    assert frequent_pairs(read, held, max_pairs=9, min_count=2) == ["it was"]


@pytest.mark.parametrize("chunk", [5, 2**20])
def test_words_and_pairs_of_rows_held_out_stay_unknown(tmp_path, monkeypatch, chunk):
    held = np.arange(40) % 5 == 2
    texts = [f"a text of number {n}" + " secret word" * (9 * out) for n, out in enumerate(held)]
    corpus = read_corpus(zip(texts, "ab" * 20, strict=True), tmp_path)
    monkeypatch.setattr("elman.data.text.spool.CHUNK", chunk)
    words = build_vocabulary(corpus, ~held, max_words=100, min_count=1).words
    pairs = frequent_pairs(corpus, ~held, max_pairs=100, min_count=1)
    assert {"a", "text", "number"} <= {*words}
    assert not {"secret", "word"} & {*words}
    assert {"a text", "text of"} <= {*pairs}
    assert not {"secret", "word"} & {word for pair in pairs for word in pair.split()}
