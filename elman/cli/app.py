"""The application, and the arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.pages import OUTPUT, Commands
from elman.cli.versions import versions
from elman.data.addresses import shown
from elman.errors import ElmanError, OptionError

__all__ = ["DataFile", "ModelDir", "StoppedError", "app", "data_name", "given", "out_option"]

app = typer.Typer(
    name="elman",
    cls=Commands,
    help="Recurrent networks that work: train, compare honestly, stream, run without PyTorch.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def data_name(value: str) -> Path | str:
    """Return a path; an address stays as it is typed."""
    return value if "://" in value else Path(value)


ModelDir = Annotated[
    Path, typer.Argument(metavar="MODEL", help="a model directory", show_default=False)
]
DataFile = Annotated[
    Path,
    typer.Argument(
        metavar="DATA",
        help="csv, tsv, jsonl, parquet (also .gz), a folder of such or a pattern of their names, a "
        "folder with a sub-folder of .txt per class, or fastText __label__ lines; here, or by an "
        "address as s3://bucket/a.csv",
        show_default=False,
        parser=data_name,
    ),
]


class StoppedError(ElmanError):
    """Somebody ended the command; the message says what is kept."""

    exit_code = 130


def _out_name(value: str | Path) -> Path:
    if isinstance(value, str) and "://" in value:  # a default is a path already
        raise OptionError(
            f"--out {shown(value)}: is written to a folder of this machine; copy it from there. "
            "Only answers of predict go to an address."
        )
    return Path(value)


def out_option(help: str, *, parser: Callable[[str], Any] = _out_name) -> Any:
    """Declare `--out`: what a command makes, whatever it is."""
    return typer.Option(
        "--out",
        help=help,
        show_default=False,
        rich_help_panel=OUTPUT,
        metavar="FILE",
        parser=parser,
    )


def given(options: dict[str, Any]) -> dict[str, Any]:
    """Keep the options that the user typed."""
    return {name: value for name, value in options.items() if value is not None}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(versions())
        raise typer.Exit


@app.callback(invoke_without_command=True)
def begin(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", help="say which versions run", is_eager=True, callback=_version),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", hidden=True)] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", hidden=True)] = False,
) -> None:
    """What stands before the name of the command is meant for the command."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
    else:
        said = {"quiet": quiet, "verbose": verbose}
        context.default_map = {context.invoked_subcommand: said}
