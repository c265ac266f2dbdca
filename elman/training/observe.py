"""Who watches a run: the loop calls observers after its steps and epochs, and knows none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import nn

from elman.training.problem import Problem, Progress

__all__ = ["Observer"]


class Observer:
    """Sees nothing. Subclass it to watch a run, or to end it."""

    def on_step(
        self, progress: Progress, module: nn.Module, problem: Problem, examples: NDArray[np.int64]
    ) -> str:
        """Look at a run after a step on these examples; weights and random state stay as they are.

        Returns:
            Why the run is to end; empty while it goes on.
        """
        return ""

    def on_epoch(self, progress: Progress) -> None:
        """Look at a run after an epoch, and add to the last entry of its history."""
