"""`elman report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.app import ModelDir, data_name, given, out_option
from elman.cli.console import Console
from elman.cli.task_options import with_task_options

__all__ = ["report"]


@with_task_options
def report(
    model: ModelDir,
    data: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DATA]",
            help="labelled rows as for evaluate, to measure memory on; else made-up ones",
            show_default=False,
            parser=data_name,
        ),
    ] = None,
    out: Annotated[
        Path | None, out_option(".html file to write; else report.html in MODEL")
    ] = None,
    *,
    console: Console,
    **options: Any,
) -> None:
    """Write a page about MODEL, one file of HTML with the model itself in it.

    What it was trained on, how it did beside its opponents, its worst errors, how far back it
    remembers, how to run it; type there, and it answers. The page asks nothing of the network.
    Every training ends with one.
    """
    from elman.workflow.looking.report import report as write

    place = write(model, data, out=out, **given(options))
    console.say(f"page: {place}")
    console.answer({"page": str(place), "bytes": place.stat().st_size})
