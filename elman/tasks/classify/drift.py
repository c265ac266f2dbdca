"""What of texts can change without anybody knowing their classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from elman.data.text.vocabulary import UNKNOWN
from elman.judging.drift.measure import Amount, Answer, Column, Measure
from elman.judging.yardstick import Numbers
from elman.runtime.arrays import Steps
from elman.runtime.model import Model

__all__ = ["MEASURES", "measured"]

MEASURES: tuple[Measure, ...] = (
    Amount("unknown", "Unknown words", "share", "{:.1%}", worse="more"),
    Amount("length", "Length", "shape", "{:,.0f} words", middle="median"),
    Answer("label", "Answers"),
    Amount("probability", "Probability of the answer", "shape", "{:.1%}", worse="less"),
)


def measured(
    model: Model, steps: Sequence[Steps], contexts: Sequence[Any], numbers: Numbers
) -> dict[str, Column]:
    """Return for each text its length, its share of unknown words, and the answer to it."""
    said = model.codec.answers(numbers, contexts)
    words = [row if row.ndim == 1 else row[:, 0] for row in steps]
    return {
        "label": [prediction.label for prediction in said],
        "probability": [round(prediction.probability, 4) for prediction in said],
        "length": [len(row) for row in words],
        "unknown": [round(float(np.mean(row == UNKNOWN)), 4) if len(row) else 0.0 for row in words],
    }
