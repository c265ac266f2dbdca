"""The honest opponents: what a recurrent classifier must beat, trained on the same rows.

    majority            always the most frequent class
    tfidf_logistic      TF-IDF of words and word pairs, logistic regression
    mean_embedding      mean of learnt word vectors, linear (Iyyer et al. 2015; Joulin et al. 2016)
    convolution         one width-3 convolution, largest value over time (Kim 2014, arXiv 1408.5882)

None sees the test rows before it is judged; the strength of the regression's penalty is chosen on
the validation part, and the small nets stop early on it, as the recurrent model does.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from torch import Tensor, nn

from elman.judging.classes.decision import Decision
from elman.nn.pooling import pool
from elman.tasks.examples import TextExamples
from elman.training.config import LoopConfig
from elman.training.loop import fit
from elman.training.problem import Progress

__all__ = ["MAX_LENGTH", "convolution", "majority", "mean_embedding", "tfidf_logistic"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MAX_LENGTH = 400
"""Words the small nets read of a row, first and last; the regression reads all."""

_STRENGTHS = (1.0, 10.0, 30.0)
"""Inverse penalties tried for the regression; wider grids never won by more than 0.1 points."""


def majority(truth: Ints, decision: Decision, rows: int) -> Floats:
    """Give every row the class shares of the training part."""
    if decision.kind == "multilabel":
        share = truth.mean(0)
    else:
        share = np.bincount(truth, minlength=len(decision.classes)) / len(truth)
    return np.tile(share, (rows, 1))


def tfidf_logistic(
    tokens: NDArray[np.int32],
    offsets: Ints,
    targets: Ints,
    decision: Decision,
    *,
    train: Ints,
    validation: Ints,
    test: Ints,
    balanced: bool = False,
    refit: bool = False,
    strengths: Sequence[float] = _STRENGTHS,
) -> Floats:
    """Return probabilities `(len(test), K)`; terms in fewer than two training rows are left out.

    With `refit` the regression of the chosen penalty is fitted again, on validation rows too.
    """
    terms = _Terms(tokens, offsets, train)
    scale = TfidfTransformer(sublinear_tf=True)
    x = scale.fit_transform(terms.count(train))

    def probabilities(model: Any, rows: Ints) -> Floats:
        return _probabilities(model, scale.transform(terms.count(rows)), decision)

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
        return tfidf_logistic(
            tokens,
            offsets,
            targets,
            decision,
            train=np.concatenate([train, validation]),
            validation=validation[:0],
            test=test,
            balanced=balanced,
            strengths=(best[1],),
        )
    return probabilities(best[2], test)


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


class _MeanEmbedding(nn.Module):
    def __init__(self, words: int, outputs: int, *, width: int = 64) -> None:
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.fc = nn.Linear(width, outputs)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        pooled = pool(self.embedding(x), lengths, ("mean",), bidirectional=False)
        result: Tensor = self.fc(pooled)
        return result


class _Convolution(nn.Module):
    def __init__(self, words: int, outputs: int, *, width: int = 32, filters: int = 64) -> None:
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.conv = nn.Conv1d(width, filters, 3, padding=1)
        self.fc = nn.Linear(filters, outputs)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        found = torch.relu(self.conv(self.embedding(x).transpose(1, 2))).transpose(1, 2)
        pooled = pool(found, lengths, ("max",), bidirectional=False)
        result: Tensor = self.fc(nn.functional.dropout(pooled, 0.5, self.training))
        return result


Report = Callable[[Progress], None]


def mean_embedding(
    examples: TextExamples, words: int, test: Ints, *, seed: int, report: Report | None = None
) -> Floats:
    """Return probabilities `(len(test), K)`."""
    torch.manual_seed(seed)
    net = _MeanEmbedding(words, examples.decision.outputs)
    return _trained(net, examples, test, LoopConfig(0, learning_rate=1e-2, seed=seed), report)


def convolution(
    examples: TextExamples, words: int, test: Ints, *, seed: int, report: Report | None = None
) -> Floats:
    """Return probabilities `(len(test), K)`."""
    torch.manual_seed(seed)
    net = _Convolution(words, examples.decision.outputs)
    return _trained(net, examples, test, LoopConfig(0, learning_rate=3e-3, seed=seed), report)


def _trained(
    net: nn.Module, examples: TextExamples, test: Ints, config: LoopConfig, report: Report | None
) -> Floats:
    epochs = max(4, min(30, 40_000 // max(len(examples.train), 1)))
    fit(net, examples, dataclasses.replace(config, epochs=epochs, patience=2), report=report)
    return examples.decision.probabilities(examples.logits(net, test))
