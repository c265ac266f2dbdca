"""Answers to items that were typed, and to files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from elman import tasks
from elman.errors import OptionError
from elman.runtime.model import Model
from elman.tasks.interface import Items, Located, Task
from elman.tasks.resolve import resolve
from elman.workflow.predict_file import answer_rows, check_paths, writer

__all__ = ["predict_file", "predict_typed"]


def predict_typed(model: Model, words: Sequence[str], options: dict[str, Any]) -> dict[str, Any]:
    """Answer items typed on the command line.

    Args:
        model: any loaded model.
        words: as typed; none asks a forecaster to go on from where its series stopped.
        options: of `elman predict`.
    """
    task, model = _asked(model, options)
    return {"task": task.name} | _answered(task, model, task.typed(model, words))


def predict_file(
    model: Model,
    path: Path,
    options: dict[str, Any],
    *,
    output: Path | None,
    rejects: Path | None,
) -> dict[str, Any]:
    """Answer every item of a file, in order; see `predict_file.answer_rows`."""
    task, model = _asked(model, options)
    resolved = resolve(task.name, options, "predict")
    paths = check_paths(path, output, rejects)
    items = task.items(path, model, resolved)
    if not items.whole:
        counts = answer_rows(model, items.each, task.records, *paths)
        return {"task": task.name, "said": items.said} | counts
    if rejects is not None:
        raise OptionError("--rejects: this model reads the file as a whole; it rejects no rows")
    report = {"task": task.name} | _answered(task, model, items, output)
    return report | ({} if output is None else {"output": str(output)})


def _asked(model: Model, options: dict[str, Any]) -> tuple[Task, Model]:
    task = tasks.named(model.task)
    return task, task.deciding(model, resolve(task.name, options, "predict"))


def _answered(task: Task, model: Model, items: Items, output: Path | None = None) -> dict[str, Any]:
    given = [located.item for located in items.each if isinstance(located, Located)]
    answers = model.predict(given)
    if output is not None:
        with writer(output) as write:
            for answer in answers:
                for record in task.records(answer):
                    write(record)
    return task.answered(items.said, given, answers)
