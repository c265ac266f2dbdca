"""Answers to items that were typed, and to files."""

from __future__ import annotations

import dataclasses
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from elman import tasks
from elman.data.fetched import fetching
from elman.data.tables.keep import kept
from elman.data.tables.piped import FORMATS, Piped
from elman.data.tables.table import Reject
from elman.data.unread import PIPED
from elman.errors import DataError, OptionError, did_you_mean
from elman.files import atomic_write
from elman.runtime.model import Model
from elman.tasks.interface import Items, Located, Passed, Task
from elman.tasks.resolve import resolve
from elman.workflow.predict_file import PAGE, answer_rows, at_line, check_paths
from elman.workflow.scoring.records import KINDS, writer

__all__ = ["predict_file", "predict_piped", "predict_typed"]

_log = logging.getLogger("elman.data")


def predict_typed(
    model: Model, words: Sequence[str], options: dict[str, Any], *, output: Path | None = None
) -> dict[str, Any]:
    """Answer items typed on the command line.

    Args:
        model: any loaded model.
        words: as typed; none asks a forecaster to go on from where its series stopped.
        options: of `elman predict`.
        output: a file for the answers, where they are to one item that is a whole, as a series is.
    """
    task, model = _asked(model, options)
    items = task.typed(model, words)
    if output is None:
        return {"task": task.name} | _answered(task, model, items)
    if not items.whole:
        raise OptionError("--out needs --input FILE; texts are answered on the screen")
    return _items_answered(task, model, items, check_paths(None, output, None), None, None)


@fetching
def predict_file(
    model: Model,
    path: str | Path,
    options: dict[str, Any],
    *,
    output: Path | None = None,
    rejects: Path | None = None,
    keep: str | None = None,
) -> dict[str, Any]:
    """Answer every item of a file, in order; see `predict_file.answer_rows`.

    Args:
        model: any loaded model.
        path: the file, or its address.
        options: of `elman predict`.
        output: a .jsonl, .csv or .parquet file; None writes JSON lines to standard output.
        rejects: where bad rows go, by default beside the output.
        keep: columns that go with the answers, as "id,date", or "all".
    """
    path = Path(path)
    task, model = _asked(model, options)
    resolved = resolve(task.name, options, "predict")
    items = task.items(path, model, resolved)
    paths = check_paths(path, output, rejects, items.endings)
    return _items_answered(task, model, items, paths, rejects, keep)


def predict_piped(
    model: Model,
    piped: Piped,
    options: dict[str, Any],
    *,
    format: str | None = None,
    output: Path | None = None,
    rejects: Path | None = None,
    keep: str | None = None,
) -> dict[str, Any]:
    """Answer standard input as it comes; as `predict_file` otherwise."""
    task, model = _asked(model, options)
    resolved = resolve(task.name, options, "predict")
    if format is not None and format not in FORMATS:
        raise OptionError(f'--format "{format}" is not known. {did_you_mean(format, FORMATS)}')
    if not piped.first:
        raise DataError("standard input is empty; expected texts or values, one a line")
    paths = check_paths(PIPED, output, rejects)
    items = task.piped(piped, model, resolved, format)
    return _items_answered(task, model, items, paths, rejects, keep, lambda: piped.waits)


def _items_answered(
    task: Task,
    model: Model,
    items: Items,
    paths: tuple[Path | None, Path | None],
    rejects: Path | None,
    keep: str | None,
    waits: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    output, bad = paths
    _log.info("%s", items.said)
    if not items.whole:
        if output is not None and output.suffix == PAGE:
            raise OptionError(
                f"--out {output}: a page is drawn of one answer to a whole, as a forecast is; rows "
                f"go to {', '.join(KINDS)}"
            )
        types = task.record_types(model)
        held = kept(keep, items.columns, (*types,))
        counts = answer_rows(
            model, items.each, task.records, *paths, held, waits, items.written, types
        )
        return {"task": task.name, "said": items.said} | counts
    if keep is not None:
        raise OptionError(
            "--keep: this model reads the input as a whole and answers once, not row by row. "
            "Leave it out."
        )
    each = [row for row in items.each if not isinstance(row, Passed)]
    left = [row for row in each if isinstance(row, Reject)]
    if left and len(left) == len(each):
        raise DataError(_none_of(left))
    good = dataclasses.replace(items, each=iter([r for r in each if isinstance(r, Located)]))
    report = {"task": task.name} | _answered(task, model, good, output)
    if left:
        with writer(bad, sys.stderr) as write:
            for row in left:
                write(at_line(row.line) | dict(row.named) | {"reason": row.reason})
    elif bad is not None:
        bad.unlink(missing_ok=True)
    counts = {"rows": len(each), "answered": len(each) - len(left), "rejected": len(left)}
    report |= counts | {"rejects": str(bad) if left and bad is not None else None}
    return report | ({} if output is None else {"output": str(output)})


def _none_of(left: Sequence[Reject]) -> str:
    """Say why nothing can be answered."""
    first, more = left[0], len(left) - 1
    place = f"{first.source}, line {first.line}: " if first.source else ""
    name = "".join(f"{name}: " for name in first.named.values()) if more else ""
    return f"{place}{name}{first.reason}" + (f" (and {more:,} more like it)" if more else "")


def _asked(model: Model, options: dict[str, Any]) -> tuple[Task, Model]:
    task = tasks.named(model.task)
    return task, task.deciding(model, resolve(task.name, options, "predict"))


def _answered(task: Task, model: Model, items: Items, output: Path | None = None) -> dict[str, Any]:
    for warning in items.warnings:
        _log.warning("%s", warning)
    given = [located.item for located in items.each if isinstance(located, Located)]
    answers = model.predict(given)
    report = task.answered(items.said, given, answers)
    if output is not None and output.suffix == PAGE:
        atomic_write(output, task.page(report).encode("utf-8", "backslashreplace"))
    elif output is not None:
        with writer(output, types=task.record_types(model)) as write:
            for answer in answers:
                for record in task.records(answer):
                    write(record)
    return report
