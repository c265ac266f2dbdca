"""Every forecast of the back-test as a row of a csv file, as statsforecast's cross-validation."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from elman.files import atomic_write
from elman.tasks.forecast.coding.saved import model_of
from elman.tasks.forecast.prepared import PreparedSeries
from elman.tasks.interface import Trained

__all__ = ["write_back_test"]


def write_back_test(prepared: PreparedSeries, trained: Trained, path: Path) -> None:
    """Write what the judged model said at every origin.

    Columns: `unique_id`; `cutoff`, the date of the last value that was known; `ds`, `step` ahead;
    `y`, empty where nobody measured; `forecast`, and the ends of the intervals.

    Raises:
        WorkError: the file cannot be written; one that was there is untouched.
    """
    test, plan = prepared.test, prepared.plan
    model = model_of(trained)
    numbers = model.numbers(test.steps, test.contexts)
    answers: list[Any] = model.codec.answers(numbers, test.contexts)
    levels = list(answers[0].intervals)
    ends = [f"{side}-{level}" for level in levels for side in ("lower", "upper")]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["unique_id", "cutoff", "ds", "step", "y", "forecast", *ends])
    pairs = zip(*(column.tolist() for column in prepared.origins), answers, strict=True)
    for n, at, answer in pairs:
        series = plan.panel.series[n]
        for step, said in enumerate(answer.values):
            truth = float(series.values[at + step])
            each = [answer.intervals[level] for level in levels]
            row = [series.name, series.date(at - 1), series.date(at + step), step + 1]
            row += ["" if truth != truth else truth, said]
            writer.writerow([*row, *(end[step] for i in each for end in (i.lower, i.upper))])
    atomic_write(path, text.getvalue().encode())
