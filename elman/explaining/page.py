"""An explanation as HTML: the text coloured by share, the screen, and the figures.

Everything that came from outside is escaped; the page asks nothing of the network.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from elman.explaining.explanation import Explanation

__all__ = ["coloured", "page"]

_FOR, _AGAINST = "46,125,50", "198,40,40"


def coloured(explained: Explanation) -> str:
    """Return the answer and the words, green where they speak for it, red where against."""
    shares = next(iter(explained.shares.values())).values
    full = float(np.abs(shares).max()) or 1.0
    words = " ".join(
        f'<span title="{share:+.3f}" style="background:rgba({_FOR if share > 0 else _AGAINST},'
        f'{abs(share) / full:.2f})">{escape(word)}</span>'
        for word, share in zip(explained.words, shares, strict=True)
    )
    sure = "" if explained.probability is None else f" {explained.probability:.1%}"
    return f"<div><b>{escape(explained.answer)}</b>{sure}<p>{words}</p></div>"


def page(explained: Explanation) -> str:
    """Return a whole page, with plotly's own code in it.

    Raises:
        MissingExtraError: plotly is not installed.
    """
    figures = explained.figures().values()
    drawn = "".join(
        figure.to_html(full_html=False, include_plotlyjs=n == 0) for n, figure in enumerate(figures)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>elman explain</title>'
        '</head><body style="font-family:sans-serif;max-width:70em;margin:auto">'
        f"{coloured(explained)}<pre>{escape(explained.text())}</pre>{drawn}</body></html>\n"
    )
