"""How much a simple model and the recurrence beside it count, and whether the recurrence is kept.

Both are asked of held-out rows, which neither has learnt from.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.calibration import INVERSE_TEMPERATURES, calibrated
from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import log_loss, row_losses

__all__ = ["is_better", "mixture"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MOST_SIMPLE = 0.99
"""Who insists on a recurrence gets one that is heard, if only just."""

_FEWEST = 50
"""Held-out rows that can speak for a recurrence. Of twenty a few are right by luck, and what was
kept for them cost up to seven points on others."""


def mixture(
    decision: Decision, simple: NDArray[Any], recurrent: NDArray[Any], truth: Ints
) -> tuple[float, float]:
    """Return how much the simple and the recurrent logits count, by log loss on held-out rows.

    The two are shares, none below 0: they say nothing of how sure the sum sounds. That is left to
    its temperature, with the bounds of any other, or else few rows without an error would ask for
    certainty, and the sum would seem better than either for no other reason.
    """
    from scipy.optimize import minimize  # a third of a second, where there is nothing to weigh

    def loss(parts: Floats) -> float:
        scale, share = parts
        logits = scale * (share * simple + (1 - share) * recurrent)
        return log_loss(decision.probabilities(logits), truth)

    bounds = (INVERSE_TEMPERATURES, (0.0, _MOST_SIMPLE))
    share = float(minimize(loss, (1.0, 0.5), method="Nelder-Mead", bounds=bounds).x[1])
    return share, 1 - share


def is_better(decision: Decision, both: NDArray[Any], simple: NDArray[Any], truth: Ints) -> bool:
    """Say whether the recurrence beside the simple model lowers the log loss of held-out rows.

    By more than one standard error of the difference, row by row: how much each counts was fitted
    on the same rows, and the simpler model has the benefit of the doubt. Few rows say nothing.
    """
    if len(truth) < _FEWEST:
        return False

    def losses(logits: NDArray[Any]) -> NDArray[np.float64]:
        return row_losses(calibrated(decision, logits, truth).probabilities(logits), truth)

    gain = losses(simple) - losses(both)
    return bool(gain.mean() > gain.std() / np.sqrt(len(gain)))
