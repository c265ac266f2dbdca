"""Forecasts beyond the steps that a model was trained for: it goes on from what it foretold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from elman.data.series.series import Series
from elman.errors import OptionError
from elman.judging.values.answer import Forecast, Interval
from elman.tasks.forecast.coding.ends import LARGEST

__all__ = ["MOST_STEPS", "gone_on"]

MOST_STEPS = 10_000
"""That a forecast may reach."""


def gone_on(
    items: Sequence[Any],
    answers: Sequence[Forecast],
    answered: Callable[[Sequence[Any]], Sequence[Forecast]],
    steps: int,
) -> list[Forecast]:
    """Return forecasts of so many steps.

    Beyond those of `answers` each follows from values that the model itself foretold. How far off
    it then is nobody has measured, so intervals are NaN there.

    Args:
        items: series, or lists of values.
        answers: to them.
        answered: foretells further items.
        steps: to reach.
    """
    said = list(answers)
    while said and len(said[0].values) < steps:
        items = [_come_true(item, last.values) for item, last in zip(items, answers, strict=True)]
        answers = answered(items)
        said = [_joined(whole, more) for whole, more in zip(said, answers, strict=True)]
    return [_first(whole, steps) for whole in said]


def _come_true(item: Any, values: Sequence[float]) -> Any:
    if max(map(abs, values)) > LARGEST:
        raise OptionError(
            f"the forecast runs away, to {max(values, key=abs):g}: it goes on from its own errors. "
            "Ask for fewer steps, or train with a longer --horizon."
        )
    if isinstance(item, Series):
        return replace(item, values=np.concatenate([item.values, values]))
    return np.concatenate([np.asarray(item, np.float64), values])


def _joined(whole: Forecast, more: Forecast) -> Forecast:
    unknown = (float("nan"),) * len(more.values)
    intervals = {
        level: Interval(one.lower + unknown, one.upper + unknown)
        for level, one in whole.intervals.items()
    }
    return replace(
        whole,
        values=whole.values + more.values,
        dates=whole.dates + more.dates,
        intervals=intervals,
    )


def _first(whole: Forecast, steps: int) -> Forecast:
    intervals = {
        level: Interval(one.lower[:steps], one.upper[:steps])
        for level, one in whole.intervals.items()
    }
    return replace(
        whole, values=whole.values[:steps], dates=whole.dates[:steps], intervals=intervals
    )
