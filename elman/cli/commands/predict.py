"""`elman predict`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.app import Json, ModelDir, given
from elman.cli.console import Console, print_json
from elman.cli.task_options import with_task_options
from elman.errors import OptionError

__all__ = ["predict"]


@with_task_options
def predict(
    model: ModelDir,
    items: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]...", help="texts, or values of a series")
    ] = None,
    input: Annotated[Path | None, typer.Option(help="file to read, of any size")] = None,
    output: Annotated[Path | None, typer.Option(help="file to write: .jsonl or .csv")] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="where bad rows go [default: OUTPUT.rejects.jsonl]")
    ] = None,
    as_json: Json = False,
    **options: Any,
) -> None:
    """Answer for texts, or for a file row by row; bad rows go to a rejects file."""
    from elman.workflow.load import load
    from elman.workflow.predict import predict_file, predict_typed
    from elman.workflow.screen import screen

    console = Console(as_json=as_json)
    loaded = load(model)
    if input is None and output is not None:
        raise OptionError("--output needs --input FILE; texts are answered on the screen")
    if input is None:
        report = predict_typed(loaded, items or [], given(options))
    elif items:
        raise OptionError(f'give either texts or --input, not both (text: "{items[0]}")')
    else:
        report = predict_file(loaded, input, given(options), output=output, rejects=rejects)
    console.show(screen("predict", report))
    if as_json:
        print_json(report)
