"""`elman recall`."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.app import out_option
from elman.cli.complete import columns, one_of
from elman.cli.console import Console
from elman.errors import OptionError
from elman.files import atomic_write
from elman.memory.recall.asked import DEFAULTS, INITS, PLACES, Recall
from elman.tasks.options import Options

__all__ = ["recall"]


def _asked(name: str, *flags: str, **more: Any) -> Any:
    """Make an option of recall from its field, which has the help."""
    (field,) = (field for field in dataclasses.fields(Recall) if field.name == name)
    return typer.Option(*flags, help=field.metadata["help"], **more)


def recall(
    cell: Annotated[str, _asked("cell", autocompletion=one_of(DEFAULTS))] = Recall.cell,
    steps: Annotated[int, _asked("steps")] = Recall.steps,
    init: Annotated[str | None, _asked("init", autocompletion=one_of(INITS))] = Recall.init or None,
    place: Annotated[str, _asked("place", autocompletion=one_of(PLACES))] = Recall.place,
    among: Annotated[
        Path | None, typer.Option(help="a file of texts: their words instead of noise")
    ] = None,
    text: Annotated[
        str | None, typer.Option(help="text column of --among", autocompletion=columns)
    ] = None,
    grow: Annotated[bool, _asked("grow")] = Recall.grow,
    vary: Annotated[bool, _asked("vary")] = Recall.vary,
    keep_orthogonal: Annotated[
        bool, _asked("keep_orthogonal", "--keep-orthogonal")
    ] = Recall.keep_orthogonal,
    hidden_size: Annotated[int, _asked("hidden_size", min=1)] = Recall.hidden_size,
    seed: Annotated[int, _asked("seed", min=0)] = Recall.seed,
    threads: Annotated[int, typer.Option(help="threads of torch; 0 takes all cores", min=0)] = 1,
    train_steps: Annotated[int | None, _asked("most_train_steps", min=1)] = Recall.most_train_steps,
    time_limit: Annotated[str, _asked("time_limit_s")] = f"{Recall.time_limit_s / 60:g}m",
    out: Annotated[Path | None, out_option("page to write: .html")] = None,
    *,
    console: Console,
) -> None:
    """Teach a net to name the first of T symbols, and judge it on fresh sequences.

    One of 8 symbols, then T − 1 steps of noise from 10 other signs, then the question. Chance is
    one in eight. The printed table says how far the net reaches, beyond the steps asked for too.
    With --among, the symbol is a text's first word, and the text's own words follow it.
    """
    from elman.workflow.extras import need

    need("elman recall trains a net", "torch")
    import torch

    from elman.memory.recall.measure import recall
    from elman.memory.recall.net import check
    from elman.memory.recall.screen import screen, section
    from elman.web.page import sections_page
    from elman.workflow.written import check_written

    if out is not None:
        if out.suffix != ".html":
            raise OptionError(f"--out {out}: give the name of an .html file")
        check_written("--out", out, among)
    asked = Recall(
        cell, steps, init or "", place, grow, vary, keep_orthogonal, hidden_size, seed=seed,
        time_limit_s=Options(time_limit=time_limit).seconds() or 0.0, most_train_steps=train_steps,
    )  # fmt: skip
    check(asked)
    torch.set_num_threads(threads or os.cpu_count() or 1)
    noise = None
    if among is not None:
        from elman.data.text.reader import texts_of
        from elman.memory.recall.words import words_of

        noise = words_of(texts_of(among, text))
    with console.watching(f"recall {cell} {steps:,}") as show:
        report = recall(asked, show, noise)
    console.show(screen(report))
    if out is not None:
        atomic_write(out, sections_page("elman recall", [section([report])]).encode())
        console.say(f"page: {out}")
    console.answer(report)
