"""The memory card as it is handed out: the figures, and every form they can be looked at in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elman import width
from elman.memory.figures import figures, html, notebook_html
from elman.memory.measured import Measured
from elman.memory.sections import section
from elman.memory.text import text
from elman.web.blocks import Section

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["MemoryCard"]


@dataclass(frozen=True)
class MemoryCard(Measured):
    """What a recurrent network remembers. Print it, or look at its parts."""

    def text(self, columns: int | None = None) -> str:
        """Return the card as one page of so many columns, 60 to 100; else those of the screen."""
        return text(self, min(max(columns or width.columns(), 60), 100))

    def figures(self) -> dict[str, Figure]:
        """Return the curves as plotly figures, by measure.

        Raises:
            MissingExtraError: plotly is not installed.
        """
        return figures(self)

    def to_html(self) -> str:
        """Return the card as one page of HTML that needs nothing from outside.

        Raises:
            MissingExtraError: plotly is not installed.
        """
        return html(self)

    def section(self) -> Section:
        """Return what a page of a model shows of it."""
        return section(self)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return notebook_html(self)
