"""`elman memory`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.app import ModelDir, data_name, given, out_option
from elman.cli.console import Console
from elman.cli.task_options import with_task_options

__all__ = ["memory"]


@with_task_options
def memory(
    model: ModelDir,
    data: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DATA]",
            help="labelled rows as for evaluate; else made-up ones",
            show_default=False,
            parser=data_name,
        ),
    ] = None,
    out: Annotated[Path | None, out_option(".json, .html or .txt file to write")] = None,
    *,
    console: Console,
    **options: Any,
) -> None:
    """Show the memory card of MODEL: how far back it remembers, and whether order matters in DATA.

    One page: truncation horizon, gradient flow, influence by lag, gates, Lyapunov exponents, delay
    probe and order test, each with its 95 % interval, and a verdict. See docs/memory.md.
    """
    from elman.workflow.looking.memory import check_out, memory_card, write_card

    if out is not None:
        check_out(out, data)
    card = memory_card(model, data, **given(options))
    console.show(card.text().split("\n"))
    if out is not None:
        write_card(card, out)
        console.say()
        console.say(f"card: {out}")
    console.answer(card.to_json())
