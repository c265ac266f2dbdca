"""How much a simple model and the recurrence beside it count, and whether the recurrence is kept.

Both are asked of held-out rows, which neither has learnt from.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.calibration import INVERSE_TEMPERATURES, calibrated, least
from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import log_loss, row_losses

__all__ = ["is_better", "mixture"]

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

    def loss(share: float) -> float:
        logits = share * simple + (1 - share) * recurrent

        def scaled(inverse: float) -> float:
            return log_loss(decision.probabilities(inverse * logits), truth)

        return scaled(least(scaled, *INVERSE_TEMPERATURES, within=1e-5))

    # Log loss is convex in both; the cone of one share over all temperatures cuts it convexly.
    share = least(loss, 0.0, _MOST_SIMPLE, within=1e-4)
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
