"""An explanation as HTML: the text coloured by share, the screen, and the figures."""

from __future__ import annotations

import numpy as np

from elman.attribution.explained import Explained
from elman.attribution.figures import figures
from elman.attribution.text import lines
from elman.draw.figure import divisions
from elman.draw.html import escape, page, preformatted, tinted

__all__ = ["coloured", "whole_page"]


def coloured(explained: Explained) -> str:
    """Return the answer and the words, green where they speak for it, red where against."""
    shares = explained.drawn
    full = float(np.abs(shares).max()) or 1.0
    words = " ".join(
        f'<span title="{share:+.3f}" style="{tinted(share / full)}">{escape(word)}</span>'
        for word, share in zip(explained.words, shares, strict=True)
    )
    return f"<div><b>{escape(explained.answer)}</b>{explained.sure}<p>{words}</p></div>"


def whole_page(explained: Explained) -> str:
    """Return a page of its own, with plotly's own code in it.

    Raises:
        MissingExtraError: plotly is not installed.
    """
    drawn = divisions(figures(explained).values())
    text = preformatted("\n".join(lines(explained)))
    return page("elman explain", f"{coloured(explained)}{text}{drawn}")
