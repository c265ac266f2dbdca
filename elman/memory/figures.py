"""The card's curves as plotly figures, and the card as one page of HTML.

One function makes the figures for a notebook, the page and whatever shows a card next. The page
carries plotly's script in itself and asks nothing of any server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from elman.draw.figure import divisions, graph_objects
from elman.draw.html import page, preformatted
from elman.errors import MissingExtraError
from elman.judging.estimate import Curve, Skipped
from elman.memory.measured import Measured
from elman.memory.text import text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["figures", "html", "notebook_html"]

_COLUMNS = 100
"""Of the text in a page."""

# from the colour-blind-safe palette of Okabe & Ito, 2008
_COLOURS = (("#0072b2", "rgba(0,114,178,0.2)"), ("#d55e00", "rgba(213,94,0,0.2)"))


def figures(card: Measured) -> dict[str, Figure]:
    """Return a figure for each measure that has a curve, by its name on the card.

    Raises:
        MissingExtraError: plotly is not installed.
    """
    made = {}
    if not isinstance(card.horizon, Skipped):
        made["horizon"] = _figure(
            "Truncation horizon",
            {card.horizon.figure: card.horizon.curve},
            "last steps given",
            card.horizon.figure,
            log_x=True,
        )
    if not isinstance(card.gradient, Skipped):
        flows = {"through the recurrence": card.gradient.alone.curve}
        if card.gradient.all is not card.gradient.alone:
            flows["by every way"] = card.gradient.all.curve
        made["gradient"] = _figure(
            "Gradient flow", flows, "steps before the last", "share of the last step's", log_y=True
        )
    if not isinstance(card.influence, Skipped):
        made["influence"] = _figure(
            "Influence by lag",
            {"step replaced": card.influence.curve},
            "steps before the last",
            f"change of the answer, {card.influence.unit}",
        )
    if not isinstance(card.delay, Skipped):
        made["delay"] = _figure(
            "Delay probe",
            {"read back": card.delay.curve, "floor": card.delay.floor},
            "steps before the state",
            card.delay.figure,
        )
    windows = {}
    if not isinstance(card.order, Skipped) and card.order.windows is not None:
        windows["this data"] = card.order.windows
    if not isinstance(card.shuffled, Skipped) and card.shuffled.windows.at:
        windows["this model"] = card.shuffled.windows
    if windows:
        made["order"] = _figure(
            "Order test", windows, "steps in a shuffled window", "points lost", log_x=True
        )
    return made


def html(card: Measured) -> str:
    """Return the card as a page of its own: the text, then the figures."""
    return page("memory card", _body(card))


def notebook_html(card: Measured) -> str:
    """Return the card for a notebook's cell; its text alone where plotly is not installed."""
    try:
        return _body(card)
    except MissingExtraError:
        return preformatted(text(card, _COLUMNS))


def _body(card: Measured) -> str:
    return preformatted(text(card, _COLUMNS)) + divisions(figures(card).values())


def _figure(
    title: str,
    curves: dict[str, Curve],
    x: str,
    y: str,
    *,
    log_x: bool = False,
    log_y: bool = False,
) -> Any:
    """Lines with bands for their intervals."""
    figure = graph_objects().Figure()
    for (name, curve), (line, band) in zip(curves.items(), _COLOURS, strict=False):
        figure.add_scatter(
            x=[*curve.at, *curve.at[::-1]],
            y=[*curve.high, *curve.low[::-1]],
            mode="lines",
            fill="toself",
            fillcolor=band,
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            x=curve.at, y=curve.value, name=name, mode="lines+markers", line={"color": line}
        )
    figure.update_layout(
        title=title, xaxis_title=x, yaxis_title=y, template="plotly_white", height=360
    )
    figure.update_xaxes(type="log" if log_x else "linear")
    figure.update_yaxes(type="log" if log_y else "linear", exponentformat="power")
    return figure
