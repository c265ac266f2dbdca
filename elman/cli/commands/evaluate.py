"""`elman evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.app import Json, ModelDir, given
from elman.cli.console import Console, print_json
from elman.cli.task_options import with_task_options

__all__ = ["evaluate"]


@with_task_options
def evaluate(
    model: ModelDir,
    data: Annotated[
        Path | None,
        typer.Argument(
            help="as for train; without it the rows that training held out", show_default=False
        ),
    ] = None,
    as_json: Json = False,
    **options: Any,
) -> None:
    """Judge MODEL on labelled DATA: figures with intervals, errors, calibration.

    With --behaviour, also or instead: which behavioural tests fail, by capability.
    """
    from elman.workflow.evaluate import evaluate as judge
    from elman.workflow.screen import screen

    console = Console(as_json=as_json)
    report = judge(model, data, **given(options))
    for line in report.get("warnings", ()):
        console.warn(line)
    console.show(screen("evaluate", report))
    if as_json:
        print_json(report)
