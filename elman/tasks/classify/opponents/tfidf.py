"""TF-IDF of words and word pairs under logistic regression: the opponent that usually wins."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import diags
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from elman.data.text.vocabulary import PADDING
from elman.judging.classes.decision import Decision
from elman.tasks.classify.linear.counts import counts
from elman.tasks.classify.rows.rows import Prepared

__all__ = ["tfidf_logistic"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_STRENGTHS = (1.0, 10.0, 30.0)
"""Inverse penalties tried for the regression; wider grids never won by more than 0.1 points."""


def tfidf_logistic(prepared: Prepared, *, balanced: bool = False, refit: bool = False) -> Floats:
    """Return probabilities `(len(test), K)`; terms of fewer than two training rows are left out.

    With `refit` the regression of the chosen penalty is fitted again, on validation rows too.
    """
    rows = prepared.rows
    decision, targets, (train, validation) = rows.decision, rows.targets, rows.few
    seen, found = _weighed(prepared, train, validation)
    best: tuple[float, float, Any] = (-1.0, _STRENGTHS[0], None)
    for strength in _STRENGTHS:
        model = _fitted(strength, seen, targets[train], decision, balanced=balanced)
        p = _probabilities(model, found, decision)
        right = float(decision.right(p, targets[validation]).mean()) if len(validation) else 0.0
        if right < best[0]:
            break
        if right > best[0]:
            best = (right, strength, model)
    if refit and len(validation):
        train = np.concatenate([train, validation])
        seen, found = _weighed(prepared, train, rows.test)
        model = _fitted(best[1], seen, targets[train], decision, balanced=balanced)
        return _probabilities(model, found, decision)
    return _probabilities(best[2], _weighed(prepared, train, rows.test)[1], decision)


def _weighed(prepared: Prepared, train: Ints, others: Ints) -> tuple[Any, Any]:
    """Return TF-IDF of some rows, and of others by the rarity of terms among the first."""
    offsets = prepared.rows.offsets
    seen, found = (
        diags(np.sqrt(offsets[part + 1] - offsets[part])) @ counts(prepared, part).matrix()
        for part in (train, others)
    )
    often = np.bincount(seen.indices, minlength=seen.shape[1]) >= 2
    often[PADDING] = True  # a column of nothing, for a regression asks for one
    terms = np.flatnonzero(often)
    scale = TfidfTransformer(sublinear_tf=True)
    return scale.fit_transform(seen[:, terms]), scale.transform(found[:, terms])


def _fitted(strength: float, x: Any, targets: Ints, decision: Decision, *, balanced: bool) -> Any:
    weights = "balanced" if balanced else None
    # the dual solver: the fastest here by far on few rows and many sparse terms
    one = LogisticRegression(
        C=strength,
        solver="liblinear",
        dual=True,
        tol=0.001,
        max_iter=2000,
        class_weight=weights,
        random_state=0,
    )
    model = one if decision.kind == "binary" else OneVsRestClassifier(one)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x, targets)
    return model


def _probabilities(model: Any, x: Any, decision: Decision) -> Floats:
    p = np.asarray(model.predict_proba(x))
    if p.shape[1] == len(decision.classes):
        return p
    full = np.zeros((p.shape[0], len(decision.classes)))
    full[:, model.classes_] = p
    return full
