"""What is frequent among the training rows: words, and pairs of neighbouring words."""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt

from elman.data.text.corpus import Corpus
from elman.data.text.encode import pair_keys
from elman.data.text.spool import pieces
from elman.data.text.vocabulary import SPECIAL_WORDS, Vocabulary

__all__ = ["build_vocabulary", "frequent_pairs"]


def build_vocabulary(
    corpus: Corpus, rows: npt.NDArray[np.bool_], *, max_words: int, min_count: int
) -> Vocabulary:
    """Count the words of some rows and keep the most frequent.

    Args:
        rows: `(N,)` mask of the rows to count: the training rows, never those held out.
        max_words: size of the vocabulary at most, the two special words included.
        min_count: a word that occurs less often is left out.
    """
    counts = np.zeros(len(corpus.word_types), dtype=np.int64)
    for piece in pieces(len(corpus.tokens)):
        counts += np.bincount(
            corpus.tokens[piece][_counted(corpus, rows, piece)], minlength=len(counts)
        )
    kept = np.flatnonzero(counts >= max(min_count, 1))
    ranked = zip((-counts[kept]).tolist(), (corpus.word_types[id] for id in kept), strict=True)
    words = heapq.nsmallest(max(max_words - len(SPECIAL_WORDS), 0), ranked)
    return Vocabulary((*SPECIAL_WORDS, *(word for _, word in words)))


def frequent_pairs(
    corpus: Corpus, rows: npt.NDArray[np.bool_], *, max_pairs: int, min_count: int
) -> list[str]:
    """Return the most frequent pairs of neighbouring words, as "first second".

    Args:
        corpus: where to count.
        rows: `(N,)` mask of the rows to count: the training rows, never those held out.
        max_pairs: pairs to return at most.
        min_count: a pair that occurs less often is left out.
    """
    kinds = len(corpus.word_types)
    seen, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for piece in pieces(len(corpus.tokens)):
        keys = pair_keys(corpus.tokens, corpus.offsets, piece, kinds)
        keys = keys[(keys >= 0) & _counted(corpus, rows, piece)]
        keys, n = np.unique(keys, return_counts=True)
        merged, where = np.unique(np.concatenate([seen, keys]), return_inverse=True)
        counts = np.bincount(where, np.concatenate([counts, n]), len(merged)).astype(np.int64)
        seen = merged
    kept = np.flatnonzero(counts >= min_count)
    kept = kept[np.lexsort((seen[kept], -counts[kept]))][:max_pairs]
    first, second = np.divmod(seen[kept], kinds)
    types = corpus.word_types
    return [f"{types[a]} {types[b]}" for a, b in zip(first, second, strict=True)]


def _counted(corpus: Corpus, rows: npt.NDArray[np.bool_], piece: slice) -> npt.NDArray[np.bool_]:
    """Which words of a piece stand in the rows of the mask."""
    places = np.arange(piece.start, piece.stop)
    return rows[np.searchsorted(corpus.offsets, places, side="right") - 1]
