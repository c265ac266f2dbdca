"""What is frequent among the training rows: words, and pairs of neighbouring words."""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt

from elman.data.large import counted, spans
from elman.data.text.corpus import Corpus
from elman.data.text.features import Terms
from elman.data.text.unlabelled import Unlabelled
from elman.data.text.vocabulary import SPECIAL_WORDS, Vocabulary

__all__ = ["build_vocabulary", "frequent_terms"]


def build_vocabulary(
    corpus: Corpus,
    rows: npt.NDArray[np.int64],
    *,
    max_words: int,
    min_count: int,
    also: Unlabelled | None = None,
) -> Vocabulary:
    """Count the words of some rows and keep the most frequent.

    Args:
        corpus: where to count.
        rows: numbers of the rows to count: the training rows, never those held out.
        max_words: size of the vocabulary at most, the two special words included.
        min_count: a word that occurs less often is left out.
        also: texts without labels, all of whose words count too.
    """
    types = corpus.word_types if also is None else also.word_types
    counts = counted(np.zeros(0, np.int32) if also is None else also.tokens, kinds=len(types))
    for places, _ in spans(corpus.offsets, rows):
        counts += np.bincount(corpus.tokens[places], minlength=len(counts))
    kept = np.flatnonzero(counts >= max(min_count, 1))
    ranked = zip((-counts[kept]).tolist(), (types[id] for id in kept), strict=True)
    words = heapq.nsmallest(max(max_words - len(SPECIAL_WORDS), 0), ranked)
    return Vocabulary((*SPECIAL_WORDS, *(word for _, word in words)))


def frequent_terms(
    corpus: Corpus, rows: npt.NDArray[np.int64], vocabulary: Vocabulary, *, most: int
) -> Terms:
    """Return words that the vocabulary does not hold, and pairs of neighbouring words.

    Where that is more than `most` the rarest are left out, those that occur once always.

    Args:
        corpus: where to count.
        rows: numbers of the rows to count: never those that judge.
        vocabulary: words that are no terms.
        most: terms to return at most.
    """
    kinds = len(corpus.word_types)
    seen, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for places, many in spans(corpus.offsets, rows):
        words = corpus.tokens[places].astype(np.int64)
        inner = np.ones(len(words), bool)  # of its row not the first
        inner[(np.cumsum(many) - many)[many > 0]] = False
        pairs = np.flatnonzero(inner)
        keys = np.concatenate([words[pairs - 1] * kinds + words[pairs] + kinds, words])
        keys, n = np.unique(keys, return_counts=True)
        merged, where = np.unique(np.concatenate([seen, keys]), return_inverse=True)
        counts = np.bincount(where, np.concatenate([counts, n]), len(merged)).astype(np.int64)
        seen = merged
    types = corpus.word_types
    known = np.fromiter((word in vocabulary.ids for word in types), bool, kinds)
    kept = np.flatnonzero((seen >= kinds) | ~known[np.minimum(seen, kinds - 1)])
    if len(kept) > most:
        kept = kept[counts[kept] > 1]
    kept = kept[np.lexsort((seen[kept], -counts[kept]))][:most]
    single = seen[kept] < kinds
    first, second = np.divmod(np.maximum(seen[kept] - kinds, 0), kinds)
    return Terms(
        tuple(
            types[key] if alone else f"{types[a]} {types[b]}"
            for key, alone, a, b in zip(seen[kept], single, first, second, strict=True)
        )
    )
