"""A model's page, built of its own records: `metrics.json`, `held_out.json`, its weights."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from elman.reporting.common import about, results, running, training
from elman.reporting.precision import choose_precision
from elman.runtime.arrays import Steps
from elman.runtime.model import Model
from elman.tasks.interface import Task
from elman.tasks.reporter import Reporter
from elman.tasks.sections import percent
from elman.version import __version__
from elman.web.blocks import Live, Section, plain
from elman.web.packed import packed
from elman.web.page import page

__all__ = ["report_page"]

_LARGEST = 24 * 2**20
"""Bytes of a model inside a page; a browser is slow to open more, and a directory's page is bounded
too."""
_CHECKS = 8
"""Answers of the model that the page holds its own against."""


def report_page(
    task: Task,
    model: Model,
    report: Mapping[str, Any],
    held_out: Mapping[str, Sequence[Any]],
    sample: tuple[Sequence[Steps], Sequence[Any]],
    memory: Sequence[Section] = (),
) -> str:
    """Return a page of HTML about a model, with the model in it.

    Args:
        task: its task.
        model: to be shown; its directory stands in what there is to type.
        report: what `train` said of it.
        held_out: of the rows that training held out, by column.
        sample: steps and contexts of some inputs, on which smaller weights are tried.
        memory: sections of its memory card.
    """
    reporter = task.reporter()
    checked = reporter.checked(model, report)[:_CHECKS]
    encoded = [model.codec.encode(item) for item in checked]
    steps = [*sample[0], *(each.steps for each in encoded)]
    contexts = [*sample[1], *(each.context for each in encoded)]
    chosen = choose_precision(model, task, steps, contexts)
    example = reporter.example(model, report)
    stream = "stream" in task.abilities and reporter.streams(model)
    how = training(report)
    sections = [
        results(report, reporter.shown(report), reporter.called(report)),
        Section("Ask it", [Live(example)]),
        *reporter.sections(model, report, held_out),
        *memory,
        *([how] if how is not None else []),
        about(model, report),
        running(model, reporter.typed(model, report), stream=stream),
    ]
    inside: dict[str, Any] | None = packed(model.info, chosen.precision, reporter.parts)
    measured = chosen.said
    if (size := len(json.dumps(inside))) > _LARGEST:
        inside = None
        measured = (
            f"The model would be {size / 2**20:,.0f} MiB here, more than a page should weigh, so "
            "it is not inside and cannot be asked."
        )
    payload = {
        "kind": "report",
        "title": f"{model.directory.name or 'model'}: {_headline(reporter, report)}",
        "elman": __version__,
        "sections": [plain(section) for section in sections],
        "model": inside,
        "checks": [
            {"item": item, "numbers": model.numbers([steps], [context]).ravel().tolist()}
            for item, (steps, context) in zip(checked, encoded, strict=True)
        ],
        "measured": measured,
    }
    return page(f"{model.directory.name}: elman report", payload)


_WRITTEN = {"share": percent, "points": "{:.1f}".format, "value": "{:.4g}".format}


def _headline(reporter: Reporter, report: Mapping[str, Any]) -> str:
    first = reporter.shown(report)[0]
    return f"{first.called} {_WRITTEN[first.unit](report['metrics'][first.key])}"
