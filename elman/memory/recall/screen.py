"""What a person sees of recall: a screen of one run, and the figure of reach of one or several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from elman.draw import bars
from elman.draw.figure import graph_objects
from elman.figures import percent, percents
from elman.judging.interval import share_interval
from elman.memory.recall.task import SYMBOLS

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["figure", "screen"]

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


def figure(reports: Sequence[dict[str, Any]], names: Sequence[str] | None = None) -> Figure:
    """Draw accuracy on fresh sequences by their length, one curve a run, with chance.

    Raises:
        MissingExtraError: plotly is not installed.
    """
    drawn = graph_objects().Figure()
    for n, report in enumerate(reports):
        points = report["by_length"]
        bounds = [share_interval(right, count) for _, right, count in points]
        shares = [right / count for _, right, count in points]
        drawn.add_scatter(
            x=[steps for steps, _, _ in points],
            y=shares,
            name=names[n] if names else f"{report['cell']}, {report['init']}",
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [high - y for (_, high), y in zip(bounds, shares, strict=True)],
                "arrayminus": [y - low for (low, _), y in zip(bounds, shares, strict=True)],
                "thickness": 1,
                "width": 2,
            },
        )
    drawn.add_hline(y=1 / SYMBOLS, line_dash="dot", annotation_text="chance")
    drawn.update_layout(
        title="Who still knows the first symbol?",
        xaxis={"type": "log", "title": "steps after which it is asked for"},
        yaxis={"range": [0, 1.03], "tickformat": ".0%", "title": "right on fresh sequences"},
        template="plotly_white",
        legend={"orientation": "h", "y": -0.2},
    )
    return drawn
