"""Fit what turns outputs into decisions, on the validation part: temperature and thresholds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import log_loss

__all__ = [
    "INVERSE_TEMPERATURES",
    "calibrated",
    "inverse_temperature",
    "least",
    "with_f1_thresholds",
]

INVERSE_TEMPERATURES = (1 / 8, 2.0)
"""The least and the most that logits are multiplied by."""


def calibrated(decision: Decision, logits: NDArray[Any], truth: NDArray[np.int64]) -> Decision:
    """Return the decision with the temperature of least log loss, between 1/2 and 8.

    One number for all classes (Guo et al. 2017): it changes no answer, only how sure it sounds.
    It never more than doubles the logits: a small validation part without an error would ask for
    certainty.
    """
    if not len(truth):
        return decision

    def loss(inverse: float) -> float:
        warmer = replace(decision, temperature=1 / inverse)
        return log_loss(warmer.probabilities(logits), truth)

    return replace(decision, temperature=1 / inverse_temperature(loss))


def inverse_temperature(loss: Callable[[float], float]) -> float:
    """Return what logits are multiplied by for the least loss, between 1/8 and 2.

    Log loss is convex in it.
    """
    return least(loss, *INVERSE_TEMPERATURES)


def least(
    loss: Callable[[float], float], low: float, high: float, *, within: float = 1e-3
) -> float:
    """Return where a loss that falls and then rises is least, by golden-section search."""
    shrink = (np.sqrt(5) - 1) / 2
    left, right = high - shrink * (high - low), low + shrink * (high - low)
    at_left, at_right = loss(left), loss(right)
    while high - low > within:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - shrink * (high - low)
            at_left = loss(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + shrink * (high - low)
            at_right = loss(right)
    return float((low + high) / 2)


def with_f1_thresholds(
    decision: Decision, probabilities: NDArray[np.float64], truth: NDArray[np.int64]
) -> Decision:
    """Return the decision with the threshold of best F1 for each label of a multi-label model.

    A binary model gets one threshold, of best macro F1; a multi-class one keeps its argmax.
    """
    if decision.kind == "multiclass" or not len(truth):
        return decision
    if decision.kind == "binary":
        return replace(decision, thresholds=(_best(probabilities[:, 1], truth, both_sides=True),))
    columns = range(len(decision.classes))
    best = tuple(_best(probabilities[:, k], truth[:, k], both_sides=False) for k in columns)
    return replace(decision, thresholds=best)


def _best(p: NDArray[np.float64], truth: NDArray[np.int64], *, both_sides: bool) -> float:
    """Return the threshold t of best F1 for `p >= t`, halfway between two neighbouring scores."""
    order = np.argsort(-p, kind="stable")
    scores, hit = p[order], truth[order] == 1
    tp = np.cumsum(hit)  # of "the first k+1 are positive"
    said, positives = np.arange(1, len(p) + 1), int(hit.sum())
    f1 = 2 * tp / (said + positives)
    if both_sides:
        tn = (len(p) - positives) - (said - tp)
        negatives, said_negative = len(p) - positives, len(p) - said
        f1 = (f1 + 2 * tn / np.maximum(said_negative + negatives, 1)) / 2
    cut = np.append(scores[:-1] != scores[1:], True)  # equal scores cannot be parted
    k = int(np.argmax(np.where(cut, f1, -1)))
    return float((scores[k] + (scores[k + 1] if k + 1 < len(p) else 0.0)) / 2)
