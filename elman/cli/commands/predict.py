"""`elman predict`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.app import ModelDir, given, out_option
from elman.cli.complete import columns, one_of
from elman.cli.console import Console
from elman.cli.pages import DATA, OUTPUT
from elman.cli.task_options import with_task_options
from elman.errors import DataError, InputError, OptionError

__all__ = ["predict"]

_FORMATS = ("lines", "csv", "tsv", "jsonl")


@with_task_options
def predict(
    model: ModelDir,
    items: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]...", help="texts, or values of a series")
    ] = None,
    input: Annotated[
        Path | None,
        typer.Option(
            help="file to read, of any size; - is standard input, which is also read where it is "
            "no terminal and no TEXT is given",
            rich_help_panel=DATA,
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
        Path | None, out_option("file to write: .jsonl, .csv or .parquet; .html draws a forecast")
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(help="where bad rows go [default: OUT.rejects.jsonl]", rich_help_panel=OUTPUT),
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

    if input is not None and items:
        raise OptionError(f'give either texts or --input, not both (text: "{items[0]}")')
    native.use_threads(native.cores())
    loaded, asked = load(model), given(options)
    written: dict[str, Any] = {"output": out, "rejects": rejects, "keep": keep}
    dash = input is not None and str(input) == "-"
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
        report = predict_typed(loaded, items or [], asked, output=out)
    if out is not None:
        console.show(screen("predict", report))
    else:
        console.answers(screen("predict", report))
        console.draw(screen("chart", report))
    console.answer(report)
