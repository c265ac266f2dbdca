"""Classes of signals that come bit by bit: right in the end, and how early."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import classification_metrics
from elman.judging.classes.yardstick import ClassYardstick
from elman.judging.interval import share_interval

__all__ = ["SURE", "Streamed", "StreamedYardstick"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SURE = 0.9
"""Probability from which an answer counts as sure."""


@dataclass(frozen=True)
class Streamed:
    """A model's answers to N rows that came bit by bit."""

    last: Floats
    """`(N, K)` probabilities when all of a row had come."""
    rows: Ints
    """`(n,)` those rows that were looked at on the way."""
    shares: Floats
    """`(S,)` how much of a row had come, from 0 to 1, ascending; the last one is 1."""
    way: Floats
    """`(n, S, K)` probabilities then."""
    pace: dict[str, float]
    """How fast the model is, as reports name it."""
    raw: int = 0
    """Rows that came as they were measured; of the others the steps that they are to a network."""


@dataclass(frozen=True)
class StreamedYardstick(ClassYardstick):
    """Rows with their classes, and what a model said while they came.

    Args:
        streamed: of the model that is judged; None of those that need the whole.
    """

    streamed: Streamed | None = None

    def deciding(self, output: object) -> StreamedYardstick:
        assert isinstance(output, Decision)
        return replace(self, decision=output)

    def figures(self, numbers: Floats) -> dict[str, Any]:
        """Return those of classes, and the accuracy of the answers that a stream ends with."""
        found = classification_metrics(self.decision, numbers, self.truth)
        if self.streamed is None:
            return found | {"streamed_accuracy": None, "streamed_accuracy_ci95": None}
        right = self.decision.right(self.streamed.last, self.truth)
        return found | {
            "streamed_accuracy": float(right.mean()),
            "streamed_accuracy_ci95": share_interval(int(right.sum()), len(right)),
        }

    def details(self, numbers: Floats) -> dict[str, Any]:
        found = super().details(numbers)
        if self.streamed is None:
            return found
        return (
            found
            | {"early": early(self.decision, self.streamed, self.truth)}
            | {"pace": self.streamed.pace}
        )


def early(decision: Decision, streamed: Streamed, truth: Ints) -> dict[str, Any]:
    """Say after which share of a row the answer stands, and what waiting is worth.

    Returns:
        `rows` that were looked at, `raw` ones among all that came as they were measured; `shares`
        and the `accuracy` after each; `settled`, the median share after which the answer
        is sure and does not change any more, and `unsettled`, the share of rows never sure; of who
        answers as soon as the answer is sure, else at the end, the `stopped_accuracy` and the mean
        share `heard`.
    """
    n, S, _ = streamed.way.shape
    said = np.stack([decision.choose(streamed.way[:, s]) for s in range(S)], axis=1)  # (n, S)
    right = said == truth[streamed.rows][:, None]
    sure = np.take_along_axis(streamed.way, said[:, :, None], axis=2)[:, :, 0] >= SURE
    holds = sure & (said == said[:, -1:])
    stays = np.logical_and.accumulate(holds[:, ::-1], axis=1)[:, ::-1]
    settled = stays.any(axis=1)
    first = np.where(settled, stays.argmax(axis=1), S - 1)
    stop = np.where(sure.any(axis=1), sure.argmax(axis=1), S - 1)
    return {
        "sure": SURE,
        "rows": n,
        "raw": streamed.raw,
        "shares": streamed.shares.tolist(),
        "accuracy": right.mean(axis=0).tolist(),
        "settled": float(np.median(streamed.shares[first[settled]])) if settled.any() else None,
        "unsettled": float(1 - settled.mean()),
        "stopped_accuracy": float(right[np.arange(n), stop].mean()),
        "heard": float(streamed.shares[stop].mean()),
    }
