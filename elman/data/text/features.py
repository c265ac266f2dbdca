"""What the network reads of a word: its number, and on request its beginning and end, its pair.

A step is then several numbers whose embeddings are added up. Beginning and end (hashed) let a word
that was never seen borrow from those of its stem and its ending (Bojanowski et al. 2017); the pair
a word makes with the one before gives what "not good" means without waiting for the recurrence.
But: hashed numbers may collide; that is the price of a table of fixed size.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

import numpy as np
import numpy.typing as npt

from elman.data.text.corpus import CHUNK, Corpus
from elman.data.text.words import PADDING, Vocabulary
from elman.errors import WorkError

__all__ = ["Features", "encode_rows", "frequent_pairs", "writing"]

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

    def _hashed(self, words: Sequence[str], *, beginning: bool) -> Ids:
        parts = ("<" + w[:PREFIX] if beginning else w[-SUFFIX:] + ">" for w in words)
        first = len(self.vocabulary)
        return np.array([first + crc32(p.encode()) % self.affix_buckets for p in parts], np.int32)


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
    for start in range(0, len(corpus.tokens), CHUNK):
        keys = _pair_keys(corpus.tokens, corpus.offsets, start, kinds)
        row = np.searchsorted(corpus.offsets, start + np.arange(len(keys)), side="right") - 1
        keys, n = np.unique(keys[(keys >= 0) & rows[row]], return_counts=True)
        merged, where = np.unique(np.concatenate([seen, keys]), return_inverse=True)
        counts = np.bincount(where, np.concatenate([counts, n]), len(merged)).astype(np.int64)
        seen = merged
    kept = np.flatnonzero(counts >= min_count)
    kept = kept[np.lexsort((seen[kept], -counts[kept]))][:max_pairs]
    first, second = np.divmod(seen[kept], kinds)
    types = corpus.word_types
    return [f"{types[a]} {types[b]}" for a, b in zip(first, second, strict=True)]


def encode_rows(
    tokens: Ids,
    offsets: npt.NDArray[np.int64],
    word_types: Sequence[str],
    features: Features,
    path: Path,
) -> Ids:
    """Write the numbers of every word of a corpus and map them: as `Features.encode`, by table.

    Args:
        tokens: `(words,)` places in `word_types`.
        offsets: `(N + 1,)` where each row begins.
        word_types: the different words.
        features: how a word becomes numbers.
        path: the file to write.

    Returns:
        `(words,)` or `(words, columns)`, memory-mapped.
    """
    alone = Features(features.vocabulary, features.affix_buckets)
    table = alone.encode(word_types)  # (types,) or (types, 3)
    keys, ids = _known_pairs(features, word_types)
    shape = (len(tokens),) if features.columns == 1 else (len(tokens), features.columns)
    with writing(path) as file:
        for start in range(0, len(tokens), CHUNK):
            rows = table[tokens[start : start + CHUNK]].reshape(-1, alone.columns)
            if features.pairs:
                wanted = _pair_keys(tokens, offsets, start, len(word_types))
                place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
                pairs = np.where(keys[place] == wanted, ids[place], PADDING)
                rows = np.hstack([rows, pairs[:, None].astype(np.int32)])
            rows.tofile(file)
    if not len(tokens):
        return np.zeros(shape, np.int32)
    return np.memmap(path, np.int32, "r", shape=shape)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Open a file of numbers to write; a full disk becomes a WorkError that names it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            yield file
    except OSError as fault:
        why = f"cannot be written: {fault.strerror or fault}"
        raise WorkError(f"{path}: {why}. Free space or name another directory.") from fault


def _pair_keys(
    tokens: Ids, offsets: npt.NDArray[np.int64], start: int, kinds: int
) -> npt.NDArray[np.int64]:
    """One number for the pair each word makes with the one before; -1 where a row begins."""
    words = tokens[start : start + CHUNK].astype(np.int64)
    before = np.concatenate([tokens[max(start - 1, 0) : start], words[:-1]])
    before = before if len(before) == len(words) else np.concatenate([[0], before])
    keys = before * kinds + words
    begins = offsets[np.searchsorted(offsets, start) : np.searchsorted(offsets, start + len(words))]
    keys[begins - start] = -1
    return keys


def _known_pairs(
    features: Features, word_types: Sequence[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Keys of the vocabulary's pairs in the numbering of `word_types`, sorted, and their ids."""
    places = {word: n for n, word in enumerate(word_types)}
    keys, ids = [-2], [PADDING]
    for entry, id in features.vocabulary.ids.items() if features.pairs else ():
        first, space, second = entry.partition(" ")
        if space and first in places and second in places:
            keys.append(places[first] * len(word_types) + places[second])
            ids.append(id)
    order = np.argsort(keys)
    return np.array(keys, np.int64)[order], np.array(ids, np.int64)[order]
