"""An explanation as it is handed to the user: what is known of an answer, and its views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elman.attribution.explained import Explained
from elman.attribution.figures import figures
from elman.attribution.html import coloured, whole_page
from elman.attribution.text import lines

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["Explanation"]


class Explanation(Explained):
    """Why a model answered as it did; print `text()`, or let a notebook show it."""

    def text(self) -> str:
        """Return one screen of at most 100 columns."""
        return "\n".join(lines(self))

    def figures(self) -> dict[str, Figure]:
        """Return `shares`, `trajectory` and `states` as plotly figures.

        Raises:
            MissingExtraError: plotly is not installed.
        """
        return figures(self)

    def to_html(self) -> str:
        """Return one page with the text coloured and all figures; it asks nothing of the network.

        Raises:
            MissingExtraError: plotly is not installed.
        """
        return whole_page(self)

    def _repr_html_(self) -> str:
        return coloured(self)
