"""The words of texts as one piece of bytes each, and the different ones, numbered as they come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from elman import native
from elman.data.text.lookup.characters import all_spelled, pages
from elman.data.text.words import all_resolved, tokenize

__all__ = ["WordTypes", "joined_words"]


def joined_words(texts: Sequence[str]) -> list[bytes]:
    """Return of each text the tokens with a space between two of them, in UTF-8.

    >>> joined_words(["Don't miss it: 9.5/10!"])
    [b"don't miss it 9.5 10 !"]
    """
    if native.missing():
        return [" ".join(tokenize(text)).encode() for text in texts]
    texts = all_spelled(all_resolved(texts))
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends, whole = np.cumsum([*map(len, encoded)], dtype=np.int64), b"".join(encoded)
    found = native.cut(whole, ends, pages().address)
    if found is None:
        pages().make(texts)
        found = native.cut(whole, ends, pages().address)
    assert found is not None
    words, last = found[0], found[1].tolist()
    return [words[begin:end] for begin, end in zip([0, *(n + 1 for n in last)], last, strict=False)]


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

    def number(self, words: bytes) -> NDArray[np.int32]:
        """Return the numbers `(T,)` of words as `joined_words` gives them."""
        if self._words is not None:
            return self._words.number(words)
        numbers, found = self._numbers, words.decode().split()
        return np.array([numbers.setdefault(word, len(numbers)) for word in found], np.int32)

    def words(self) -> list[str]:
        """Return all words in the order of their numbers."""
        return list(self._numbers) if self._words is None else self._words.all()
