"""Judge a saved model on labelled data, through the same path as `predict`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from elman import tasks
from elman.data.fetched import fetching
from elman.errors import OptionError
from elman.figures import figure
from elman.runtime.model import Model
from elman.tasks.interface import Task
from elman.tasks.resolve import resolve
from elman.workflow.judge import set_beside
from elman.workflow.load import model_from

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from elman.tasks.given import EvaluateOptions

__all__ = ["evaluate"]


@fetching
def evaluate(
    model: Model | str | Path, data: Any = None, **options: Unpack[EvaluateOptions]
) -> dict[str, Any]:
    """Judge a saved model on labelled data, through the same path as `predict`.

    Args:
        model: a loaded model or its directory.
        data: as of `train`; when left out, the figures on the rows that training held out are
            returned, or what the options ask for instead.
        **options: the options of `elman evaluate`, with underscores.

    Returns:
        `n` rows, `metrics` with their intervals, and what the task shows beside: the worst errors,
        some right answers, figures of each class and the reliability, say.
    """
    loaded = model_from(model)
    task = tasks.named(loaded.task)
    resolved = resolve(task.name, cast(dict[str, Any], options), "evaluate")
    checks = task.checks(loaded, resolved)
    report: dict[str, Any] = {"task": task.name}
    if data is None:
        return report | (checks or _held_out(loaded, task))
    with tempfile.TemporaryDirectory() as place:
        labelled = task.labelled(data, loaded, resolved, Path(place))
        yardstick = labelled.yardstick
        numbers = loaded.numbers(labelled.steps, labelled.contexts)
        report |= {"n": len(labelled.steps), **labelled.facts}
        report |= {"metrics": yardstick.figures(numbers), **yardstick.details(numbers)}
        if labelled.opponents:
            points = yardstick.points(numbers)
            report["baselines"], _ = set_beside(points, labelled, labelled.opponents)
        if labelled.seen is not None and labelled.new is not None:
            points = yardstick.points(numbers)
            flattering = _of_seen(labelled.seen, labelled.new, points, yardstick.headline)
            report["warnings"] = [*report.get("warnings", ()), *flattering]
            report["seen"] = int(labelled.seen.sum())
        report |= labelled.telling(numbers)
    return report | checks


def _held_out(model: Model, task: Task) -> dict[str, Any]:
    """Return what training found on the rows that it held out.

    Raises:
        OptionError: the model does not record it.
    """
    trained = model.info.parts.get("metrics.json")
    needed = {"metrics", "baselines", "judged_on", "held_out"}
    if not isinstance(trained, dict) or not needed <= trained.keys():
        other = task.instead_of_data
        raise OptionError(
            "nothing to judge on: give DATA" + (f", or {other}, or both" if other else "")
        )
    told: dict[str, Any] = {name: trained[name] for name in ("metrics", "baselines", "judged_on")}
    return {**told, **trained["held_out"]}


def _of_seen(
    seen: NDArray[np.bool_], new: NDArray[np.bool_], points: NDArray[np.float64], headline: str
) -> Iterator[str]:
    """Say how far the figures flatter."""
    if not seen.any():
        return
    there, rows = int(seen.sum()), len(seen)
    if there == rows:
        said = "the one row was" if rows == 1 else f"all {rows:,} rows were"
    else:
        least = "" if (seen | new).all() else "at least "
        said = f"{least}{there:,} of {rows:,} rows {_was(there)}"
    line = (
        f"{said} in training, so the figures flatter; elman evaluate MODEL without DATA shows "
        "those on the rows that training held out"
    )
    if new.any():
        others = int(new.sum())
        line += f". On {others:,} that {_was(others)} not, the {headline} is "
        line += figure(headline, float(points[new].mean()))
    yield line


def _was(rows: int) -> str:
    return "was" if rows == 1 else "were"
