"""Which answers a person should look at: the worst errors, and beside them some that are right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import row_losses

__all__ = ["telling"]

_WORST, _SUREST = 20, 2

Ints = NDArray[np.int64]


def telling(decision: Decision, probabilities: NDArray[np.float64], truth: Ints) -> dict[str, Ints]:
    """Return rows by number: of the `worst` errors the surest first, and some that are `right`.

    Those are the surest two, of two classes where there are such, and the least sure.

    Args:
        decision: how probabilities become an answer.
        probabilities: `(N, K)`.
        truth: class numbers `(N,)`, or indicators `(N, K)`.
    """
    right, losses = decision.right(probabilities, truth), row_losses(probabilities, truth)
    wrong = np.flatnonzero(~right)
    answered = [said.label is not None for said in decision.predictions_of(probabilities)]
    good = np.flatnonzero(right & np.array(answered, bool))
    good = good[np.argsort(losses[good], kind="stable")]
    shown = [*_surest(good, truth), *good[-1:].tolist()]
    return {
        "worst": wrong[np.argsort(-losses[wrong], kind="stable")][:_WORST],
        "right": np.array(list(dict.fromkeys(shown)), np.int64),
    }


def _surest(good: Ints, truth: Ints) -> Iterator[int]:
    """Yield the first rows, none of the class of one before as long as there are others."""
    left = good.tolist()
    for _ in range(min(_SUREST, len(left))):
        yield left[0]
        first = truth[left.pop(0)]
        left.sort(key=lambda n: bool(np.all(truth[n] == first)))  # stable: others come first
