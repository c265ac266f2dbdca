"""What is looked at before a folder is made."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from elman import tasks
from elman.data.addresses import shown
from elman.data.pieces.cut import beginning
from elman.data.pieces.sources import Source
from elman.data.tables.keep import kept
from elman.errors import DataError, OptionError
from elman.runtime.model import Model
from elman.tasks.resolve import resolve
from elman.workflow.scoring.columns import agreed
from elman.workflow.scoring.job import Job
from elman.workflow.scoring.part import FILE, named
from elman.workflow.scoring.records import KINDS

__all__ = ["agree", "ask", "with_content"]

_SHOWN = 5


def with_content(sources: Sequence[Source]) -> tuple[list[Source], list[str]]:
    """Return files in which something is, and words about others: engines leave empty parts."""
    said = [
        f"{shown(s.name)}: is {shown(s.same)} by a link, and not taken again"
        for s in sources
        if s.same
    ]
    sources = [source for source in sources if not source.same]
    empty = [shown(source.name) for source in sources if not source.size]
    if len(empty) == len(sources):
        return list(sources[:1]), said
    named = ", ".join(empty[:_SHOWN]) + (", …" if len(empty) > _SHOWN else "")
    said += [f"{named}: empty, and not taken"] if empty else []
    return [source for source in sources if source.size], said


def ask(model: Model, job: Job) -> None:
    """Refuse what the model or the input cannot give, while there is no folder of it."""
    task = tasks.named(model.task)
    options = resolve(task.name, job.options, "predict")
    task.deciding(model, options)
    if not job.options and job.keep is None:
        return
    columns: dict[str, None] = {}
    fault: OptionError | None = None
    for source in job.sources:
        # whatever else is wrong with a file is said when the others are answered
        with contextlib.suppress(DataError), beginning(source) as path, named(path, source.where):
            columns |= dict.fromkeys(task.items(path, model, options).columns)
            try:
                kept(job.keep, [*columns], (FILE, *task.record_types(model)))
                return
            except OptionError as error:
                fault = OptionError(f"{shown(source.where)}: {error}")
            table = task.table(path, model, options)
            if table is None or table.format != "jsonl":
                break  # keys of JSON may come and go
    if fault is not None:
        raise fault


def agree(model: Model, job: Job) -> dict[str, Any]:
    """Return which columns are kept in every part, and of what kinds where parts have any."""
    if job.keep is None:
        return {}
    task = tasks.named(model.task)
    options = resolve(task.name, job.options, "predict")

    def columns(path: Path) -> Sequence[str]:
        return task.items(path, model, options).columns

    answers = (FILE, *task.record_types(model))
    return agreed(job.sources, job.keep, answers, columns, typed=job.kind == KINDS[-1])
