"""What the network reads of a word: its number, and on request its beginning and end, its pair.

A step is then several numbers whose embeddings are added up. Beginning and end (hashed) let a word
that was never seen borrow from those of its stem and its ending (Bojanowski et al. 2017); the pair
a word makes with the one before gives what "not good" means without waiting for the recurrence.
But: hashed numbers may collide; that is the price of a table of fixed size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from elman.data.text.vocabulary import PADDING, UNKNOWN, Vocabulary

__all__ = ["Features", "Ids"]

PREFIX, SUFFIX = 4, 3
"""Letters of the beginning and of the end; whole words where they are shorter."""

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Features:
    """How a word becomes numbers.

    The columns of a step are: the word; beginning and end, if `affix_buckets`; the pair, if
    `pairs`, as an entry "first second" of the vocabulary. Words have no space inside, so an entry
    with one is always a pair. The numbers of beginnings and ends follow those of the vocabulary.
    """

    vocabulary: Vocabulary
    affix_buckets: int = 0
    pairs: bool = False

    @property
    def embeddings(self) -> int:
        """Rows of the embedding that these numbers need."""
        return len(self.vocabulary) + self.affix_buckets

    @property
    def columns(self) -> int:
        """Numbers of one step."""
        return 1 + 2 * bool(self.affix_buckets) + self.pairs

    def encode(self, words: Sequence[str], before: str = "") -> Ids:
        """Return `(T,)` numbers, or `(T, columns)` where there are several.

        Args:
            words: tokens of a text, or of the next piece of one.
            before: the token before the first, "" at the beginning of a text.
        """
        ids = self.vocabulary.encode(words)
        if self.columns == 1:
            return ids
        columns = [ids]
        if self.affix_buckets:
            columns += [self._hashed(words, beginning=True), self._hashed(words, beginning=False)]
        if self.pairs:
            known = self.vocabulary.ids.get
            pairs = zip([before, *words], words, strict=False)
            columns.append(np.array([known(f"{a} {b}", PADDING) for a, b in pairs], np.int32))
        return np.stack(columns, axis=1) if len(ids) else np.zeros((0, self.columns), np.int32)

    def know(self, ids: npt.NDArray[Any]) -> bool:
        """Whether any word of a text's numbers says something.

        The beginning and the end of a word say something of one that the vocabulary does not hold.
        """
        words = ids if ids.ndim == 1 else ids[:, 0]
        return bool((words != UNKNOWN).any()) or (self.affix_buckets > 0 and len(words) > 0)

    def _hashed(self, words: Sequence[str], *, beginning: bool) -> Ids:
        parts = ("<" + w[:PREFIX] if beginning else w[-SUFFIX:] + ">" for w in words)
        first = len(self.vocabulary)
        return np.array([first + crc32(p.encode()) % self.affix_buckets for p in parts], np.int32)
