"""What of signals can change without anybody knowing their classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from elman.judging.drift.measure import Amount, Answer, Column, Measure
from elman.judging.yardstick import Numbers
from elman.runtime.arrays import Steps
from elman.runtime.model import Model
from elman.tasks.signal.coding.codec import signal_codec_of

__all__ = ["MEASURES", "measured"]

_FAR = 3.0
"""Standard deviations from the mean of training beyond which a value is far off."""

MEASURES: tuple[Measure, ...] = (
    Amount("far", "Values far from those of training", "share", "{:.1%}", worse="more"),
    Amount("length", "Length", "shape", "{:,.0f} steps", middle="median"),
    Amount("level", "Mean level, in standard deviations", "shape", "{:.2f}", middle="median"),
    Answer("label", "Answers"),
    Amount("probability", "Probability of the answer", "shape", "{:.1%}", worse="less"),
)


def measured(
    model: Model, steps: Sequence[Steps], contexts: Sequence[Any], numbers: Numbers
) -> dict[str, Column]:
    """Return for each signal its length and level, how much of it is far off, and the answer."""
    said = model.codec.answers(numbers, contexts)
    n = signal_codec_of(model).input.values
    values = [np.asarray(row[:, :n], np.float64) for row in steps]
    return {
        "label": [prediction.label for prediction in said],
        "probability": [round(prediction.probability, 4) for prediction in said],
        "length": [len(row) for row in values],
        "level": [round(float(row.mean()), 3) if row.size else 0.0 for row in values],
        "far": [
            round(float((np.abs(row) > _FAR).mean()), 4) if row.size else 0.0 for row in values
        ],
    }
