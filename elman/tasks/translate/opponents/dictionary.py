"""Word by word from a dictionary that is learnt from which words occur together.

Every target word of a pair comes from one word of its source, or from none; how often which comes
from which is estimated by expectation and maximisation (Brown et al. 1993, model 1). A word is
translated by the likeliest, in the order of the source; an unknown one, and punctuation, is copied.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from elman.data.parallel.pieces import words_of

__all__ = ["dictionary", "word_by_word"]

ROUNDS = 5

MOST = 20_000_000
"""Pairs of words that are looked at; of more text the first pairs of sentences stand for all."""

Ints = NDArray[np.int64]


def dictionary(sources: Sequence[str], targets: Sequence[str]) -> dict[str, str]:
    """Return the likeliest translation of every word of the sources.

    Args:
        sources: sentences.
        targets: their translations.
    """
    numbers: tuple[dict[str, int], dict[str, int]] = ({"": 0}, {})  # "" is no word
    groups: list[Ints] = []
    held, t_words = 0, 0
    of_source: list[Ints] = []
    of_target: list[Ints] = []
    for source, target in zip(sources, targets, strict=True):
        s, t = (
            np.array([own.setdefault(word, len(own)) for word in _words(text)], np.int64)
            for own, text in zip(numbers, (source, target), strict=True)
        )
        s = np.append(s, 0)
        if held + len(s) * len(t) > MOST:
            break
        held += len(s) * len(t)
        of_source.append(np.repeat(s, len(t)))
        of_target.append(np.tile(t, len(s)))
        groups.append(t_words + np.tile(np.arange(len(t)), len(s)))
        t_words += len(t)
    if not groups:
        return {}
    said = [*numbers[1]]
    both = np.concatenate(of_source) * len(said) + np.concatenate(of_target)
    cells, cell = np.unique(both, return_inverse=True)
    group = np.concatenate(groups)
    owner, word = np.divmod(cells, len(said))
    # p(target word | source word), by cell: at first all that occur together are as likely
    p = np.ones(len(cells))
    for _ in range(ROUNDS):
        share = p[cell]
        share /= np.bincount(group, share)[group]
        counts = np.bincount(cell, share, minlength=len(cells))
        p = counts / np.bincount(owner, counts)[owner]
    # by source word, the likeliest last
    order = np.lexsort((p, owner))
    ends = np.flatnonzero(np.diff(owner[order], append=-1))
    best = {int(owner[order[end]]): said[word[order[end]]] for end in ends}
    return {name: best[number] for name, number in numbers[0].items() if name and number in best}


def word_by_word(known: dict[str, str], sources: Sequence[str]) -> list[str]:
    """Translate sentences with a dictionary."""
    return ["".join(known.get(word, word) for word in words_of(s)).strip() for s in sources]


def _words(text: str) -> list[str]:
    return [word for word in dict.fromkeys(words_of(text)) if word.strip().isalnum()]
