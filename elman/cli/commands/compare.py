"""`elman compare`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from elman.cli.app import DataFile, given
from elman.cli.complete import some_of
from elman.cli.console import Console
from elman.cli.task_options import TaskName, with_task_options
from elman.tasks.resolve import fields_for

__all__ = ["compare"]

_MODELS = [
    name
    for found in fields_for("train")
    if found.field.name in ("cell", "preset")
    for name in found.field.metadata["choices"]
]


@with_task_options
def compare(
    data: DataFile,
    task: TaskName = None,
    models: Annotated[
        str,
        typer.Option(
            help="cells and presets to try, as rnn,gru,lstm,strong", autocompletion=some_of(_MODELS)
        ),
    ] = "rnn,gru,lstm",
    seeds: Annotated[int, typer.Option(help="runs of each recurrent model")] = 3,
    *,
    console: Console,
    **options: Any,
) -> None:
    """Train several recurrent models over several seeds beside honest opponents."""
    from elman.cli.screen import screen
    from elman.workflow.compare import compare as compare_models

    report = compare_models(
        data,
        task=task,
        models=tuple(models.split(",")),
        seeds=seeds,
        listener=console,
        **given(options),
    )
    console.show(screen("compare", report))
    console.answer(report)
