"""`elman demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from elman.cli.app import out_option
from elman.cli.console import Console
from elman.figures import percent

__all__ = ["demo"]

_ROWS = 8000


def demo(
    out: Annotated[Path, out_option("model directory to write")] = Path("demo-model"),
    seed: Annotated[int, typer.Option(help="everything random follows from it")] = 0,
    *,
    console: Console,
) -> None:
    """Run the main job on built-in reviews: train, compare, predict, in about a minute."""
    from elman.cli.screen import screen
    from elman.data.builtin.grammar import DEMO_TEXTS
    from elman.data.builtin.reviews import reviews
    from elman.workflow.load import load
    from elman.workflow.predict import predict_typed
    from elman.workflow.train import train_report

    console.say(f"{_ROWS:,} built-in reviews whose sentiment hangs on the order of the words.")
    report = train_report(reviews(_ROWS, seed), out, None, {"seed": seed, "force": True}, console)
    console.show(screen("train", report))
    console.say()
    answers = predict_typed(load(out), DEMO_TEXTS, {})
    for p in answers["predictions"]:
        console.show([f"  {p['label']:>9} {percent(p['probability']):>6}  {p['text']}"])
    console.say()
    console.say(f'The model lies in {out}. Try: elman predict {out} "not a dull film"')
    console.answer(report | {"predictions": answers["predictions"]})
