"""`elman explain`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from elman.cli.app import Json, ModelDir
from elman.cli.console import Console, print_json
from elman.files import atomic_write, check_target

__all__ = ["explain"]


def explain(
    model: ModelDir,
    items: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT", help="a text, or values of a series")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="page to write, with figures of every word and unit")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say why: what each word adds to the answer, and where the mind was made up.

    Four methods stand side by side: Shapley values of the words, integrated gradients, the text
    without the word, and an unknown word in its place. The agreement of the methods is reported.
    """
    from elman.workflow.explain import explain as why

    console = Console(as_json=as_json)
    if html is not None:
        check_target("--html", html)
    explained = why(model, items or [])
    console.show(explained.text().split("\n"))
    if html is not None:
        atomic_write(html, explained.to_html().encode("utf-8", "backslashreplace"))
        console.show(["", f"page: {html}"])
    if as_json:
        print_json(explained.to_json())
