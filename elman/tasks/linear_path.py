"""A linear path beside the recurrence: every word and pair speaks for itself, weighted.

The path reads the mean, over the words of a text, of one learnt weight for each entry of the
vocabulary: logistic regression on naive-Bayes-scaled shares (Wang & Manning 2012, "Baselines and
Bigrams"; unlike there shares, not presences, so that it streams in constant memory). It is trained
first and alone; how much it and the recurrent network count is then fitted on the validation part.

In the saved network the weights are further columns of the embedding that the recurrence does not
read and the head takes from the pooled inputs: the runtime knows nothing of it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import log_loss
from elman.runtime.spec import NetworkSpec
from elman.tasks.prepare import Prepared

__all__ = [
    "MOST_OUTPUTS",
    "LinearPath",
    "fit_linear_path",
    "log_count_ratios",
    "mixture",
    "with_linear_path",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_OUTPUTS = 32
"""Outputs up to which the path is worth its columns."""

_STRENGTHS = (3.0, 30.0, 300.0, 3000.0)
"""Inverse penalties tried on the validation part; shares of words are small numbers."""


@dataclass(frozen=True)
class LinearPath:
    """`weights (V, outputs)` of every vocabulary entry, `bias (outputs,)`, and the strength."""

    weights: Floats
    bias: Floats
    strength: float

    def logits(self, prepared: Prepared, rows: Ints) -> Floats:
        """Return `(len(rows), outputs)`."""
        return np.asarray(_shares(prepared, rows) @ self.weights + self.bias)


def fit_linear_path(
    prepared: Prepared, train: Ints, *, strength: float | None = None, balanced: bool = False
) -> LinearPath:
    """Fit the path on some rows.

    Args:
        prepared: rows and vocabulary.
        train: row numbers to learn from.
        strength: inverse penalty; by default the one of least log loss on the validation part.
        balanced: weigh rare classes up.
    """
    decision, targets = prepared.rows.decision, prepared.rows.targets
    ratios = log_count_ratios(prepared, train, MOST_OUTPUTS)  # (V, outputs)
    shares = _shares(prepared, train)
    wanted = targets[train]
    if decision.kind != "multilabel":
        K = decision.outputs
        wanted = wanted[:, None] if K == 1 else np.eye(K, dtype=np.int64)[wanted]

    def fit(strength: float) -> LinearPath:
        columns, bias = [], []
        for k in range(decision.outputs):
            present = int(wanted[:, k].sum())
            if present in (0, len(train)):  # nothing to tell apart
                columns.append(np.zeros(len(ratios)))
                bias.append(float(np.log((present + 1) / (len(train) - present + 1))))
                continue
            weights = "balanced" if balanced else None
            model = LogisticRegression(C=strength, solver="liblinear", class_weight=weights)
            model.fit(shares @ diags(ratios[:, k]), wanted[:, k])
            columns.append(ratios[:, k] * model.coef_[0])
            bias.append(float(model.intercept_[0]))
        return LinearPath(np.stack(columns, axis=1), np.array(bias), strength)

    if strength is not None:
        return fit(strength)
    held = prepared.rows.validation

    def loss(path: LinearPath) -> float:
        return log_loss(decision.probabilities(path.logits(prepared, held)), targets[held])

    return min((fit(strength) for strength in _STRENGTHS), key=loss)


def mixture(
    decision: Decision, linear: Floats, recurrent: NDArray[Any], truth: Ints
) -> tuple[float, float]:
    """Return how much the linear and the recurrent logits count, by log loss on held-out rows."""

    def loss(parts: Floats) -> float:
        a, b = np.exp(parts)  # neither is turned round
        return log_loss(decision.probabilities(a * linear + b * recurrent), truth)

    found = minimize(loss, np.log([0.5, 0.5]), method="Nelder-Mead")
    a, b = np.exp(found.x)
    return float(a), float(b)


def with_linear_path(
    spec: NetworkSpec,
    tensors: dict[str, NDArray[np.float32]],
    path: LinearPath,
    parts: tuple[float, float],
) -> tuple[NetworkSpec, dict[str, NDArray[np.float32]]]:
    """Return the network whose outputs are parts[0] · linear + parts[1] · its own."""
    K, a, b = spec.outputs, *parts
    wide = dict(tensors)
    for prefix in [f"{member}." for member in range(spec.members)] if spec.members > 1 else [""]:
        embedding = tensors[f"{prefix}embedding.weight"]
        columns = np.zeros((len(embedding), K), np.float32)
        columns[: len(path.weights)] = path.weights
        wide[f"{prefix}embedding.weight"] = np.hstack([embedding, columns])
        for name in ("rnn.weight_ih_l0", "rnn.weight_ih_l0_reverse"):
            if prefix + name in tensors:
                weight = tensors[prefix + name]
                blind = np.zeros((len(weight), K), np.float32)
                wide[prefix + name] = np.hstack([weight, blind])
        head = np.float32(b) * tensors[f"{prefix}fc.weight"]
        wide[f"{prefix}fc.weight"] = np.hstack([head, np.float32(a) * np.eye(K, dtype=np.float32)])
        bias = b * tensors[f"{prefix}fc.bias"] + a * path.bias
        wide[f"{prefix}fc.bias"] = bias.astype(np.float32)
    return dataclasses.replace(spec, input_size=spec.input_size + K), wide


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


def _shares(prepared: Prepared, rows: Ints) -> Any:
    """Return `(len(rows), V)`: how often each entry occurs in a row, beside the row's words."""
    entries, where = _entries_of_rows(prepared, rows)
    lengths = np.diff(prepared.rows.offsets)[rows]
    shape = (len(rows), len(prepared.features.vocabulary))
    return csr_matrix((1.0 / lengths[where], (where, entries)), shape=shape)


def _entries_of_rows(prepared: Prepared, rows: Ints) -> tuple[Ints, Ints]:
    """Return the vocabulary entries of all rows, and the position in `rows` of each."""
    texts = [np.asarray(text) for text in prepared.texts(rows)]
    where = np.repeat(np.arange(len(rows)), [text.size for text in texts])
    entries = np.concatenate([*(text.ravel() for text in texts), np.zeros(0, np.int32)])
    # 0 is "no such pair"; beyond the vocabulary are hashed beginnings and ends of words
    real = (entries > 0) & (entries < len(prepared.features.vocabulary))
    return entries[real].astype(np.int64), where[real]
