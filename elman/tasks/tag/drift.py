"""What of sentences can change without anybody knowing their tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from elman.data.text.vocabulary import UNKNOWN
from elman.judging.drift.measure import Amount, Column, Measure
from elman.judging.yardstick import Numbers
from elman.runtime.arrays import Steps
from elman.runtime.model import Model

__all__ = ["MEASURES", "measured"]

MEASURES: tuple[Measure, ...] = (
    Amount("unknown", "Unknown words", "share", "{:.1%}", worse="more"),
    Amount("length", "Length", "shape", "{:,.0f} words", middle="median"),
    Amount("probability", "Probability of the tags", "shape", "{:.1%}", worse="less"),
)


def measured(
    model: Model, steps: Sequence[Steps], contexts: Sequence[Any], numbers: Numbers
) -> dict[str, Column]:
    """Return of each sentence its length, its share of unknown words, and how sure its tags are."""
    said = model.codec.answers(numbers, contexts)
    words = [row[:, 0] for row in steps]
    return {
        "length": [len(row) for row in words],
        "unknown": [round(float(np.mean(row == UNKNOWN)), 4) if len(row) else 0.0 for row in words],
        "probability": [
            round(float(np.mean(of.probabilities)), 4) if of.probabilities else 0.0 for of in said
        ],
    }
