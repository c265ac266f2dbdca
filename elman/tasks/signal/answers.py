"""What is shown of signals whose class is known: errors, right answers, all truths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.decision import Decision
from elman.judging.classes.telling import telling
from elman.judging.yardstick import Numbers

__all__ = ["Answered"]


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

    def telling(self, probabilities: Numbers) -> dict[str, list[dict[str, Any]]]:
        """Return the `worst` errors and some `right` answers."""
        found = telling(self.decision, probabilities, self.truth)
        return {name: self._told(probabilities, rows) for name, rows in found.items()}

    def _told(self, probabilities: Numbers, rows: NDArray[np.int64]) -> list[dict[str, Any]]:
        said = self.decision.predictions_of(probabilities[rows])
        return [
            {
                "line": int(self.lines[n]),
                "truth": self.decision.names(self.truth[n]),
                "label": prediction.label,
                "probability": prediction.probability,
                "signal": self.names[int(n)],
            }
            for n, prediction in zip(rows, said, strict=True)
        ]

    def truths(self) -> dict[str, list[Any]]:
        """Return line and truth of every signal, as columns."""
        return {
            "line": self.lines.tolist(),
            "truth": [self.decision.names(truth) for truth in self.truth],
        }
