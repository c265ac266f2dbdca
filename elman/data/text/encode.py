"""A corpus as numbers that train: as `Features.encode` gives them, by table and on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from elman.data.large import pieces
from elman.data.text.features import Features, Ids
from elman.data.text.vocabulary import PADDING
from elman.files import writing

__all__ = ["encode_rows"]


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
    table = features.encode(word_types)  # (types,) or (types, columns)
    keys, ids = _known_pairs(features, word_types)
    shape = (len(tokens),) if features.columns == 1 else (len(tokens), features.columns)
    with writing(path) as file:
        for piece in pieces(len(tokens)):
            rows = table[tokens[piece]]
            if features.reads_pairs:
                wanted = _pair_keys(tokens, offsets, piece, len(word_types))
                place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
                rows[:, -1] = np.where(keys[place] == wanted, ids[place], PADDING)
            rows.tofile(file)
    if not len(tokens):
        return np.zeros(shape, np.int32)
    return np.memmap(path, np.int32, "r", shape=shape)


def _pair_keys(
    tokens: Ids, offsets: npt.NDArray[np.int64], piece: slice, kinds: int
) -> npt.NDArray[np.int64]:
    """One number for the pair each word makes with the one before; -1 where a row begins."""
    start = piece.start
    words = tokens[piece].astype(np.int64)
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
    for entry, id in features.entries() if features.reads_pairs else ():
        first, space, second = entry.partition(" ")
        if space and first in places and second in places:
            keys.append(places[first] * len(word_types) + places[second])
            ids.append(id)
    order = np.argsort(keys)
    return np.array(keys, np.int64)[order], np.array(ids, np.int64)[order]
