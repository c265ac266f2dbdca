"""The options of the tasks as options of commands; which command takes one stands in the task."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import Annotated

import typer

from elman import tasks
from elman.cli.complete import columns, one_of
from elman.cli.pages import DATA, MORE, TRAINING
from elman.tasks import options
from elman.tasks.options import flag
from elman.tasks.resolve import Field, fields_for

__all__ = ["TaskName", "with_task_options"]

TaskName = Annotated[
    str | None,
    typer.Option(
        "--task",
        help=f"{' or '.join(tasks.names())}; else guessed",
        rich_help_panel=DATA,
        autocompletion=one_of(tasks.names()),
    ),
]


def with_task_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that the tasks have for it, as None when not typed.

    They reach the command's `**options`.
    """
    own = inspect.signature(command, eval_str=True).parameters.values()
    parameters = [p for p in own if p.kind is not inspect.Parameter.VAR_KEYWORD]
    parameters += [_parameter(found, command.__name__) for found in fields_for(command.__name__)]
    # typer reads the signature and the annotations, not the arguments that a call would take
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command


def _parameter(found: Field, command: str) -> inspect.Parameter:
    field, choices = found.field, found.field.metadata["choices"]
    help = (f"{', '.join(found.owners)}: " if found.owners else "") + field.metadata["help"]
    help += f": {', '.join(choices)}" if choices else ""
    if field.default not in (None, False, True):
        help += f" [default: {field.default}]"
    name = flag(field.name)
    if found.hint is bool:
        name = f"{name}/--no-{name[2:]}" if field.default else name
    elif bool in typing.get_args(found.hint):
        name = f"{name}/--no-{name[2:]}"
    panel = TRAINING if command in options.TRAINING else MORE
    if "evaluate" in field.metadata["commands"]:
        panel = DATA
    complete = one_of(choices) if choices else columns if field.metadata["column"] else None
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[
            found.hint | None,
            typer.Option(
                name,
                help=help,
                hidden=field.metadata["advanced"],
                rich_help_panel=panel,
                autocompletion=complete,
            ),
        ],
    )
