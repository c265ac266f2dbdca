"""The commands and their options. The options of `train` and `compare` come from the tasks' own."""

from __future__ import annotations

import dataclasses
import inspect
import io
import os
import re
import signal
import sys
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from elman.errors import ElmanError
from elman.tasks.options import OPTIONS, Options

__all__ = ["DataFile", "Json", "ModelDir", "Unsure", "app", "run", "with_task_options"]

app = typer.Typer(
    name="elman",
    help="Recurrent networks that work: train, compare honestly, stream, run without PyTorch.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_INTERRUPTED = 130

Json = Annotated[bool, typer.Option("--json", help="print one JSON object as the last line")]
ModelDir = Annotated[Path, typer.Argument(help="a model directory", show_default=False)]
DataFile = Annotated[
    Path,
    typer.Argument(
        help="csv, tsv, jsonl, parquet (also .gz), a folder with a sub-folder of .txt per class, "
        "or fastText __label__ lines",
        show_default=False,
    ),
]
Unsure = Annotated[float | None, typer.Option(help='answer "don\'t know" below this probability')]


def run() -> int:
    """Run the command line on `sys.argv` and return the exit code."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    from elman.cli import commands  # noqa: F401  registers them on `app`

    try:
        code = int(app(standalone_mode=False) or 0)
        return _interrupted() if code == _INTERRUPTED else code
    except typer.Abort:
        return 1
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ElmanError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except typer.TyperException as error:
        message = error.format_message()
        if re.match(r"No such option: -\d", message):
            message += " Negative values go after two dashes: elman predict MODEL -- 1.5 -2 0.3"
        print(f"error: {message}", file=sys.stderr)
        context = getattr(error, "ctx", None)
        if context is not None:
            print(f"See: {context.command_path} --help", file=sys.stderr)
        return 2


def _interrupted() -> int:
    kept = "; what was trained so far is kept, --resume continues"
    print("interrupted" + (kept if sys.argv[1:2] == ["train"] else ""), file=sys.stderr)
    return _INTERRUPTED


def _as_interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def with_task_options(
    *, only: frozenset[str] | None = None, without: frozenset[str] = frozenset()
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command every option of every task, as None when the user did not type it."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [
            p
            for p in inspect.signature(command, eval_str=True).parameters.values()
            if p.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        parameters = {p.name: p for p in own}
        for task, kind in OPTIONS.items():
            hints = typing.get_type_hints(kind)
            for field in dataclasses.fields(kind):
                wanted = field.name not in without and (only is None or field.name in only)
                if wanted and field.name not in parameters:
                    parameters[field.name] = _parameter(task, field, hints[field.name])
        command.__signature__ = inspect.Signature(list(parameters.values()))  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in parameters.values()}
        return command

    return decorate


def _parameter(task: str, field: dataclasses.Field[Any], hint: Any) -> inspect.Parameter:
    choices = field.metadata["choices"]
    shared = field.name in {f.name for f in dataclasses.fields(Options)}
    help = ("" if shared else f"{task}: ") + field.metadata["help"]
    help += f": {', '.join(choices)}" if choices else ""
    if field.default not in (None, False, True):
        help += f" [default: {field.default}]"
    flag = "--" + field.name.replace("_", "-")
    if hint is bool:
        flag = f"{flag}/--no-{flag[2:]}" if field.default else flag
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[hint | None, typer.Option(flag, help=help)],
    )
