"""What is to be learnt, as the loop sees it, and how far a run has got."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from elman.training.batches import EachLength

__all__ = ["Fitted", "Problem", "Progress", "Weighed"]


class Problem(Protocol):
    """What is to be learnt: the loop's only view of a task."""

    @property
    def lengths(self) -> EachLength:
        """Steps of each training example, for batches of like length."""

    def loss(self, module: nn.Module, examples: NDArray[np.int64]) -> Tensor:
        """Return the mean loss of these training examples.

        What it draws at random from torch's own generator follows from (seed, epoch, step).
        """

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return figures on the validation part; `score` among them, lower is better.

        Without a score the newest weights count as the best.
        """

    def locate(self, examples: NDArray[np.int64]) -> str:
        """Say where the user finds these examples, for messages."""


@runtime_checkable
class Weighed(Protocol):
    """A problem whose loss is no mean over examples, but over steps, say."""

    def mass(self, examples: NDArray[np.int64]) -> float:
        """Return how much the loss of these examples, asked for just before, counts beside others'.

        The loss of a batch is then the mean of those of its parts, weighed so.
        """


@dataclass
class Progress:
    """Where a run stands; what a checkpoint counts, and what a progress bar shows."""

    epoch: int = 0
    step: int = 0
    """Steps done in this epoch."""
    steps_done: int = 0
    steps_in_all: int = 0
    loss: float = math.nan
    """Running mean of the training loss over about a hundred steps."""
    clipped: int = 0
    largest_norm: float = 0.0
    nonfinite: list[str] = field(default_factory=list)
    best_score: float = math.inf
    best_epoch: int = -1
    elapsed_s: float = 0.0
    memory: float | None = None
    """Half-life in steps of the gradient through the recurrence, where an observer measures it."""
    history: list[dict[str, float]] = field(default_factory=list)
    finished: str = ""
    """Why the run ended; empty while it runs."""


@dataclass(frozen=True)
class Fitted:
    """How a run went. The module holds the best weights of the validation part."""

    progress: Progress
    notes: list[str]
