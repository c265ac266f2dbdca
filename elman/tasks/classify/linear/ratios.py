"""How much each word and pair speaks for each class, counted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from elman.tasks.classify.rows.rows import Prepared

__all__ = ["log_count_ratios", "shares"]

Ints = NDArray[np.int64]


def log_count_ratios(prepared: Prepared, train: Ints, most: int) -> NDArray[np.float32]:
    """Return how much each entry of the vocabulary speaks for each class, `(V, columns)`.

    For two classes one column, log p(word | 1) - log p(word | 0); for more, one a class (at most
    `most`), log p(word | class) less its mean over classes. p counts an entry once a row, in the
    rows `train` alone, and adds one.
    """
    rows, V = prepared.rows, len(prepared.features.vocabulary)
    classes = len(rows.decision.classes)
    K = min(classes, most)
    counts = np.ones((V, K))
    for part in np.array_split(train, max(1, len(train) // 10_000)):
        entries, where = _entries_of_rows(prepared, part)
        targets = rows.targets[part]
        member = targets if targets.ndim == 2 else np.eye(classes)[targets]
        pairs = np.sort(where * V + entries)  # sorting is ten times quicker than np.unique
        once = pairs[np.diff(pairs, prepend=-1) > 0]
        where, entries = np.divmod(once, V)
        for k in range(K):
            counts[:, k] += np.bincount(entries, member[where, k], V)
    logs = np.log(counts / counts.sum(0))
    ratios = logs - logs.mean(1, keepdims=True)
    if classes == 2 and rows.decision.kind == "binary":
        ratios = logs[:, 1:] - logs[:, :1]
    ratios[:2] = 0.0  # padding and the unknown word speak for nothing
    return np.asarray(ratios, np.float32)


def shares(prepared: Prepared, rows: Ints) -> Any:
    """Return `(len(rows), V)`: how often each entry occurs in a row, beside the row's words."""
    entries, where = _entries_of_rows(prepared, rows)
    lengths = np.diff(prepared.rows.offsets)[rows]
    shape = (len(rows), len(prepared.features.vocabulary))
    return csr_matrix((1.0 / lengths[where], (where, entries)), shape=shape)


def _entries_of_rows(prepared: Prepared, rows: Ints) -> tuple[Ints, Ints]:
    """Return the vocabulary entries of all rows, and the position in `rows` of each."""
    texts = list(prepared.texts(rows))
    where = np.repeat(np.arange(len(rows)), [text.size for text in texts])
    entries = np.concatenate([*(text.ravel() for text in texts), np.zeros(0, np.int32)])
    # 0 is "no such pair"; beyond the vocabulary are hashed beginnings and ends of words
    real = (entries > 0) & (entries < len(prepared.features.vocabulary))
    return entries[real].astype(np.int64), where[real]
