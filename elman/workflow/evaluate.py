"""Judge a saved model on labelled data, through the same path as `predict`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from elman import tasks
from elman.errors import OptionError
from elman.runtime.model import Model
from elman.tasks.resolve import resolve
from elman.workflow.judge import set_beside
from elman.workflow.load import model_from

__all__ = ["evaluate"]


def evaluate(model: Model | str | Path, data: Any = None, **options: Any) -> dict[str, Any]:
    """Judge a saved model on labelled data, through the same path as `predict`.

    Args:
        model: a loaded model or its directory.
        data: as of `train`; may be left out where the options ask for something else to judge.
        **options: the options of `elman evaluate`, with underscores.

    Returns:
        `n` rows, `metrics` with their intervals, and what the task shows beside: the worst errors
        and per class its figures, say.
    """
    loaded = model_from(model)
    task = tasks.named(loaded.task)
    resolved = resolve(task.name, options, "evaluate")
    checks = task.checks(loaded, resolved)
    report: dict[str, Any] = {"task": task.name}
    if data is None:
        if not checks:
            other = task.instead_of_data
            raise OptionError(
                "nothing to judge on: give DATA" + (f", or {other}, or both" if other else "")
            )
        return report | checks
    with tempfile.TemporaryDirectory() as place:
        labelled = task.labelled(data, loaded, resolved, Path(place))
        yardstick = labelled.yardstick
        numbers = loaded.numbers(labelled.steps, labelled.contexts)
        report |= {"n": len(labelled.steps), **labelled.facts}
        report |= {"metrics": yardstick.figures(numbers), **yardstick.details(numbers)}
        if labelled.opponents:
            points = yardstick.points(numbers)
            report["baselines"], _ = set_beside(points, labelled, labelled.opponents)
        if labelled.worst is not None:
            report["worst"] = labelled.worst(numbers)
    return report | checks
