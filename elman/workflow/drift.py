"""Hold new rows, whose truth nobody knows, against those that training held out."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import islice
from pathlib import Path
from typing import Any

from elman import tasks
from elman.artifact import HELD_OUT
from elman.data.fetched import fetching
from elman.data.tables.table import Reject
from elman.errors import ArtifactError
from elman.judging.drift.compare import FEWEST, compare, verdict
from elman.judging.drift.measure import Column
from elman.judging.yardstick import Numbers
from elman.runtime.model import Model
from elman.tasks.interface import Labelled, Task, Unlabelled
from elman.tasks.resolve import resolve
from elman.workflow.load import model_from

__all__ = ["drift", "lines", "record"]

_AGAIN = "Train it again with this version of elman."

_TOGETHER = 1024
"""Rows answered together; more is no faster."""

MOST_RECORDED = 50_000
"""Held-out rows that a model directory keeps; of more, one in so many."""


@fetching
def drift(model: Model | str | Path, data: Any, **options: Any) -> dict[str, Any]:
    """Say whether new data, without labels, is still like what the model was judged on.

    Its rows are held against those that training held out, measure by measure: of texts the share
    of unknown words, the length, the answers and their probability; of a series the error of the
    next value, its steps, spread and level.

    Args:
        model: a loaded model or its directory.
        data: a file as `elman predict --input` takes it, or a list of texts or of values.
        **options: the options of `elman drift`, with underscores.

    Returns:
        `rows`, `rejected` and `held_out` counted, `measures`, each with `now`, `then`, `p`, `size`
        and a sentence, `drift` for whether there is any, and the `verdict`: "nothing", "look",
        "retrain", or "too few" rows to tell; `advice` is the verdict in a sentence.

    Raises:
        ArtifactError: the model is older than this record, or its record is damaged.
    """
    loaded = model_from(model)
    task = tasks.named(loaded.task)
    then = _recorded(loaded, task)
    rows = task.unlabelled(data, loaded, resolve(task.name, options, "drift"))
    now, counts = _measured(loaded, task, rows)
    held_out = min(map(len, then.values()))
    report: dict[str, Any] = {"task": task.name, "said": rows.said, **counts, "held_out": held_out}
    if few := _too_few(min(map(len, now.values()), default=0), held_out):
        return report | {"measures": [], "drift": False, "verdict": "too few", "advice": few}
    try:
        measures = compare(task.measures, then, now)
    except ValueError as error:
        raise ArtifactError(f"{loaded.directory / HELD_OUT}: {error}. {_AGAIN}") from None
    word, advice = verdict(measures)
    return report | {
        "measures": measures,
        "drift": any(measure["drift"] for measure in measures),
        "verdict": word,
        "advice": advice,
    }


def lines(report: dict[str, Any]) -> list[str]:
    """Return a report of drift for a person."""
    rejected = f", {report['rejected']:,} of them rejected" if report["rejected"] else ""
    head = f"{report['rows']:,} rows{rejected}, beside {report['held_out']:,} held out in training"
    said = [measure["said"] for measure in report["measures"]]
    return [report["said"], head, *([""] if said else []), *said, "", report["advice"]]


def record(task: Task, model: Model, test: Labelled, numbers: Numbers) -> dict[str, Column]:
    """Return what a model directory keeps of the held-out rows, by column.

    Args:
        task: whose rows they are.
        model: as it was judged, which has not learnt from them.
        test: the rows.
        numbers: the answers to them.
    """
    columns = {} if test.truths is None else dict(test.truths())
    columns |= task.measured(model, test.steps, test.contexts, numbers)
    every = math.ceil(max(map(len, columns.values())) / MOST_RECORDED)
    return {name: column[::every] for name, column in columns.items()}


def _recorded(model: Model, task: Task) -> dict[str, Column]:
    """Return what was recorded of each measure.

    Raises:
        ArtifactError: nothing was, or not by column.
    """
    kept = model.info.parts.get(HELD_OUT, {})
    names = [measure.name for measure in task.measures]
    columns = {n: kept[n] for n in names if n in kept} if isinstance(kept, dict) else {}
    if len(columns) < len(names):
        raise ArtifactError(
            f"{model.directory}: this model does not record what drift compares with, the rows "
            f"that training held out. {_AGAIN}"
        )
    if not all(isinstance(column, list) for column in columns.values()):
        raise ArtifactError(f"{model.directory / HELD_OUT}: not a list in each column. {_AGAIN}")
    return columns


def _measured(
    model: Model, task: Task, rows: Unlabelled
) -> tuple[dict[str, list[Any]], dict[str, int]]:
    """Return a column for each measure, and how many rows were read and rejected."""
    columns: dict[str, list[Any]] = defaultdict(list)
    counts = {"rows": 0, "rejected": 0}
    while batch := list(islice(rows.each, _TOGETHER)):
        good = [row for row in batch if not isinstance(row, Reject)]
        counts["rows"] += len(batch)
        counts["rejected"] += len(batch) - len(good)
        steps, contexts = [row.steps for row in good], [row.context for row in good]
        numbers = model.numbers(steps, contexts)
        for name, column in task.measured(model, steps, contexts, numbers).items():
            columns[name] += column
    return columns, counts


def _too_few(now: int, then: int) -> str:
    """Say why nothing can be told, if it cannot."""
    if now < FEWEST:
        return f"It cannot be told: {now} rows are too few, at least {FEWEST} are needed."
    if then < FEWEST:
        return (
            f"It cannot be told: training held out {then} rows, and at least {FEWEST} are needed "
            "to compare with. Train again with more data, or with more of it held out."
        )
    return ""
