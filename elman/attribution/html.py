"""An explanation in a notebook: the text coloured by share, without a script."""

from __future__ import annotations

import numpy as np

from elman.attribution.explained import Explained
from elman.draw.html import escape, tinted

__all__ = ["coloured"]


def coloured(explained: Explained) -> str:
    """Return the answer and the words, green where they speak for it, red where against."""
    shares = explained.drawn
    full = float(np.abs(shares).max()) or 1.0
    words = " ".join(
        f'<span title="{share:+.3f}" style="{tinted(share / full)}">{escape(word)}</span>'
        for word, share in zip(explained.words, shares, strict=True)
    )
    return f"<div><b>{escape(explained.answer)}</b>{explained.sure}<p>{words}</p></div>"
