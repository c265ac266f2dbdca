"""Classes judged row by row: right or not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import (
    classification_metrics,
    confusion,
    each_sure,
    per_class,
)
from elman.judging.interval import mean_interval
from elman.judging.reliability import reliability
from elman.judging.yardstick import Wording

__all__ = ["ClassYardstick"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ClassYardstick:
    """Rows with their classes.

    Args:
        decision: how probabilities become an answer.
        truth: class numbers `(N,)`, or indicators `(N, K)` of several labels.
    """

    decision: Decision
    truth: NDArray[np.int64]
    headline: ClassVar[str] = "accuracy"
    higher_is_better: ClassVar[bool] = True
    block: ClassVar[int] = 1
    wording: ClassVar[Wording] = Wording("the recurrent model", "points above", "points below")

    def __len__(self) -> int:
        return len(self.truth)

    def deciding(self, output: object) -> ClassYardstick:
        assert isinstance(output, Decision)
        return replace(self, decision=output)

    def figures(self, numbers: Floats) -> dict[str, Any]:
        return classification_metrics(self.decision, numbers, self.truth)

    def details(self, numbers: Floats) -> dict[str, Any]:
        """Return figures of each class, for one label a row the confusion, and the reliability."""
        found: dict[str, Any] = {"per_class": per_class(self.decision, numbers, self.truth)}
        if self.decision.kind != "multilabel":
            chosen, K = self.decision.choose(numbers), len(self.decision.classes)
            found["confusion"] = confusion(chosen, self.truth, K).tolist()
        sure, right = each_sure(numbers, self.truth)
        return found | {"reliability": reliability(sure, right)}

    def points(self, numbers: Floats) -> Floats:
        return self.decision.right(numbers, self.truth).astype(np.float64)

    def intervals(self, points: Floats) -> dict[str, Any]:
        return {"accuracy_ci95": mean_interval(points)}
