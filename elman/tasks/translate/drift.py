"""What of sentences can change without anybody knowing their translations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from elman.data.parallel.pieces import UNKNOWN
from elman.judging.drift.measure import Amount, Column, Measure
from elman.judging.texts.numbers import scores_of
from elman.judging.yardstick import Numbers
from elman.runtime.arrays import Steps
from elman.runtime.model import Model

__all__ = ["MEASURES", "measured"]

MEASURES: tuple[Measure, ...] = (
    Amount("unknown", "Unknown pieces", "share", "{:.1%}", worse="more"),
    Amount("length", "Length", "shape", "{:,.0f} pieces", middle="median"),
    Amount("cut", "Pieces of a word", "shape", "{:.2f}", worse="more"),
    Amount("score", "Score of the translation", "shape", "{:.2f}", worse="less"),
)


def measured(
    model: Model, steps: Sequence[Steps], contexts: Sequence[Any], numbers: Numbers
) -> dict[str, Column]:
    """Return for each sentence how it is cut, and how good its translation is thought to be.

    Words that are cut into many pieces are rare or were never seen.
    """
    return {
        "unknown": [round(float(np.mean(row == UNKNOWN)), 4) if len(row) else 0.0 for row in steps],
        "length": [len(row) for row in steps],
        "cut": [round(context.cut, 3) for context in contexts],
        "score": [round(float(score), 3) for score in scores_of(numbers)],
    }
