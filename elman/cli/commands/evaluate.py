"""`elman evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.app import ModelDir, data_name, given
from elman.cli.console import Console
from elman.cli.task_options import with_task_options

__all__ = ["evaluate"]


@with_task_options
def evaluate(
    model: ModelDir,
    data: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DATA]",
            help="as for train; without it the rows that training held out",
            show_default=False,
            parser=data_name,
        ),
    ] = None,
    *,
    console: Console,
    **options: Any,
) -> None:
    """Judge MODEL on labelled DATA: figures with intervals, errors, calibration.

    With --behaviour, also or instead: which behavioural tests fail, by capability.
    """
    from elman.cli.screen import screen
    from elman.workflow.evaluate import evaluate as judge

    report = judge(model, data, **given(options))
    for line in report.get("warnings", ()):
        console.warn(line)
    console.show(screen("evaluate", report))
    console.answer(report)
