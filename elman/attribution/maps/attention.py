"""Where a translation looks: which share of its attention each piece has on each of the source.

But: attention is what the network read, not what its answer hangs on; nothing is taken away here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.draw.html import page, preformatted
from elman.width import columns, left, right, wide

__all__ = ["AttentionMap"]

Floats = NDArray[np.float32]

_SHADES = " ·░▒▓█"
_NAME, _MOST = 20, 100
"""Columns that a piece may take, and a whole line."""


@dataclass(frozen=True)
class AttentionMap:
    """One sentence, its translation, and what looks where.

    Args:
        source: pieces of the sentence, and its end, "".
        target: pieces of the translation.
        weights: `(T, S)` shares, each row adds up to 1.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    weights: Floats

    @property
    def translation(self) -> str:
        """The pieces of the translation as one text."""
        return "".join(self.target).strip()

    def text(self) -> str:
        """Return the translation and the map: a row for each of its pieces, two columns for each
        of the sentence's; the darker, the more it looks there. A long sentence has several maps."""
        width = min(max(map(wide, self.target), default=0), _NAME)
        each = max((min(columns(), _MOST) - width - 1) // 2, 1)
        lines = []
        for begin in range(0, max(len(self.source), 1), each):
            lines += ["", *self._part(slice(begin, begin + each), width)]
        return "\n".join([self.translation, *(line.rstrip() for line in lines)])

    def _part(self, part: slice, width: int) -> list[str]:
        """The map of some pieces of the sentence; those of the translation take `width` columns."""
        heads = [piece.strip() or "■" for piece in self.source[part]]
        tall = max(map(len, heads), default=0)
        lines = [
            " " * (width + 1) + "".join(left(head.rjust(tall)[row], 2) for head in heads)
            for row in range(tall)
        ]
        for piece, shares in zip(self.target, self.weights[:, part], strict=True):
            shades = (_SHADES[min(int(share * len(_SHADES)), len(_SHADES) - 1)] for share in shares)
            lines.append(right(piece, width) + " " + " ".join(shades))
        return lines

    def to_html(self) -> str:
        """Return one page with the text; it asks nothing of the network."""
        return page("elman explain", preformatted(self.text()))

    def to_json(self) -> dict[str, Any]:
        """Return the translation, the pieces of both sides and the shares, rounded."""
        return {
            "translation": self.translation,
            "source": list(self.source),
            "target": list(self.target),
            "weights": [[round(float(share), 4) for share in row] for row in self.weights],
        }
