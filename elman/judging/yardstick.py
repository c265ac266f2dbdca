"""How good answers are: what every kind of answer must be able to say of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Numbers", "Wording", "Yardstick"]

Floats = NDArray[np.float64]

Numbers = NDArray[np.float64]
"""Answers as they are judged, one a row: probabilities `(N, K)`, forecasts `(N, H)`."""


@dataclass(frozen=True)
class Wording:
    """How a difference is put into words: "the error of X is 3.1 % below that of Y"."""

    subject: str
    """What is compared, of the recurrent model."""
    better: str
    """Between the figure and the opponent's name, where the recurrent model is better."""
    worse: str
    row: str = "row"
    """What one row is called."""
    adds: tuple[str, str] = ("adds {:+.1f} points to", "adds {:+.1f} points to")
    """What the recurrence does to the simple model inside: of a gain, and of a loss."""
    shown: tuple[str, str] = ("{:+.1f} points", "{:+.1f} points")
    """The same without a verb."""


class Yardstick(Protocol):
    """Some rows with their truths. Its methods take the answers to them, in their order."""

    def __len__(self) -> int: ...

    @property
    def headline(self) -> str:
        """The figure that models are ranked by, a key of `figures`."""

    @property
    def higher_is_better(self) -> bool: ...

    @property
    def block(self) -> int:
        """How many neighbouring rows hang together, as origins of one series do; 1 for none."""

    @property
    def wording(self) -> Wording: ...

    def deciding(self, output: object) -> Yardstick:
        """Return the yardstick for a model that decides in a way of its own: its `output`."""

    def figures(self, numbers: Numbers) -> dict[str, Any]:
        """Return figures, those of shares with their 95 % interval as `…_ci95`."""

    def details(self, numbers: Numbers) -> dict[str, Any]:
        """Return what `elman evaluate` shows beside the figures."""

    def points(self, numbers: Numbers) -> Floats:
        """Return `(N,)` how good the answer to each row is; higher is better."""

    def intervals(self, points: Floats) -> dict[str, Any]:
        """Return those intervals of `figures` that follow from points averaged over runs."""
