"""An explanation as it is handed to the user: what is known of an answer, and its views."""

from __future__ import annotations

from elman.attribution.explained import Explained
from elman.attribution.html import coloured
from elman.attribution.section import section
from elman.attribution.text import lines
from elman.web.blocks import Section
from elman.web.page import sections_page

__all__ = ["Explanation"]


class Explanation(Explained):
    """Why a model answered as it did; print `text()`, or let a notebook show it."""

    def text(self) -> str:
        """Return one screen of at most 100 columns."""
        return "\n".join(lines(self))

    def section(self) -> Section:
        """Return what a page shows of it."""
        return section(self)

    def to_html(self) -> str:
        """Return one page with the words coloured and drawn; it asks nothing of the network."""
        return sections_page("elman explain", [section(self)])

    def _repr_html_(self) -> str:
        return coloured(self)
