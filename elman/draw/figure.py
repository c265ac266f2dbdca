"""plotly, asked for in one place, and what all figures share."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from elman.errors import MissingExtraError, installing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plotly.graph_objects import Figure

__all__ = ["divisions", "graph_objects"]


def graph_objects() -> ModuleType:
    """Return `plotly.graph_objects`.

    Raises:
        MissingExtraError: plotly is not installed.
    """
    try:
        from plotly import graph_objects
    except ImportError:
        raise MissingExtraError(
            f"figures need plotly: {installing('report')}; text() and to_json() do without"
        ) from None
    found: ModuleType = graph_objects
    return found


def divisions(figures: Iterable[Figure]) -> str:
    """Return figures as HTML divisions, plotly's own script in the first of them."""
    return "".join(
        figure.to_html(full_html=False, include_plotlyjs=n == 0) for n, figure in enumerate(figures)
    )
