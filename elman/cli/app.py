"""The application, and the arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from elman.errors import ElmanError

__all__ = ["DataFile", "Json", "ModelDir", "StoppedError", "app", "given"]

app = typer.Typer(
    name="elman",
    help="Recurrent networks that work: train, compare honestly, stream, run without PyTorch.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

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


class StoppedError(ElmanError):
    """Somebody ended the command; the message says what is kept."""

    exit_code = 130


def given(options: dict[str, Any]) -> dict[str, Any]:
    """Keep the options that the user typed."""
    return {name: value for name, value in options.items() if value is not None}
