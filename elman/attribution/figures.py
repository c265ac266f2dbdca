"""An explanation as plotly figures, for notebooks and pages.

But: plotly is an optional part; without it the figures say how to get it, and the rest works.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from elman.attribution.explained import Explained
from elman.draw.figure import graph_objects
from elman.draw.html import escape

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["figures"]


def figures(explained: Explained) -> dict[str, Figure]:
    """Return the figures of an explanation by name.

    Raises:
        MissingExtraError: plotly is not installed.
    """
    found = {"shares": _shares(explained), "trajectory": _trajectory(explained)}
    if explained.states.size:  # a linear model has none
        found["states"] = _states(explained)
    return found


def _shares(e: Explained) -> Figure:
    go = graph_objects()
    bars = [
        go.Bar(name=name, x=_places(e), y=part.values, visible=True if n == 0 else "legendonly")
        for n, (name, part) in enumerate(e.shares.items())
    ]
    title = f"what each {e.wording.step} adds to the score: {e.score_name}"
    return _labelled(go.Figure(bars), e, title)


def _trajectory(e: Explained) -> Figure:
    go, path, name = graph_objects(), e.trajectory, e.wording.course
    line = go.Scatter(
        x=_places(e),
        y=path.course,
        mode="lines+markers",
        text=list(map(escape, path.answers)),
        name=name,
    )
    figure = _labelled(go.Figure(line), e, f"{name} after each {e.wording.step} ({path.source})")
    if path.made_up is not None:
        figure.add_vline(x=path.made_up, line_dash="dot", annotation_text="mind made up")
    return figure


def _states(e: Explained) -> Figure:
    go = graph_objects()
    largest = float(np.abs(e.states).max()) or 1.0
    map = go.Heatmap(
        x=_places(e), z=e.states.T, colorscale="RdBu", zmid=0, zmin=-largest, zmax=largest
    )
    figure = _labelled(go.Figure(map), e, f"hidden state, unit by {e.wording.step}")
    figure.update_yaxes(title="unit")
    return figure


def _places(e: Explained) -> list[int]:
    """Words may occur twice, so the axis counts places; `_labelled` writes the words."""
    return list(range(len(e.words)))


def _labelled(figure: Figure, e: Explained, title: str) -> Figure:
    figure.update_layout(title=escape(title), margin={"t": 50, "b": 40}, height=400)
    figure.update_xaxes(tickvals=_places(e), ticktext=list(map(escape, e.words)))
    return figure
