"""A model that is there already, and the one that would replace it, on the same rows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from elman import artifact
from elman.errors import ArtifactError, OptionError
from elman.figures import figure
from elman.judging.paired import paired
from elman.runtime.model import Model
from elman.tasks.interface import Beside, Prepared, Task, Trained
from elman.workflow.load import load

__all__ = ["beside_old", "old_model", "set_against", "spare_place"]


def old_model(task: Task, out: Path, *, force: bool) -> Model | None:
    """Return the finished model that a run would replace; None where nothing has to be asked.

    Raises:
        OptionError: it cannot be compared with what this run makes.
    """
    if force or not artifact.is_ours(out):
        return None
    try:
        old = load(out)
    except ArtifactError as error:
        raise OptionError(
            f"--out {out} holds a damaged model ({error}) To replace it: --force"
        ) from None
    if old.task != task.name:
        raise OptionError(
            f"--out {out} holds a model for the task {old.task}; this run is for {task.name}. "
            "Name another directory, or replace it: --force"
        )
    return old


def beside_old(prepared: Prepared, old: Model, out: Path) -> Beside:
    """Return the rows both are judged on, before anything is trained.

    Raises:
        OptionError: there are none.
    """
    found = prepared.beside(old)
    if isinstance(found, str):
        raise OptionError(
            f"--out {out} holds a model that cannot be judged beside the new one: {found}. "
            "Name another directory, or replace it: --force"
        )
    return found


def set_against(
    old: Model, new: Model, chosen: Trained, prepared: Prepared, beside: Beside
) -> dict[str, Any]:
    """Judge both models on the same rows, each as it decides.

    Returns:
        `rows`, the figures of each as `old` and `new`, the difference as `paired`, whether the new
        one is `worse`, and what was `said`.
    """
    theirs, test = beside.theirs, prepared.test
    ours = theirs.yardstick.deciding(chosen.output)
    numbers = new.numbers(test.steps, test.contexts)[beside.rows]
    before = old.numbers(theirs.steps, theirs.contexts)
    difference = paired(
        ours.points(numbers), theirs.yardstick.points(before), block=theirs.yardstick.block
    )
    figures = {"old": theirs.yardstick.figures(before), "new": ours.figures(numbers)}
    name = theirs.yardstick.headline
    was, now = figures["old"][name], figures["new"][name]
    return {
        "rows": len(beside.rows),
        **figures,
        "paired": difference,
        "headline": name,
        "worse": now < was if theirs.yardstick.higher_is_better else now > was,
        "said": f"On the same {len(beside.rows):,} rows the model that was there has {name} "
        f"{figure(name, was)}, the new one {figure(name, now)}{beside.note}.",
    }


def spare_place(out: Path) -> Path:
    """Return where a model goes that does not replace the one in `out`."""
    whole = Path(os.path.abspath(out))
    return whole.with_name(f"{whole.name}.new")
