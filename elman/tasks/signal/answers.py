"""What is shown of signals whose class is known: the worst errors, and the truth of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import row_losses
from elman.judging.yardstick import Numbers

__all__ = ["Answered"]

_WORST = 20


@dataclass(frozen=True)
class Answered:
    """Signals and their truth.

    Args:
        decision: how probabilities become an answer.
        truth: `(N,)` class numbers.
        lines: `(N,)` where each stands in its file.
        names: what each is called.
    """

    decision: Decision
    truth: NDArray[np.int64]
    lines: NDArray[np.int64]
    names: Sequence[str]

    def worst(self, probabilities: Numbers) -> list[dict[str, Any]]:
        """Return the errors a model is most sure of."""
        wrong = np.flatnonzero(~self.decision.right(probabilities, self.truth))
        losses = row_losses(probabilities[wrong], self.truth[wrong])
        wrong = wrong[np.argsort(-losses, kind="stable")][:_WORST]
        said = self.decision.predictions_of(probabilities[wrong])
        return [
            {
                "line": int(self.lines[n]),
                "truth": self.decision.names(self.truth[n]),
                "label": prediction.label,
                "probability": prediction.probability,
                "signal": self.names[int(n)],
            }
            for n, prediction in zip(wrong, said, strict=True)
        ]

    def truths(self) -> dict[str, list[Any]]:
        """Return line and truth of every signal, as columns."""
        return {
            "line": self.lines.tolist(),
            "truth": [self.decision.names(truth) for truth in self.truth],
        }
