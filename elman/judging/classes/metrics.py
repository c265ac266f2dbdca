"""Figures of classification, each with its 95 % interval.

numpy only, so that `elman evaluate` needs neither torch nor scikit-learn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.bootstrap import resampled_totals
from elman.judging.classes.decision import Decision
from elman.judging.interval import share_interval
from elman.judging.reliability import calibration_error

__all__ = [
    "classification_metrics",
    "confusion",
    "each_sure",
    "log_loss",
    "per_class",
    "row_losses",
]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def classification_metrics(
    decision: Decision, probabilities: Floats, truth: Ints
) -> dict[str, Any]:
    """Judge probabilities `(N, K)` against class numbers `(N,)`, or indicators `(N, K)`.

    Intervals: Wilson for accuracy; percentiles of 1,000 resamplings of the rows for macro F1.
    Macro F1 is over the classes that occur or are answered, as scikit-learn's. For multi-label,
    `accuracy` asks for all labels of a row to be right.
    """
    chosen = decision.choose(probabilities)
    multi = decision.kind == "multilabel"
    right = (chosen == truth).all(1) if multi else chosen == truth
    counts = _outcomes(chosen, truth, len(decision.classes), multi=multi)  # (N, K, 3)
    macro, interval = _macro_f1(counts)
    metrics: dict[str, Any] = {
        "accuracy": float(right.mean()),
        "accuracy_ci95": share_interval(int(right.sum()), len(right)),
        "macro_f1": macro,
        "macro_f1_ci95": interval,
        "log_loss": log_loss(probabilities, truth),
        "ece": calibration_error(*each_sure(probabilities, truth)),
    }
    if multi:
        tp, fp, fn = counts.sum((0, 1))
        metrics["micro_f1"] = float(2 * tp / max(2 * tp + fp + fn, 1))
    return metrics


def confusion(chosen: Ints, truth: Ints, classes: int) -> Ints:
    """Return `(K, K)` counts, rows the truth, columns the answer."""
    return np.bincount(truth * classes + chosen, minlength=classes**2).reshape(classes, classes)


def per_class(
    decision: Decision, probabilities: Floats, truth: Ints
) -> dict[str, dict[str, float]]:
    """Return precision, recall, F1 and support of each class."""
    multi = decision.kind == "multilabel"
    counts = _outcomes(decision.choose(probabilities), truth, len(decision.classes), multi=multi)
    result = {}
    for name, (tp, fp, fn) in zip(decision.classes, counts.sum(0), strict=True):
        result[name] = {
            "precision": float(tp / max(tp + fp, 1)),
            "recall": float(tp / max(tp + fn, 1)),
            "f1": float(2 * tp / max(2 * tp + fp + fn, 1)),
            "support": int(tp + fn),
        }
    return result


def each_sure(probabilities: Floats, truth: Ints) -> tuple[Floats, NDArray[np.bool_]]:
    """Return what was said with which probability, and whether it was so.

    For one label a row, of the most probable class; for multi-label, of every label.
    """
    if truth.ndim == 2:
        return probabilities.ravel(), truth.ravel() == 1
    return probabilities.max(1), probabilities.argmax(1) == truth


def _outcomes(chosen: Ints, truth: Ints, classes: int, *, multi: bool) -> Ints:
    """Return `(N, K, 3)`: is it a true positive, a false positive, a false negative?"""
    if not multi:
        chosen, truth = (
            np.eye(classes, dtype=np.int64)[chosen],
            np.eye(classes, dtype=np.int64)[truth],
        )
    return np.stack([chosen & truth, chosen & ~truth & 1, ~chosen & 1 & truth], axis=2)


def _macro_f1(counts: Ints) -> tuple[float, list[float]]:
    def f1(total: NDArray[Any]) -> Floats:
        tp, fp, fn = np.moveaxis(total.astype(np.float64), -1, 0)
        weight = 2 * tp + fp + fn  # 0 for a class that neither occurs nor is answered
        each = 2 * tp / np.maximum(weight, 1)
        return np.asarray(each.sum(-1) / np.maximum((weight > 0).sum(-1), 1))

    low, high = np.percentile(f1(resampled_totals(counts)), [2.5, 97.5])
    return float(f1(counts.sum(0))), [float(low), float(high)]


def log_loss(probabilities: Floats, truth: Ints) -> float:
    """Return the mean negative log likelihood, in nats; for multi-label, per label."""
    return float(row_losses(probabilities, truth).mean())


def row_losses(probabilities: Floats, truth: Ints) -> Floats:
    """Return the negative log likelihood `(N,)` of each row's class, or mean over its labels."""
    p = np.clip(probabilities, 1e-12, 1 - 1e-12)
    if truth.ndim == 2:
        return np.asarray(-(truth * np.log(p) + (1 - truth) * np.log1p(-p)).mean(1))
    return np.asarray(-np.log(p[np.arange(len(truth)), truth]))
