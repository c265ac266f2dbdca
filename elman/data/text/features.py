"""What the network reads of a word: its number, and on request its beginning and end, its pair.

A step is then several numbers whose embeddings are added up. Beginning and end (hashed) let a word
that was never seen borrow from those of its stem and its ending (Bojanowski et al. 2017); the pair
a word makes with the one before gives what "not good" means without waiting for the recurrence.
But: hashed numbers may collide; that is the price of a table of fixed size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from elman import native
from elman.data.text.lookup.lexicon import Lexicon, Looked, Piece
from elman.data.text.vocabulary import MAX_VOCABULARY, PADDING, UNKNOWN, Vocabulary
from elman.data.text.words import tokenize
from elman.schema import repeated

__all__ = ["Features", "Ids", "Terms", "numbered"]

PREFIX, SUFFIX = 4, 3
"""Letters of the beginning and of the end; whole words where they are shorter."""

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Terms:
    """What only the linear part reads: words, and pairs as "first second"."""

    words: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Plain data for a json file."""
        return {"terms": list(self.words)}

    @classmethod
    def from_json(cls, value: object, vocabulary: Vocabulary) -> Terms:
        """Read what `to_json` wrote, beside its vocabulary; anything else is refused.

        Raises:
            ValueError: no such terms; the message says what is wrong with them.
        """
        terms = value.get("terms") if isinstance(value, dict) and len(value) == 1 else None
        if not isinstance(terms, list):
            raise ValueError('terms are {"terms": […]} and nothing else')
        if len(terms) > MAX_VOCABULARY:
            raise ValueError(f"{len(terms):,} terms; at most {MAX_VOCABULARY:,} are read")
        for n, term in enumerate(terms):
            if not isinstance(term, str) or not term:
                raise ValueError(f"term {n} is {term!r:.40}, not a text")
        if twice := repeated(terms) or next(filter(vocabulary.ids.__contains__, terms), ""):
            raise ValueError(f'term "{twice:.40}" stands twice')
        return cls(tuple(terms))


@dataclass(frozen=True)
class Features:
    """How a word becomes numbers.

    The columns of a step are: the word; beginning and end, if `affix_buckets`; the pair, as an
    entry "first second", if `pairs` are in the vocabulary or there are `terms`, be they few or
    none. Words have no space inside, so an entry with one is always a pair. The numbers of
    beginnings and ends follow those of the vocabulary, and those of the terms follow these.
    """

    vocabulary: Vocabulary
    affix_buckets: int = 0
    pairs: bool = False
    terms: Terms | None = None
    """Words that the vocabulary does not hold, and pairs, for a linear part, if there is one."""

    @property
    def embeddings(self) -> int:
        """Rows of the embedding that these numbers need."""
        return len(self.vocabulary) + self.affix_buckets

    @property
    def numbers(self) -> int:
        """How many there are, those of the terms included."""
        return self.embeddings + len(self._terms)

    @property
    def columns(self) -> int:
        """Numbers of one step."""
        return 1 + 2 * bool(self.affix_buckets) + self.reads_pairs

    @property
    def reads_pairs(self) -> bool:
        """Whether the last number of a step is that of the pair."""
        return self.pairs or self.terms is not None

    def entries(self) -> Iterator[tuple[str, int]]:
        """Return every word and pair that has a number, with it."""
        yield from self.vocabulary.ids.items()
        first = self.embeddings
        yield from ((term, first + n) for n, term in enumerate(self._terms))

    def encode(self, words: Sequence[str], before: str = "") -> Ids:
        """Return `(T,)` numbers, or `(T, columns)` where there are several.

        Args:
            words: tokens of a text, or of the next piece of one.
            before: the token before the first, "" at the beginning of a text.
        """
        return numbered(
            words,
            before,
            self._ids,
            buckets=self.affix_buckets,
            first_bucket=len(self.vocabulary),
            pairs=self.reads_pairs,
        )

    @property
    def _terms(self) -> tuple[str, ...]:
        return () if self.terms is None else self.terms.words

    @cached_property
    def _ids(self) -> dict[str, int]:
        return self.vocabulary.ids if self.terms is None else dict(self.entries())

    def read(self, texts: Sequence[str]) -> Looked:
        """Cut texts into words and return their numbers."""
        if self._lexicon is not None:
            return self._lexicon.read(texts)
        ids = [self.encode(tokenize(text)) for text in texts]
        ends = np.cumsum(np.fromiter(map(len, ids), np.int64, len(ids)))
        known = np.array([self.know(found) for found in ids], np.int64)
        return Looked(np.concatenate([self.encode([]), *ids]), ends, known)

    def read_on(self, text: str, before: str = "") -> Piece:
        """Cut the next piece of a text into words and return their numbers.

        Args:
            text: cut off at white space.
            before: the word before it, "" at the beginning of a text.
        """
        if self._lexicon is not None:
            return self._lexicon.read_on(text, before)
        words = tokenize(text)
        ids = self.encode(words, before)
        return Piece(ids, self.know(ids), words[-1] if words else "")

    @cached_property
    def _lexicon(self) -> Lexicon | None:
        if native.missing():
            return None
        V, terms = len(self.vocabulary), self._terms
        return Lexicon(
            [*self.vocabulary.words, *terms],
            np.concatenate([np.arange(V), np.arange(len(terms)) + self.embeddings]),
            pairs=self.reads_pairs,
            buckets=self.affix_buckets,
            first_bucket=V,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        # What is ready to look up belongs to one object of one process.
        return Features, (self.vocabulary, self.affix_buckets, self.pairs, self.terms)

    def know(self, ids: npt.NDArray[Any]) -> bool:
        """Whether any word of a text's numbers says something.

        The beginning and the end of a word say something of one that the vocabulary does not hold.
        """
        words = ids if ids.ndim == 1 else ids[:, 0]
        return bool((words != UNKNOWN).any()) or (self.affix_buckets > 0 and len(words) > 0)


def numbered(
    words: Sequence[str],
    before: str,
    ids: Mapping[str, int],
    *,
    buckets: int,
    first_bucket: int,
    pairs: bool,
) -> Ids:
    """Return the numbers of words, as `Features.encode` does.

    Args:
        words: tokens.
        before: the one before the first.
        ids: of words, and of pairs as "first second".
        buckets: numbers for beginnings and ends; 0 for none.
        first_bucket: the first of these.
        pairs: whether the last number of a step is that of the pair.
    """
    known = ids.get
    columns = [np.array([known(word, UNKNOWN) for word in words], np.int32)]
    for parts in _edges(words) if buckets else ():
        hashed = (first_bucket + crc32(part.encode()) % buckets for part in parts)
        columns.append(np.fromiter(hashed, np.int32, len(words)))
    if pairs:
        both = zip([before, *words], words, strict=False)
        columns.append(np.array([known(f"{a} {b}", PADDING) for a, b in both], np.int32))
    return columns[0] if len(columns) == 1 else np.stack(columns, axis=1)


def _edges(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the beginning and the end of each word."""
    return ["<" + word[:PREFIX] for word in words], [word[-SUFFIX:] + ">" for word in words]
