"""Which number of an answer that is a class is explained: the log-odds of the class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.attribution.trajectory import Source, Trajectory
from elman.figures import percent
from elman.judging.classes.decision import Decision

__all__ = ["Question"]

Floats = NDArray[np.float64]
Outputs = NDArray[np.floating[Any]]

_LEAST = 1e-9
"""Share of a class of which no row was there."""


class Question:
    """A linear function of the outputs, above 0 for the answer.

    Two classes: the answer against the other. Several: against the runner-up, which stays the same
    for parts of the whole. Several labels: whether the most probable one is there.

    Args:
        decision: how outputs become an answer.
        whole: `(1, outputs)` of all that is explained.
    """

    def __init__(self, decision: Decision, whole: Outputs) -> None:
        (p,) = decision.probabilities(whole)
        K, T = decision.outputs, decision.temperature
        self.decision = decision
        self.weights = np.zeros(K)
        self.note = ""
        chosen = decision.choose(p[None])[0]
        if decision.kind == "multilabel":
            self.place = int(p.argmax())
            self.weights[self.place] = 1 / T
            self.other: int | None = None
            self.answer = decision.classes[self.place]
            self.name = f'log-odds of the label "{self.answer}"'
            return
        self.place = int(chosen)
        other = int(np.argsort(np.where(np.arange(len(p)) == chosen, -1, p))[-1])
        if decision.kind == "binary":
            self.weights[0] = 1 / T if chosen else -1 / T
        else:
            self.weights[self.place], self.weights[other] = 1 / T, -1 / T
            rest = 1 - p[self.place] - p[other]
            self.note = (
                f'Of {K} classes two are weighed: "{decision.classes[self.place]}" '
                f'({percent(p[self.place])}) against "{decision.classes[other]}" '
                f"({percent(p[other])}), the next most probable; what speaks for the others "
                f"({percent(rest)} in all) is not shown."
            )
        self.other = other
        self.answer = decision.classes[self.place]
        self.name = f'log-odds of "{self.answer}" against "{decision.classes[other]}"'

    def scores(self, outputs: Outputs) -> Floats:
        return np.asarray(outputs.astype(np.float64) @ self.weights)

    @property
    def base(self) -> float:
        """The score of the shares of the classes, which is all that is known before anything."""
        p = np.maximum(self.decision.base, _LEAST)
        against = 1 - p[self.place] if self.other is None else p[self.other]
        return float(np.log(p[self.place] / max(against, _LEAST)))

    def probability(self, outputs: Outputs) -> list[float]:
        """Of the answer, for each row of outputs."""
        return [float(p) for p in self.decision.probabilities(outputs)[:, self.place]]

    def answers(self, outputs: Outputs) -> tuple[str, ...]:
        """What is said of each row; of a multi-label model, whether the label is."""
        p = self.decision.probabilities(outputs)
        chosen = self.decision.choose(p)
        if self.decision.kind == "multilabel":
            on = chosen[:, self.place]
            return tuple(self.answer if there else f"not {self.answer}" for there in on)
        return tuple(self.decision.classes[int(k)] for k in chosen)

    def trajectory(self, outputs: Outputs, source: Source, *, start: float) -> Trajectory:
        """What is said after each part, by the outputs `(T, outputs)` there; `start` is the score
        before the first."""
        return Trajectory(
            answers=self.answers(outputs),
            scores=self.scores(outputs),
            probabilities=np.array(self.probability(outputs)),
            start=start,
            source=source,
        )
