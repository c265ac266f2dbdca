"""Opponents learn what they should from pairs whose words are known."""

from __future__ import annotations

import numpy as np

from elman.tasks.translate.opponents.copied import copied
from elman.tasks.translate.opponents.dictionary import dictionary, word_by_word
from elman.tasks.translate.opponents.nearest import nearest

WORDS = {"hund": "dog", "katze": "cat", "haus": "house", "rot": "red", "und": "and", "ein": "a"}


def pairs(n, seed=0):
    random = np.random.default_rng(seed)
    sources = [" ".join(random.choice([*WORDS], random.integers(2, 6))) + "." for _ in range(n)]
    targets = [" ".join(WORDS[w] for w in s[:-1].split()[::-1]) + "." for s in sources]
    return sources, targets


def test_a_dictionary_is_found_in_sentences_of_another_order():
    known = dictionary(*pairs(300))
    assert {word.strip(): said.strip() for word, said in known.items()} == WORDS
    assert word_by_word(known, ["hund und maus.", ""]) == ["dog and maus.", ""]


def test_expectation_and_maximisation_is_the_textbooks():
    """Koehn, Statistical Machine Translation, figure 4.4: three pairs, das Haus, das Buch."""
    sources = ["das Haus", "das Buch", "ein Buch"]
    wanted = {" das": " the", " Haus": " house", " Buch": " book", " ein": " a"}
    assert dictionary(sources, ["the house", "the book", "a book"]) == wanted
    assert dictionary(sources, ["house the", "book the", "book a"]) == wanted


def test_the_nearest_sentence_gives_its_translation():
    sources = ["ein hund rennt", "eine katze schläft im haus", "ein rotes Haus", "ein haus"]
    targets = ["1", "2", "3", "4"]
    asked = ["die Katze schläft", "ein hund im haus rennt", "haus"]
    assert nearest(sources, targets, asked) == ["2", "1", "4"]


def test_the_source_is_its_own_translation():
    assert copied(["a b.", ""]) == ["a b.", ""]


def test_nothing_to_learn_from_is_an_empty_dictionary():
    assert dictionary([], []) == {}
