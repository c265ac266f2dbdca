"""What is known of one answer: shares of its steps, trajectory, hidden states, agreement.

It is plain data; who made it needs the model, who reads it does not.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.attribution.agreement import Agreement, agreements, top
from elman.attribution.trajectory import Trajectory

__all__ = ["METHODS", "WORDING", "Explained", "Kind", "Shares", "Wording"]

Floats = NDArray[np.float64]

Kind = Literal["class", "value"]
"""What is explained: a class named with a probability, or a value."""

METHODS = {
    "shapley": "what the word adds when it comes, over random orders of the words",
    "gradients": "integrated gradients",
    "removed": "how much lower the score is without the word",
    "unknown": "how much lower the score is with an unknown word in its place",
}
"""The methods, in the order they are shown; the first is the one drawn."""


class Wording(NamedTuple):
    """What the parts of an explanation are called; `{answer}` is filled in."""

    step: str
    sides: str
    """Above a bar: what speaks to the left and to the right."""
    after: str
    """Above what is said after each step."""
    course: str
    """The trajectory."""


WORDING: dict[Kind, Wording] = {
    "class": Wording("word", "against   for", "P({answer:.10})", "probability of {answer}"),
    "value": Wording("value", "lower   higher", "after it", "score"),
}


@dataclass(frozen=True)
class Shares:
    """What one method gives each word, in units of the score."""

    values: Floats
    """`(T,)`; above 0 speaks for the answer."""
    start: float | None = None
    """The score where nothing is said, of a method whose values sum to the change from there."""
    end: float | None = None
    """The score of the text."""
    baseline: str = ""
    """What "nothing is said" means."""
    error: float | None = None
    """What the method knows of its own error: see `error_kind`."""
    error_kind: str = ""
    evaluations: int = 0
    """Gradients taken, or sub-texts scored."""

    @property
    def completeness_error(self) -> float | None:
        """How far the sum of the values is from the change of the score, as a share of it."""
        if self.start is None or self.end is None:
            return None
        change = self.end - self.start
        return abs(float(self.values.sum()) - change) / max(abs(change), 1e-12)


@dataclass(frozen=True)
class Explained:
    """Why a model answered as it did."""

    task: str
    kind: Kind
    words: tuple[str, ...]
    """Of a series, its values as they are written; of a signal, when each stretch of it is."""
    known: tuple[bool, ...]
    """Whether the vocabulary holds each word."""
    answer: str
    probability: float | None
    """Of a class; None of a value."""
    score: float
    score_name: str
    """What the shares add up to a change of."""
    shares: dict[str, Shares]
    """By method, see `METHODS`; not every task has all."""
    trajectory: Trajectory
    states: NDArray[np.float32]
    """`(T, units)`, the last layer's state after every word; of several members side by side."""
    notes: tuple[str, ...] = ()
    step: str = ""
    """What a part is called that is neither a word nor a value, as "stretch"."""

    @property
    def agreement(self) -> list[Agreement]:
        """How far the methods tell the same story."""
        return agreements({name: part.values for name, part in self.shares.items()})

    @property
    def drawn(self) -> Floats:
        """The shares that are drawn and coloured: those of the first method."""
        return next(iter(self.shares.values())).values

    @property
    def wording(self) -> Wording:
        """What its parts are called."""
        wording = Wording(*(each.format(answer=self.answer) for each in WORDING[self.kind]))
        return wording._replace(step=self.step or wording.step)

    @property
    def sure(self) -> str:
        """The probability as it stands after the answer; of a value nothing."""
        return "" if self.probability is None else f" {self.probability:.1%}"

    def top(self, method: str = "shapley", most: int = 2) -> list[str]:
        """Return the words that speak most for the answer."""
        return [self.words[n] for n in top(self.shares[method].values, most)]

    def to_json(self) -> dict[str, Any]:
        """Return plain data for a json file."""
        return {
            "task": self.task,
            "answer": self.answer,
            "probability": self.probability,
            "score": self.score,
            "score_name": self.score_name,
            "words": list(self.words),
            "known": list(self.known),
            "shares": {
                name: asdict(part)
                | {
                    "values": part.values.tolist(),
                    "completeness_error": part.completeness_error,
                }
                for name, part in self.shares.items()
            },
            "agreement": [each._asdict() for each in self.agreement],
            "trajectory": self.trajectory.to_json(),
            "states": self.states.astype(float).round(5).tolist(),
            "notes": list(self.notes),
        }
