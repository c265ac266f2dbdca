"""Many texts to numbers in one call of C++: cut into words, and every word and pair looked up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman import native
from elman.data.text.lookup.characters import pages, spelled
from elman.data.text.vocabulary import PADDING, UNKNOWN
from elman.data.text.words import resolved

__all__ = ["Lexicon", "Looked", "Piece"]

Ids = NDArray[np.int32]


class Looked(NamedTuple):
    """What was found of some texts."""

    ids: Ids
    """`(ΣT,)` numbers of the words, or `(ΣT, columns)`, one text after another."""
    ends: NDArray[np.int64]
    """`(N,)`: where the steps of each end."""
    known: NDArray[np.int64]
    """`(N,)`: 1 where a word of it says something."""


class Piece(NamedTuple):
    """What was found of the next piece of a text."""

    ids: Ids
    """As of `Looked`."""
    known: bool
    """Whether a word of it says something."""
    last: str
    """Its last word; "" where it has none."""


class Lexicon:
    """Words and pairs with their numbers, as `Features` has them.

    Args:
        entries: words, and pairs as "first second"; of equal ones the last counts.
        ids: `(N,)` their numbers.
        pairs: whether the last number of a step is that of the pair.
        buckets: numbers for beginnings and ends of words; 0 for none.
        first_bucket: the first of these.
    """

    def __init__(
        self,
        entries: Sequence[str],
        ids: NDArray[np.int64],
        *,
        pairs: bool,
        buckets: int,
        first_bucket: int,
    ) -> None:
        encoded = [_encoded(entry) for entry in entries]
        self.columns = 1 + 2 * bool(buckets) + pairs
        self._words = native.Words(
            b"".join(encoded),
            np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded))),
            ids,
            unknown=UNKNOWN,
            nothing=PADDING,
            pairs=pairs,
            buckets=buckets,
            first_bucket=first_bucket,
        )

    def read(self, texts: Sequence[str]) -> Looked:
        """Look up the words of texts."""
        spelt = [_spelt(text) for text in texts]
        encoded = [_encoded(text) for text in spelt]
        ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        whole, threads = b"".join(encoded), native.threads()
        plain = all(map(str.isascii, spelt))
        found = self._words.read(whole, ends, 0 if plain else pages().address, threads)
        if found is None:
            pages().make(spelt)
            found = self._words.read(whole, ends, pages().address, threads)
        assert found is not None
        ids, last, known = found
        return Looked(ids[:, 0] if self.columns == 1 else ids, last, known)

    def read_on(self, text: str, before: str) -> Piece:
        """Look up the words of the next piece of a text that goes on after a word."""
        spelt = _spelt(text)
        whole, first = _encoded(spelt), before.encode()
        found = self._words.read_on(whole, first, 0 if spelt.isascii() else pages().address)
        if found is None:
            pages().make([spelt])
            found = self._words.read_on(whole, first, pages().address)
        assert found is not None
        ids, known, word = found
        return Piece(ids[:, 0] if self.columns == 1 else ids, known, word.decode())


def _spelt(text: str) -> str:
    text = resolved(text)
    return text if text.isascii() else spelled(text)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
