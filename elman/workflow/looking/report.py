"""The page about a model: at the end of every training, and anew for a saved model."""

from __future__ import annotations

import dataclasses
import logging
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from elman import artifact, tasks
from elman.data.fetched import fetching
from elman.errors import ArtifactError, OptionError
from elman.files import atomic_write
from elman.reporting.build import report_page
from elman.runtime.model import Model
from elman.tasks.interface import Labelled, Task
from elman.tasks.options import Options
from elman.tasks.resolve import resolve
from elman.training.listener import Listener
from elman.workflow.load import model_from
from elman.workflow.looking.memory import card_of
from elman.workflow.written import check_written, save

__all__ = ["page_after_training", "page_anew", "report"]

_log = logging.getLogger("elman.report")

_ASKED = 64
"""Rows on which smaller weights are tried."""
_CARD_ROWS, _CARD_TIME = 48, "1s"
"""Of the memory card at the end of a training: fewer rows than the order test takes, which trains
networks for seconds and says little of so few; and what it may take, after which no measure begins.
"""


@fetching
def report(
    model: Model | str | Path, data: Any = None, *, out: str | Path | None = None, **options: Any
) -> Path:
    """Write the page about a saved model, with the model in it, and return where it lies.

    Args:
        model: a loaded model or its directory.
        data: labelled rows as for `elman evaluate`, on which its memory is measured; without them
            rows are made up from what the model knows.
        out: the .html file to write; else `report.html` in the model's directory.
        **options: those of `elman report`, with underscores.

    Raises:
        InputError: model, data or options are at fault.
        WorkError: the file cannot be written.
    """
    loaded = model_from(model)
    if out is not None:
        if Path(out).suffix != ".html":
            raise OptionError(f"--out {out}: give the name of an .html file")
        if artifact.is_part(Path(out)) and Path(out).parent.samefile(loaded.directory):
            out = None
        else:
            check_written("--out", Path(out), data)
    task = tasks.named(loaded.task)
    records = [loaded.info.parts.get(name) for name in ("metrics.json", artifact.HELD_OUT)]
    said, held_out = (part if isinstance(part, dict) else None for part in records)
    if said is None or "metrics" not in said:
        raise ArtifactError(
            f"{loaded.directory}: this model has no record of its training (metrics.json), which "
            "its page shows. Train it again with this version of elman."
        )
    chosen = resolve(task.name, options, "report")
    with tempfile.TemporaryDirectory() as place:
        if data is None:
            rows = task.made_up(loaded, rows=_ASKED, seed=chosen.seed)
        else:
            rows = task.labelled(data, loaded, chosen, Path(place))
        card = card_of(loaded, rows, chosen, with_labels=data is not None)
        few = fewer(rows, _ASKED)
        page = report_page(task, loaded, said, held_out or {}, (few.steps, few.contexts), card)
    if out is not None:
        atomic_write(Path(out), page.encode("utf-8", "backslashreplace"))
        return Path(out)
    parts = {**loaded.info.parts, artifact.REPORT: page}
    save(dataclasses.replace(loaded.info, parts=parts), loaded.directory)
    return loaded.directory / artifact.REPORT


def page_after_training(
    task: Task,
    model: Model,
    said: Mapping[str, Any],
    held_out: Mapping[str, Sequence[Any]],
    test: Labelled,
    options: Options,
    listener: Listener,
) -> str:
    """Return the page of a model that was just trained; empty, with a warning, if it fails.

    An hour of training is not thrown away for a picture of it.
    """
    try:
        few = fewer(test, _ASKED)
        quick = dataclasses.replace(options, time_limit=_CARD_TIME)
        card = card_of(model, fewer(test, _CARD_ROWS), quick, with_labels=True)
        return report_page(task, model, said, held_out, (few.steps, few.contexts), card)
    except Exception as error:
        _log.debug("no page", exc_info=True)
        listener.warn(f"no {artifact.REPORT} was made: {error}")
        return ""


def page_anew(task: Task, model: Model) -> str:
    """Return the page of a model whose directory had one, after it was updated.

    Without a memory card, which takes torch and time; `elman report` measures one.
    """
    held_out = model.info.parts.get(artifact.HELD_OUT, {})
    rows = task.made_up(model, rows=_ASKED, seed=0)
    said = model.info.part("metrics.json")
    return report_page(task, model, said, held_out, (rows.steps, rows.contexts))


def fewer(rows: Labelled, most: int) -> Labelled:
    """Return some rows, spread over all."""
    places = np.unique(np.linspace(0, len(rows.steps) - 1, most).astype(int))
    return dataclasses.replace(
        rows,
        steps=[np.asarray(rows.steps[n]) for n in places.tolist()],
        contexts=[rows.contexts[n] for n in places.tolist()],
        wanted=rows.wanted[places],
    )
