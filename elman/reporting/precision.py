"""Which weights a page gets: the smallest that answer as the model does, and how near that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from elman.artifact import Artifact
from elman.judging.yardstick import Numbers
from elman.runtime.arrays import Steps
from elman.runtime.codec import Codec
from elman.runtime.model import Model
from elman.web.packed import PRECISIONS, Precision, rounded

__all__ = ["Chosen", "choose_precision"]

_APART = 0.005
"""How far answers may be from the model's: of probabilities as they are, of other numbers as a
share of the largest."""


class Chosen(NamedTuple):
    """Weights of a page, and how far its answers are from the model's."""

    precision: Precision
    apart: float
    asked: int
    changed: int
    """Rows of those asked whose decision is another one."""

    @property
    def said(self) -> str:
        weights = {"int8": "one byte", "float16": "two bytes", "float32": "four bytes"}
        changed = "the same decision on all" if not self.changed else f"{self.changed} decided else"
        return (
            f"Its weights have {weights[self.precision]} each. On {self.asked:,} inputs answers "
            f"with them are at most {self.apart:.2g} from those of the saved model; {changed}."
        )


def choose_precision(
    model: Model,
    codec: Callable[[Artifact, Any], Codec],
    steps: Sequence[Steps],
    contexts: Sequence[Any],
) -> Chosen:
    """Return the smallest weights whose answers stay within bounds.

    Args:
        model: the saved model.
        codec: builds the task's codec.
        steps: of some inputs, encoded.
        contexts: theirs.
    """
    truth = model.numbers(steps, contexts)
    decided = model.codec.answers(truth, contexts)
    chosen = Chosen("float32", 0.0, len(steps), 0)
    for precision in PRECISIONS[:-1]:
        smaller = Model.of(rounded(model.info, precision), codec, model.directory)
        numbers = smaller.numbers(steps, contexts)
        apart = _apart(truth, numbers)
        if apart <= _APART:
            theirs = model.codec.answers(numbers, contexts)
            changed = sum(
                _decision(a) != _decision(b) for a, b in zip(decided, theirs, strict=True)
            )
            return Chosen(precision, apart, len(steps), changed)
    return chosen


def _apart(truth: Numbers, numbers: Numbers) -> float:
    if truth.shape != numbers.shape:
        return float("inf")
    known = np.isfinite(truth)
    if not known.any():
        return 0.0
    scale = max(1.0, float(np.abs(truth[known]).max()))
    return float(np.abs(truth - numbers)[known].max() / scale)


def _decision(answer: Any) -> Any:
    """What an answer decides: its class or classes; of values nothing is decided."""
    return getattr(answer, "label", getattr(answer, "labels", None))
