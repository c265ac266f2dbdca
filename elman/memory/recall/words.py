"""Recall among real words: the texts of a file stand where the noise was.

A sequence is the symbol, in the place of a text's first word, and the words that follow it; where a
text ends before the sequence does, the next one goes on. A fifth of the texts is kept for the
judgement alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain

import torch
from torch import Tensor

from elman.data.text.words import tokenize
from elman.errors import DataError
from elman.memory.recall.task import SYMBOLS

__all__ = ["Words", "words_of"]

_MOST_WORDS = 5000
"""The commonest are signs of their own; the rest share one."""


class Words:
    """The words of some texts, one text after another.

    Args:
        texts: each `(T,)` numbers from 8 on.
        signs: one more than the largest number.
    """

    def __init__(self, texts: list[list[int]], signs: int) -> None:
        self.signs = signs
        self._words = torch.tensor(list(chain.from_iterable(texts)))
        ends = torch.tensor([len(text) for text in texts]).cumsum(0)
        self._begins = torch.cat([torch.zeros(1, dtype=ends.dtype), ends[:-1]])

    def draw(self, n: int, steps: int, generator: torch.Generator) -> Tensor:
        """Return `(n, steps)`, each from a text's first word on."""
        begin = self._begins[torch.randint(len(self._begins), (n,), generator=generator)]
        return self._words[(begin[:, None] + torch.arange(steps)) % len(self._words)]


def words_of(texts: Iterable[str], *, least: int = 100) -> tuple[Words, Words]:
    """Split texts into those to train on and those to judge by.

    Every fifth text is for the judgement; the vocabulary is that of the others.

    Raises:
        DataError: fewer than `least` texts with a word in them.
    """
    tokens = [found for text in texts if (found := tokenize(text))]
    if len(tokens) < least:
        raise DataError(
            f"{len(tokens)} texts with words in them; recall among real words needs {least}"
        )
    seen = [text for n, text in enumerate(tokens) if n % 5]
    counts = Counter(chain.from_iterable(seen)).most_common(_MOST_WORDS)
    number = {word: SYMBOLS + 1 + n for n, (word, _) in enumerate(counts)}
    signs = SYMBOLS + 1 + len(number)
    numbered = [[number.get(word, SYMBOLS) for word in text] for text in tokens]
    return (
        Words([text for n, text in enumerate(numbered) if n % 5], signs),
        Words(numbered[::5], signs),
    )
