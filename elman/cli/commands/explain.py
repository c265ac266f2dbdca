"""`elman explain`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from elman.cli.app import ModelDir, out_option
from elman.cli.console import Console
from elman.errors import OptionError
from elman.files import atomic_write

__all__ = ["explain"]


def explain(
    model: ModelDir,
    items: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TEXT]...", help="a text, values of a series, or a sound"),
    ] = None,
    out: Annotated[
        Path | None, out_option(".html page to write, with figures of every word and unit")
    ] = None,
    *,
    console: Console,
) -> None:
    """Say why: what each word adds to the answer, and where the mind was made up.

    Four methods stand side by side: Shapley values of the words, integrated gradients, the text
    without the word, and an unknown word in its place. The agreement of the methods is reported.
    Of a sound, or the readings of a sensor: what each stretch of it adds. Of a tagger: which words
    the tag of each word hangs on. Of a translator: where each piece of the translation looks.
    """
    from elman.workflow.looking.explain import explain as why
    from elman.workflow.written import check_written

    if out is not None:
        if out.suffix != ".html":
            raise OptionError(f"--out {out}: give the name of an .html file")
        check_written("--out", out)
    explained = why(model, items or [])
    console.show(explained.text().split("\n"))
    if out is not None:
        atomic_write(out, explained.to_html().encode("utf-8", "backslashreplace"))
        console.say()
        console.say(f"page: {out}")
    console.answer(explained.to_json())
