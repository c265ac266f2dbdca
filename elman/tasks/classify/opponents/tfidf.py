"""TF-IDF of words and word pairs under logistic regression: the opponent that usually wins."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from elman.judging.classes.decision import Decision
from elman.tasks.classify.rows.rows import Rows

__all__ = ["tfidf_logistic"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_STRENGTHS = (1.0, 10.0, 30.0)
"""Inverse penalties tried for the regression; wider grids never won by more than 0.1 points."""


def tfidf_logistic(
    rows: Rows,
    *,
    balanced: bool = False,
    refit: bool = False,
    strengths: Sequence[float] = _STRENGTHS,
) -> Floats:
    """Return probabilities `(len(test), K)`; terms in fewer than two training rows are left out.

    With `refit` the regression of the chosen penalty is fitted again, on validation rows too.
    """
    decision, targets = rows.decision, rows.targets
    train, validation = rows.train, rows.validation
    terms = _Terms(rows.tokens, rows.offsets, train)
    scale = TfidfTransformer(sublinear_tf=True)
    x = scale.fit_transform(terms.count(train))

    def probabilities(model: Any, some: Ints) -> Floats:
        return _probabilities(model, scale.transform(terms.count(some)), decision)

    best: tuple[float, float, Any] = (-1.0, 0.0, None)
    for strength in strengths:
        model = _regression(strength, decision, balanced=balanced)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(x, targets[train])
        right = 0.0
        if len(validation):
            right = float(
                decision.right(probabilities(model, validation), targets[validation]).mean()
            )
        if right < best[0]:
            break
        if right > best[0]:
            best = (right, strength, model)
    if refit and len(validation):
        every = replace(rows, train=np.concatenate([train, validation]), validation=validation[:0])
        return tfidf_logistic(every, balanced=balanced, strengths=(best[1],))
    return probabilities(best[2], rows.test)


def _regression(strength: float, decision: Decision, *, balanced: bool) -> Any:
    weights = "balanced" if balanced else None
    # primal TRON: the fastest solver here by far on few rows and many sparse terms
    one = LogisticRegression(C=strength, solver="liblinear", class_weight=weights)
    return one if decision.kind == "binary" else OneVsRestClassifier(one)


def _probabilities(model: Any, x: Any, decision: Decision) -> Floats:
    p = np.asarray(model.predict_proba(x))
    if p.shape[1] == len(decision.classes):
        return p
    full = np.zeros((p.shape[0], len(decision.classes)))
    full[:, model.classes_] = p
    return full


class _Terms:
    """Words and pairs of neighbours of a ragged corpus as columns of a sparse matrix."""

    def __init__(self, tokens: NDArray[np.int32], offsets: Ints, train: Ints) -> None:
        self.tokens, self.offsets = tokens, offsets
        keys, rows = self._keys(train)
        # each term once a row, then terms that at least two rows have
        order = np.lexsort((rows, keys))
        keys, rows = keys[order], rows[order]
        new_key = np.flatnonzero(np.diff(keys, prepend=-1))
        new_pair = np.diff(keys, prepend=-1).astype(bool) | np.diff(rows, prepend=-1).astype(bool)
        row_counts = np.add.reduceat(new_pair.astype(np.int64), new_key) if len(keys) else new_key
        self.known = keys[new_key][row_counts >= 2]

    def count(self, rows: Ints) -> Any:
        keys, where = self._keys(rows)
        shape = (len(rows), max(len(self.known), 1))
        if not len(self.known):
            return csr_matrix(shape, dtype=np.float64)
        column = np.minimum(np.searchsorted(self.known, keys), len(self.known) - 1)
        seen = self.known[column] == keys
        ones = np.ones(int(seen.sum()))
        return csr_matrix((ones, (where[seen], column[seen])), shape=shape)

    def _keys(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return term keys and the position in `rows` each stands in; a pair is a·2³² + b + 1."""
        lengths = self.offsets[rows + 1] - self.offsets[rows]
        where = np.repeat(np.arange(len(rows)), lengths)
        begin = np.cumsum(lengths) - lengths
        words = self.tokens[np.arange(len(where)) - (begin - self.offsets[rows])[where]]
        words = words.astype(np.int64)
        inside = where[1:] == where[:-1]
        pairs = ((words[:-1] + 1) << 32) + words[1:] + 1
        return np.concatenate([words, pairs[inside]]), np.concatenate([where, where[1:][inside]])
