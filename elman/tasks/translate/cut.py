"""Sentences as numbers of pieces: cut the usual way, or anew each time with joins left out."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from elman.data.parallel.pieces import Pieces, words_of

__all__ = ["Cut"]

WAYS = 8
"""Ways in which each word is cut at most; drawing among them costs no more than one."""

Ints = NDArray[np.int64]


class Cut:
    """Many sentences, by their words.

    Args:
        texts: the sentences.
        pieces: of which words are made.
        dropout: share of joins left out in the ways that are drawn; the first way leaves out none.
        seed: of the ways.
    """

    def __init__(self, texts: Sequence[str], pieces: Pieces, dropout: float, seed: int) -> None:
        kinds: dict[str, int] = {}
        self.rows = [
            np.array([kinds.setdefault(word, len(kinds)) for word in words_of(text)], np.int64)
            for text in texts
        ]
        chance = random.Random(seed)
        self.ways = WAYS if dropout else 1
        self.table = [
            pieces.numbers(pieces.cut_at_random(word, dropout, chance) if way else pieces.cut(word))
            for word in kinds
            for way in range(self.ways)
        ]
        usual = np.array([len(cut) for cut in self.table[:: self.ways]], np.int64)
        self.lengths = np.array([usual[row].sum() for row in self.rows], np.int64)
        """Pieces of each sentence, cut the usual way."""

    def usual(self, row: int) -> list[int]:
        """Return the pieces of a sentence."""
        return [n for word in self.rows[row] for n in self.table[word * self.ways]]

    def drawn(self, row: int) -> list[int]:
        """Return the pieces of a sentence, its words cut in ways that torch's generator draws."""
        words = self.rows[row]
        ways = torch.randint(self.ways, (len(words),)).numpy()
        return [n for way in words * self.ways + ways for n in self.table[way]]
