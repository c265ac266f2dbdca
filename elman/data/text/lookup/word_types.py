"""The different words of texts, numbered as they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman import native
from elman.data.text.lookup.characters import pages, spelled
from elman.data.text.words import resolved, tokenize

__all__ = ["Taken", "WordTypes"]


class Taken(NamedTuple):
    """A text as numbers of its words."""

    ids: NDArray[np.int32]
    """`(T,)`."""
    content: bytes
    """Its words with a space between two of them, in UTF-8."""


class WordTypes:
    """Words by number, which a new one gets when it comes first.

    Args:
        words: that have the first numbers.
    """

    def __init__(self, words: Sequence[str] = ()) -> None:
        self._words: native.Words | None = None
        self._numbers = {word: n for n, word in enumerate(words)}
        if not native.missing():
            encoded = [word.encode("utf-8", "surrogatepass") for word in words]
            ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
            how = {"unknown": 0, "nothing": 0, "pairs": 0, "buckets": 0, "first_bucket": 0}
            self._words = native.Words(b"".join(encoded), ends, np.arange(len(ends)), **how)

    def take(self, text: str) -> Taken:
        """Return a text's numbers."""
        if self._words is None:
            words, numbers = tokenize(text), self._numbers
            ids = [numbers.setdefault(word, len(numbers)) for word in words]
            return Taken(np.array(ids, np.int32), " ".join(words).encode())
        text = resolved(text)
        if not text.isascii():
            text = spelled(text)
        whole = text.encode("utf-8", "surrogatepass")
        found = self._words.take(whole, 0 if text.isascii() else pages().address)
        if found is None:
            pages().make([text])
            found = self._words.take(whole, pages().address)
        assert found is not None
        return Taken(*found)

    def words(self) -> list[str]:
        """Return all words in the order of their numbers."""
        return list(self._numbers) if self._words is None else self._words.all()
