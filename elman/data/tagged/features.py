"""What a tagger reads of a word: the word, and its letters.

A step is several ids whose vectors are added up: the word in lower case, and, hashed, the word as
it is written, its first one to four letters, its last one to five, its shape and its length. So a
word that was never seen is what its letters say (Bojanowski et al. 2017, whose n-grams these are
where they tell most), and no word needs a network of its own to be read.
But: hashed numbers may collide; that is the price of a table of fixed size.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
import numpy.typing as npt

from elman.data.text.vocabulary import UNKNOWN, Vocabulary

__all__ = ["AROUND", "COLUMNS", "WordFeatures", "has_dotless", "lowered", "shape_of"]

BEGINNINGS = (1, 2, 3, 4)
ENDINGS = (1, 2, 3, 4, 5)
LONGEST = 12
"""Letters from which words count as equally long."""

COLUMNS = 4 + len(BEGINNINGS) + len(ENDINGS)
"""Ids of a step."""

AROUND = (0, 2, 4 + len(BEGINNINGS) + ENDINGS.index(3))
"""Those that say something of the words beside it too: the word, its shape, its last three letters.
The others are noise there, which on 300 sentences costs two points."""

_DOTLESS = 0.15
"""Letters ı for each i from which a language has both: Turkish has one for two."""

_REMEMBERED = 2**17
"""Words whose ids are kept, so that a frequent word is looked at once."""

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True)
class WordFeatures:
    """How a word becomes ids.

    Args:
        vocabulary: words in lower case.
        buckets: ids of what is hashed; they follow those of the vocabulary.
        dotless: as of `lowered`.
    """

    vocabulary: Vocabulary
    buckets: int
    dotless: bool = False
    _known: dict[str, list[int]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def numbers(self) -> int:
        """How many ids there are."""
        return len(self.vocabulary) + self.buckets

    def knows(self, word: str) -> bool:
        """Say whether a word, in whatever case, is in the vocabulary."""
        return lowered(word, dotless=self.dotless) in self.vocabulary.ids

    def encode(self, words: Sequence[str]) -> Ids:
        """Return `(T, COLUMNS)`, the word first."""
        if not words:
            return np.zeros((0, COLUMNS), np.int32)
        return np.array([self._ids(word) for word in words], np.int32)

    def _ids(self, word: str) -> list[int]:
        found = self._known.get(word)
        if found is None:
            word = unicodedata.normalize("NFC", word)
            lower, first = lowered(word, dotless=self.dotless), len(self.vocabulary)
            pieces = [f"w{word}", f"s{shape_of(word)}", f"l{min(len(word), LONGEST)}"]
            pieces += [f"{n}<{lower[:n]}" for n in BEGINNINGS]
            pieces += [f"{n}>{lower[-n:]}" for n in ENDINGS]
            hashed = (crc32(piece.encode("utf-8", "surrogatepass")) for piece in pieces)
            found = [self.vocabulary.ids.get(lower, UNKNOWN)]
            found += [first + number % self.buckets for number in hashed]
            if len(self._known) < _REMEMBERED:
                self._known[word] = found
        return found


def lowered(word: str, *, dotless: bool) -> str:
    """Return a word as vocabularies have it: small letters, accents as one letter with theirs.

    Args:
        word: as it is written.
        dotless: whether I is the capital of ı, and İ that of i, as in Turkish.
    """
    word = unicodedata.normalize("NFC", word)
    if dotless:
        word = word.replace("İ", "i").replace("I", "ı")
    return word.lower()


def has_dotless(words: Iterable[str]) -> bool:
    """Say whether words are of a language that has ı beside i; a few foreign names are none."""
    without = within = 0
    for word in words:
        without += word.count("ı")
        within += word.count("i")
    return without > _DOTLESS * within


def shape_of(word: str) -> str:
    """Return a word with X for capitals, x for small letters, d for digits, each run once.

    >>> shape_of("McDonald's-99"), shape_of("U.S.")
    ("XxXx'x-d", 'X.X.')
    """
    shape = ""
    for letter in word:
        kind = letter
        if letter.isupper():
            kind = "X"
        elif letter.islower():
            kind = "x"
        elif letter.isdigit():
            kind = "d"
        elif letter.isalpha():
            kind = "c"
        if not shape.endswith(kind):
            shape += kind
    return shape
