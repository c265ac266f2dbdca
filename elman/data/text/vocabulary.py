"""Words become numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from elman.schema import repeated

__all__ = ["MAX_VOCABULARY", "PADDING", "SPECIAL_WORDS", "UNKNOWN", "Vocabulary"]

PADDING, UNKNOWN = 0, 1
"""Ids that every vocabulary keeps for padding and for words it does not hold."""

SPECIAL_WORDS = ("<pad>", "<unk>")

MAX_VOCABULARY = 1_000_000
"""More words than this are refused when a vocabulary is read: the file is not one of ours."""


@dataclass(frozen=True)
class Vocabulary:
    """The words a model knows; a word's place in `words` is its id.

    Ids 0 and 1 are padding and the unknown word; then come the words by falling count, equal
    counts in alphabetical order.
    """

    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def ids(self) -> dict[str, int]:
        """The id of each word."""
        return {word: id for id, word in enumerate(self.words)}

    def encode(self, tokens: Iterable[str]) -> npt.NDArray[np.int32]:
        """The ids of tokens `(T,)`; UNKNOWN where a word is not in the vocabulary."""
        known = self.ids.get
        return np.array([known(token, UNKNOWN) for token in tokens], dtype=np.int32)

    def to_json(self) -> dict[str, object]:
        """Plain data for a json file."""
        return {"words": list(self.words)}

    @classmethod
    def from_json(cls, value: object) -> Vocabulary:
        """Read what `to_json` wrote; anything else is refused.

        Raises:
            ValueError: not a vocabulary; the message says what is wrong with it.
        """
        words = value.get("words") if isinstance(value, dict) and len(value) == 1 else None
        if not isinstance(words, list):
            raise ValueError('a vocabulary is {"words": […]} and nothing else')
        if len(words) > MAX_VOCABULARY:
            raise ValueError(f"{len(words):,} words; at most {MAX_VOCABULARY:,} are read")
        if tuple(words[:2]) != SPECIAL_WORDS:
            raise ValueError(f"words must begin with {' '.join(SPECIAL_WORDS)}")
        for id, word in enumerate(words):
            if not isinstance(word, str) or not word:
                raise ValueError(f"word {id} is {word!r:.40}, not a text")
        if twice := repeated(words):
            raise ValueError(f'word "{twice:.40}" stands twice')
        return cls(tuple(map(sys.intern, words)))
