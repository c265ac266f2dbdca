"""An explanation of one answer: shares of words, trajectory, hidden states, agreement.

It is plain data; who made it needs the model, who reads it does not.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from elman.explaining.agreement import Agreement, agreements, top
from elman.explaining.trajectory import Trajectory

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["METHODS", "Explanation", "Shares"]

Floats = NDArray[np.float64]

METHODS = {
    "shapley": "what the word adds when it comes, over random orders of the words",
    "gradients": "integrated gradients",
    "removed": "how much lower the score is without the word",
    "unknown": "how much lower the score is with an unknown word in its place",
}
"""The methods, in the order they are shown; the first is the one drawn."""


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
class Explanation:
    """Why a model answered as it did."""

    task: str
    words: tuple[str, ...]
    known: tuple[bool, ...]
    """Whether the vocabulary holds each word."""
    answer: str
    probability: float | None
    score: float
    score_name: str
    """What the shares add up to a change of."""
    shares: dict[str, Shares]
    """By method, see `METHODS`; not every task has all."""
    trajectory: Trajectory
    states: NDArray[np.float32]
    """`(T, units)`, the last layer's state after every word; of several members side by side."""
    notes: tuple[str, ...] = ()

    @property
    def agreement(self) -> list[Agreement]:
        """How far the methods tell the same story."""
        return agreements({name: part.values for name, part in self.shares.items()})

    def top(self, method: str = "shapley", most: int = 2) -> list[str]:
        """Return the words that speak most for the answer."""
        return [self.words[n] for n in top(self.shares[method].values, most)]

    def text(self) -> str:
        """Return one screen of at most 100 columns."""
        from elman.explaining.screen import lines

        return "\n".join(lines(self))

    def figures(self) -> dict[str, Figure]:
        """Return `shares`, `trajectory` and `states` as plotly figures.

        Raises:
            MissingExtraError: plotly is not installed.
        """
        from elman.explaining.figures import figures

        return figures(self)

    def to_html(self) -> str:
        """Return one page with the text coloured and all figures; it asks nothing of the network.

        Raises:
            MissingExtraError: plotly is not installed.
        """
        from elman.explaining.page import page

        return page(self)

    def _repr_html_(self) -> str:
        from elman.explaining.page import coloured

        return coloured(self)

    def to_json(self) -> dict[str, Any]:
        """Return plain data for a json file."""
        word, jump = self.trajectory.largest_jump
        made_up = self.trajectory.made_up
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
            "trajectory": {
                "source": self.trajectory.source,
                "answers": list(self.trajectory.answers),
                "scores": self.trajectory.scores.tolist(),
                "probabilities": None
                if self.trajectory.probabilities is None
                else self.trajectory.probabilities.tolist(),
                "made_up": made_up,
                "largest_jump": {"word": word, "change": jump},
            },
            "states": self.states.astype(float).round(5).tolist(),
            "notes": list(self.notes),
        }
