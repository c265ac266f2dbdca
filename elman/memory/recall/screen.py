"""What a person sees of recall: a screen of one run, and the reach of one or several on a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from elman.draw import bars
from elman.figures import percent, percents
from elman.judging.interval import share_interval
from elman.memory.recall.task import SYMBOLS
from elman.web.blocks import Code, Curve, Line, Section

__all__ = ["screen", "section"]

_BAR = 30


def screen(report: dict[str, Any]) -> list[str]:
    """Lay out one run."""
    low, high = report["accuracy_ci95"]
    where = "at the first step" if report["place"] == "first" else "at any step but the last"
    recipe = ["lengths growing from 10"] if report["grow"] else ["the full length from the start"]
    recipe += ["varying from batch to batch"] if report["vary"] else ["all the same in a batch"]
    recipe += ["recurrent weight kept orthogonal"] if report["keep_orthogonal"] else []
    lines = [
        f"{report['cell']} of {report['hidden_size']} units, init {report['init']}, "
        f"seed {report['seed']}: one of 8 symbols {where} of {report['steps']:,}",
        f"trained with {', '.join(recipe)}: {report['train_steps']:,} steps, "
        f"{report['seconds']:.1f} s, sequences up to {report['longest_trained']:,}; "
        f"{report['stopped']}",
        "",
        f"right on {percent(report['accuracy'])} of {report['judged_on']:,} fresh sequences "
        f"(95 % interval {percents([low, high])})",
        f"chance is {percent(report['chance'])}",
        "",
        "  steps   right of 256 fresh sequences",
    ]
    for steps, right, n in report["by_length"]:
        mark = " ← asked" if steps == report["steps"] else ""
        lines.append(f"{steps:>7,}  {bars.filled(right / n, _BAR)} {percent(right / n):>6}{mark}")
    return lines


def section(reports: Sequence[dict[str, Any]], names: Sequence[str] | None = None) -> Section:
    """Return accuracy on fresh sequences by their length, one line a run, as a page shows it."""
    lines = []
    for n, report in enumerate(reports):
        points = report["by_length"]
        bounds = [share_interval(right, count) for _, right, count in points]
        name = names[n] if names else f"{report['cell']}, {report['init']}"
        lines.append(
            Line(
                name,
                [steps for steps, _, _ in points],
                [right / count for _, right, count in points],
                [low for low, _ in bounds],
                [high for _, high in bounds],
            )
        )
    caption = f"Chance is {percent(1 / SYMBOLS)}; shades are 95 % intervals."
    x, y = "steps after which it is asked for", "right on fresh sequences"
    curve = Curve(x, y, lines, logarithmic_x=True, caption=caption)
    told = [Code("\n".join(screen(report))) for report in reports]
    return Section("Who still knows the first symbol?", [curve, *told])
