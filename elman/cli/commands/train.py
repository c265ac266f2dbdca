"""`elman train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.app import DataFile, Json, StoppedError, given
from elman.cli.console import Console, print_json
from elman.cli.task_options import TaskName, with_task_options

__all__ = ["train"]


@with_task_options
def train(
    data: DataFile,
    out: Annotated[Path, typer.Option(help="model directory to write", show_default=False)],
    task: TaskName = None,
    as_json: Json = False,
    **options: Any,
) -> None:
    """Train a recurrent model on DATA, judge it beside honest opponents, save it."""
    from elman.workflow.screen import screen
    from elman.workflow.train import refusal, train_report

    console = Console(as_json=as_json)
    try:
        report = train_report(data, out, task, given(options), console)
    except KeyboardInterrupt as error:
        raise StoppedError(f"interrupted{error.args[0] if error.args else ''}") from None
    console.show(screen("train", report))
    if "replaces" in report:
        console.show(["", report["replaces"]["said"]])
    if as_json:
        print_json(report)
    if refused := refusal(report, out):
        raise refused
