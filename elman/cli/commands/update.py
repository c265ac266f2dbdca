"""`elman update`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.app import ModelDir, data_name, given
from elman.cli.console import Console
from elman.cli.task_options import with_task_options

__all__ = ["update"]


@with_task_options
def update(
    model: ModelDir,
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DATA",
            help="newer values, as for train",
            show_default=False,
            parser=data_name,
        ),
    ],
    *,
    console: Console,
    **options: Any,
) -> None:
    """Let the forecaster in MODEL go on from newer DATA, without training it anew."""
    from elman.workflow.update import update_report

    report = update_report(model, data, given(options))
    console.show(report["notes"])
    console.answer(report)
