"""The figures of a fitted model, as a notebook shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from elman.draw.html import escape
from elman.figures import figure

__all__ = ["figures", "shown"]


def shown(report: dict[str, Any]) -> str:
    """Return the figures of a report as a table of HTML; nothing of a report that has none."""
    rows = "".join(
        f"<tr><th style='text-align:left'>{escape(name)}</th><td>{escape(figure)}</td></tr>"
        for name, figure in figures(report)
    )
    return f"<table class='elman-figures'>{rows}</table>" if rows else ""


def figures(report: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield names and figures: how good on the rows held out, what was kept, what it took."""
    metrics, name = report.get("metrics", {}), report.get("headline", "accuracy")
    if isinstance(value := metrics.get(name), (int, float)):
        said = figure(name, value)
        if interval := metrics.get(f"{name}_ci95"):
            low, high = interval
            said += f", 95 % interval {figure(name, low)} to {figure(name, high)}"
        yield f"{name.upper() if len(name) < 5 else name} held out", said
    if judged := report.get("judged_on"):
        yield "judged on", str(judged)
    training = report.get("training", {})
    if kept := report.get("kept"):
        recurrent = f"a recurrent network ({report.get('cell')}) beside the simple model"
        yield "kept", recurrent if kept == "recurrent" else "the simple model alone"
    if (parameters := training.get("parameters")) is not None:
        yield "parameters", f"{parameters:,}"
    if (seconds := report.get("seconds", {}).get("total")) is not None:
        yield "seconds", f"{seconds:.1f}"
