"""`elman compare`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from elman.cli.app import DataFile, Json, given
from elman.cli.console import Console, print_json
from elman.cli.task_options import TaskName, with_task_options

__all__ = ["compare"]


@with_task_options
def compare(
    data: DataFile,
    task: TaskName = None,
    models: Annotated[
        str, typer.Option(help="cells and presets to try, as rnn,gru,lstm,strong")
    ] = "rnn,gru,lstm",
    seeds: Annotated[int, typer.Option(help="runs of each recurrent model")] = 3,
    as_json: Json = False,
    **options: Any,
) -> None:
    """Train several recurrent models over several seeds beside honest opponents."""
    from elman.workflow.compare import compare as compare_models
    from elman.workflow.screen import screen

    console = Console(as_json=as_json)
    report = compare_models(
        data,
        task=task,
        models=tuple(models.split(",")),
        seeds=seeds,
        listener=console,
        **given(options),
    )
    console.show(screen("compare", report))
    if as_json:
        print_json(report)
