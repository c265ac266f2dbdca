"""An explanation as plotly figures, for notebooks and pages.

But: plotly is an optional part; without it the figures say how to get it, and the rest works.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from elman.errors import MissingExtraError

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from elman.explaining.explanation import Explanation

__all__ = ["figures"]


def figures(explained: Explanation) -> dict[str, Figure]:
    """Return the figures of an explanation by name.

    Raises:
        MissingExtraError: plotly is not installed.
    """
    try:
        import plotly.graph_objects  # noqa: F401
    except ImportError:
        raise MissingExtraError(
            'figures need plotly: pip install "elman[report]"; text() and to_json() work without'
        ) from None
    return {
        "shares": _shares(explained),
        "trajectory": _trajectory(explained),
        "states": _states(explained),
    }


def _shares(e: Explanation) -> Figure:
    from plotly.graph_objects import Bar, Figure

    bars = [
        Bar(name=name, x=_places(e), y=part.values, visible=True if n == 0 else "legendonly")
        for n, (name, part) in enumerate(e.shares.items())
    ]
    return _labelled(Figure(bars), e, f"what each word adds to the score: {e.score_name}")


def _trajectory(e: Explanation) -> Figure:
    from plotly.graph_objects import Figure, Scatter

    path = e.trajectory
    values = path.scores if path.probabilities is None else path.probabilities
    name = "forecast" if path.probabilities is None else f"probability of {e.answer}"
    line = Scatter(x=_places(e), y=values, mode="lines+markers", text=path.answers, name=name)
    figure = _labelled(Figure(line), e, f"{name} after each word ({path.source})")
    if path.made_up is not None:
        figure.add_vline(x=path.made_up, line_dash="dot", annotation_text="mind made up")
    return figure


def _states(e: Explanation) -> Figure:
    from plotly.graph_objects import Figure, Heatmap

    largest = float(np.abs(e.states).max()) or 1.0
    map = Heatmap(
        x=_places(e), z=e.states.T, colorscale="RdBu", zmid=0, zmin=-largest, zmax=largest
    )
    figure = _labelled(Figure(map), e, "hidden state, unit by word")
    figure.update_yaxes(title="unit")
    return figure


def _places(e: Explanation) -> list[int]:
    """Words may occur twice, so the axis counts places; `_labelled` writes the words."""
    return list(range(len(e.words)))


def _labelled(figure: Figure, e: Explanation, title: str) -> Figure:
    figure.update_layout(title=title, margin={"t": 50, "b": 40}, height=400)
    figure.update_xaxes(tickvals=_places(e), ticktext=list(e.words))
    return figure
