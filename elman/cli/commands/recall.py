"""`elman recall`."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from elman.cli.app import Json
from elman.cli.console import Console, print_json
from elman.errors import MissingExtraError, OptionError

__all__ = ["recall"]


def recall(
    cell: Annotated[str, typer.Option(help="rnn, gru, lstm, mingru, minlstm or lru")] = "rnn",
    steps: Annotated[int, typer.Option(help="T: the symbol stands T − 1 steps back")] = 500,
    init: Annotated[
        str | None,
        typer.Option(help="torch, orthogonal, identity, latch or chrono [default: the cell's own]"),
    ] = None,
    place: Annotated[str, typer.Option(help="where the symbol stands: first, anywhere")] = "first",
    among: Annotated[
        Path | None, typer.Option(help="a file of texts: their words instead of noise")
    ] = None,
    text: Annotated[str | None, typer.Option(help="text column of --among")] = None,
    grow: Annotated[bool, typer.Option(help="begin with few steps")] = True,
    vary: Annotated[bool, typer.Option(help="let the length vary from batch to batch")] = True,
    keep_orthogonal: Annotated[
        bool, typer.Option("--keep-orthogonal", help="rnn: its recurrent weight, while trained")
    ] = False,
    hidden_size: Annotated[int, typer.Option(help="units", min=1)] = 128,
    seed: Annotated[int, typer.Option(help="everything random follows from it", min=0)] = 0,
    threads: Annotated[int, typer.Option(help="threads of torch; 0 takes all cores", min=0)] = 1,
    train_steps: Annotated[int | None, typer.Option(help="optimizer steps at most", min=1)] = None,
    time_limit: Annotated[str, typer.Option(help="train no longer than this, as 90s")] = "10m",
    out: Annotated[Path | None, typer.Option(help="figure to write: .html")] = None,
    as_json: Json = False,
) -> None:
    """Teach a net to name the first of T symbols, and judge it on fresh sequences.

    One of 8 symbols, then T − 1 steps of noise from 10 other signs, then the question. Chance is
    one in eight. The printed table says how far the net reaches, beyond the steps asked for too.
    With --among, the symbol is a text's first word, and the text's own words follow it.
    """
    if find_spec("torch") is None:
        raise MissingExtraError('elman recall trains with torch: pip install "elman[train]"')
    import torch

    from elman.memory.recall import Recall, recall
    from elman.memory.recall_page import figure, screen
    from elman.tasks.options import Options

    console = Console(as_json=as_json)
    if out is not None and (out.suffix != ".html" or not out.absolute().parent.is_dir()):
        raise OptionError(f"--out {out}: give the name of an .html file in a folder that exists")
    asked = Recall(
        cell, steps, init or "", place, grow, vary, keep_orthogonal, hidden_size, seed=seed,
        time_limit_s=Options(time_limit=time_limit).seconds() or 0.0, most_train_steps=train_steps,
    )  # fmt: skip
    asked.check()
    if out is not None:
        figure([])  # says now, not after minutes, that plotly is missing
    torch.set_num_threads(threads or os.cpu_count() or 1)
    noise = None
    if among is not None:
        from elman.data.text.reader import texts_of
        from elman.memory.recall_text import words_of

        noise = words_of(texts_of(among, text))
    with console.watching(f"recall {cell} {steps:,}") as show:
        report = recall(asked, show, noise)
    for line in screen(report):
        console.say(line)
    if out is not None:
        figure([report]).write_html(out)
        console.say(f"figure: {out}")
    if as_json:
        print_json(report)
