"""`elman train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from elman.cli.app import DataFile, StoppedError, given, out_option
from elman.cli.console import Console
from elman.cli.task_options import TaskName, with_task_options

__all__ = ["train"]


@with_task_options
def train(
    data: DataFile,
    out: Annotated[Path, out_option("model directory to write")],
    task: TaskName = None,
    *,
    console: Console,
    **options: Any,
) -> None:
    """Train a recurrent model on DATA, judge it beside honest opponents, save it."""
    from elman.cli.screen import screen
    from elman.workflow.train import refusal, train_together

    try:
        report = train_together(data, out, task, given(options), console)
    except KeyboardInterrupt as error:
        raise StoppedError(f"interrupted{error.args[0] if error.args else ''}") from None
    if report is None:  # this process has helped another, which says what there is to say
        return
    console.show(screen("train", report))
    if "replaces" in report:
        console.show(["", report["replaces"]["said"]])
    console.answer(report)
    if refused := refusal(report, out):
        raise refused
