"""`elman predict`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.app import ModelDir, StoppedError, given, out_option
from elman.cli.complete import columns, one_of
from elman.cli.console import Console
from elman.cli.pages import DATA, OUTPUT
from elman.cli.task_options import with_task_options
from elman.errors import DataError, InputError, OptionError
from elman.tasks.options import flag

__all__ = ["predict"]

_FORMATS = ("lines", "csv", "tsv", "jsonl")
_PARTS = ("jsonl", "csv", "parquet")


@with_task_options
def predict(
    model: ModelDir,
    items: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]...", help="texts, or values of a series")
    ] = None,
    input: Annotated[
        str | None,
        typer.Option(
            help="file to read, of any size, or many by a pattern, as 'in/*.parquet'; - is "
            "standard input, which is also read where it is no terminal and no TEXT is given",
            rich_help_panel=DATA,
            metavar="FILE",
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            help="of standard input: lines, csv, tsv or jsonl; by default told from its first line",
            rich_help_panel=DATA,
            autocompletion=one_of(_FORMATS),
        ),
    ] = None,
    keep: Annotated[
        str | None,
        typer.Option(
            help="columns of the input that go before the answers, as id,date, or all",
            rich_help_panel=OUTPUT,
            autocompletion=columns,
        ),
    ] = None,
    out: Annotated[
        str | None,
        out_option(
            "file to write: .jsonl, .csv or .parquet; .html draws a forecast; or a folder, as out/",
            parser=str,
        ),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(help="where bad rows go [default: OUT.rejects.jsonl]", rich_help_panel=OUTPUT),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            help="of a folder: processes that answer side by side [default: as many as cores]",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(
            help="of a folder: which of how many machines this is, as 2/8",
            rich_help_panel=OUTPUT,
            metavar="I/N",
        ),
    ] = None,
    parts: Annotated[
        str | None,
        typer.Option(
            help="of a folder: jsonl, csv or parquet [default: parquet of parquet, else jsonl]",
            rich_help_panel=OUTPUT,
            autocompletion=one_of(_PARTS),
            hidden=True,
        ),
    ] = None,
    part_size: Annotated[
        float | None,
        typer.Option(
            help="of a folder: MiB of input that become one part, about [default: 16]",
            rich_help_panel=OUTPUT,
            hidden=True,
        ),
    ] = None,
    *,
    console: Console,
    **options: Any,
) -> None:
    """Answer for texts, or for a file row by row; bad rows go to a rejects file."""
    from elman import native
    from elman.cli.screen import screen
    from elman.data.tables.piped import Piped
    from elman.workflow.load import load
    from elman.workflow.predict import predict_file, predict_piped, predict_typed
    from elman.workflow.scoring.run import is_folder

    if input is not None and items:
        raise OptionError(f'give either texts or --input, not both (text: "{items[0]}")')
    divided = given({"workers": workers, "shard": shard, "parts": parts, "part_size": part_size})
    dash = input == "-"
    if input is not None and out is not None and not dash and is_folder(out, input):
        if rejects is not None:
            raise OptionError("--rejects: a folder has its own, _rejects. Leave it out.")
        _into_folder(console, load(model), input, out, given(options), keep=keep, **divided)
        return
    if divided:
        name = flag(next(iter(divided)))
        raise OptionError(f"{name} needs --input FILE and --out with a folder, as out/")
    native.use_threads(native.cores())
    loaded, asked = load(model), given(options)
    place = None if out is None else Path(out)
    written: dict[str, Any] = {"output": place, "rejects": rejects, "keep": keep}
    piped = None
    if dash or (input is None and not items and not sys.stdin.isatty()):
        try:
            piped = Piped(asked.get("encoding"))
        except InputError as error:
            # closed, and nobody said that it should be read
            if dash or isinstance(error, DataError):
                raise
    if piped is not None and (dash or piped.first):
        report = predict_piped(loaded, piped, asked, format=format, **written)
    elif format is not None:
        raise OptionError("--format is of standard input; a file's is told from its name")
    elif input is not None:
        report = predict_file(loaded, input, asked, **written)
    elif wrong := next((name for name in ("rejects", "keep") if written[name] is not None), None):
        raise OptionError(f"--{wrong} needs --input FILE")
    else:
        report = predict_typed(loaded, items or [], asked, output=place)
    if out is not None:
        console.show(screen("predict", report))
    else:
        console.answers(screen("predict", report))
        console.draw(screen("chart", report))
    console.answer(report)


def _into_folder(
    console: Console, model: Any, input: str, out: str, asked: dict[str, Any], **how: Any
) -> None:
    from elman.workflow.scoring.run import predict_folder, screen

    try:
        report = predict_folder(model, input, out, asked, listener=console, **how)
    except KeyboardInterrupt:
        raise StoppedError(
            "interrupted; the parts that are done stay, and the same command goes on"
        ) from None
    console.show(screen(report))
    console.answer(report)
