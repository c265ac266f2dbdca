"""Give a saved model newer data to go on from, without training it anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from elman import artifact, tasks
from elman.data.fetched import fetching
from elman.errors import OptionError
from elman.runtime.model import Model
from elman.tasks.resolve import resolve
from elman.workflow.load import load, model_from
from elman.workflow.looking.report import page_anew
from elman.workflow.written import save

__all__ = ["update", "update_report"]


def update(model: Model | str | Path, data: Any, **options: Any) -> Model:
    """Let a forecaster go on from newer values; weights and figures stay as they are.

    Args:
        model: a directory, or a model that was loaded from one.
        data: as for `elman.train`: a file, a frame, or a list of values. Dates say where its values
            belong; without dates they follow those that the model has.
        **options: the options of `elman update`, with underscores.

    Returns:
        The model, as it now lies in the directory.

    Raises:
        InputError: the data do not go on from where the model's ended.
        OptionError: models of this task have nothing that could be newer.
        WorkError: the directory cannot be written; the model in it is whole.
    """
    update_report(model, data, options)
    return load(model_from(model).directory)


@fetching
def update_report(
    model: Model | str | Path,
    data: Any,
    options: dict[str, Any],
    say: Callable[[str], object] = lambda line: None,
) -> dict[str, Any]:
    """Update as `update`, and return the report that `elman update --json` prints."""
    loaded = model_from(model)
    task = tasks.named(loaded.task)
    if "update" not in task.abilities:
        raise OptionError(
            f"{loaded.directory}: a model of the task {task.name} goes on from nothing that could "
            "be newer. Train it again on the newer data."
        )
    renewed = task.renewed(loaded, data, resolve(task.name, options, "update"))
    for note in renewed.notes:
        say(note)
    saved = dataclasses.replace(loaded.info, parts={**loaded.info.parts, **renewed.parts})
    pages = {}
    if artifact.REPORT in saved.parts:
        pages[artifact.REPORT] = page_anew(task, Model.of(saved, task.codec, loaded.directory))
    save(dataclasses.replace(saved, parts={**saved.parts, **pages}), loaded.directory)
    return {"task": task.name, "model": str(loaded.directory), "notes": list(renewed.notes)}
