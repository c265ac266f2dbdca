"""Words become numbers; a vocabulary comes back as it was written."""

import json

import numpy as np
import pytest

from elman.data.text.vocabulary import MAX_VOCABULARY, UNKNOWN, Vocabulary

WORDS = ("<pad>", "<unk>", "the", "film", "中")


def test_vocabulary_encodes_unknown_words_as_one():
    ids = Vocabulary(WORDS).encode(["film", "xyz", "中", "the"])
    assert ids.dtype == np.int32
    assert ids.tolist() == [3, UNKNOWN, 4, 2]
    assert Vocabulary(WORDS).encode([]).shape == (0,)


def test_vocabulary_comes_back_from_json():
    vocabulary = Vocabulary(WORDS)
    again = Vocabulary.from_json(json.loads(json.dumps(vocabulary.to_json())))
    assert again == vocabulary
    assert len(again) == 5


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "nothing else"),
        (list(WORDS), "nothing else"),
        ({"words": WORDS[2:3]}, "nothing else"),
        ({"words": list(WORDS), "code": "x"}, "nothing else"),
        ({"words": list(WORDS[1:])}, "must begin with <pad> <unk>"),
        ({"words": [*WORDS, 7]}, "word 5 is 7, not a text"),
        ({"words": [*WORDS, ""]}, "word 5 is '', not a text"),
        ({"words": [*WORDS, "film"]}, 'word "film" stands twice'),
        ({"words": ["<pad>"] * (MAX_VOCABULARY + 1)}, "1,000,001 words; at most 1,000,000"),
    ],
)
def test_foreign_vocabulary_is_refused(value, message):
    with pytest.raises(ValueError, match=message):
        Vocabulary.from_json(value)
