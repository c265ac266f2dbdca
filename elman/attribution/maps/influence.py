"""What the tag of each word hangs on: how much less sure it is with each word of the text hidden.

But: words are hidden one at a time. Of two that say the same, either alone seems to say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.draw.html import escape, page, preformatted, tinted
from elman.terminal import visible

__all__ = ["InfluenceMap"]

Floats = NDArray[np.float64]

_WIDTH = 80
_LEFT = 15
"""Of the picture's lines, before the first cell."""
_NAMED = 3
"""Words that are named of those a tag hangs on."""
_LEAST = 0.05
"""What rounds to less than a tenth is not named."""
_FOR, _AGAINST = "░▒▓█", "·-=#"


@dataclass(frozen=True)
class InfluenceMap:
    """One text, the tags of its words, and what each hangs on.

    Args:
        words, tags: T each.
        against: the runner-up of each tag.
        probabilities: `(T,)` of the tags.
        scores: `(T,)` the log-odds of each tag against its runner-up.
        influence: `(T, T)` how much lower the score of the row's word is with the column's hidden;
            above 0 the column speaks for the row's tag. On the diagonal stands the word itself.
    """

    words: tuple[str, ...]
    tags: tuple[str, ...]
    against: tuple[str, ...]
    probabilities: Floats
    scores: Floats
    influence: Floats

    def hangs_on(self, word: int, most: int = _NAMED) -> list[tuple[int, float]]:
        """Return the other words that the tag of a word hangs on most, and how much, by place."""
        own = np.where(np.arange(len(self.words)) == word, 0, self.influence[word])
        order = np.argsort(-np.abs(own), kind="stable")[:most]
        return [(int(n), float(own[n])) for n in order if abs(own[n]) >= _LEAST]

    def text(self) -> str:
        """Return a line for each word, and the map as a picture where it is not too wide."""
        lines = ["    word          tag        sure  itself  hangs on"]
        words = [*map(visible, self.words)]
        for n, (word, tag) in enumerate(zip(words, self.tags, strict=True)):
            own, sure = self.influence[n, n], self.probabilities[n]
            lines.append(f"{n + 1:>3} {word:<13.13} {tag:<8.8} {sure:>6.1%} {own:>+7.2f}")
            named = (f"{words[k]:.7} {value:+.1f}" for k, value in self.hangs_on(n))
            for said, mark in zip(named, ("  ", ", ", ", "), strict=False):
                if len(lines[-1]) + len(mark + said) <= _WIDTH:
                    lines[-1] += mark + said
        lines += [
            "",
            "Numbers: how much lower the log-odds of the tag against its runner-up are with",
            "the word unknown, letters and all; below 0, that it speaks against the tag.",
        ]
        return "\n".join([*lines, *self._picture(words)])

    def to_html(self) -> str:
        """Return one page with the text and the whole map; it asks nothing of the network."""
        full = self._full or 1.0
        heads = "".join(f"<th>{escape(word)}</th>" for word in self.words)
        rows = (
            f"<tr><th>{escape(word)} {escape(tag)}</th>"
            + "".join(f'<td style="{tinted(value / full)}">{value:+.2f}</td>' for value in row)
            + "</tr>"
            for word, tag, row in zip(self.words, self.tags, self.influence, strict=True)
        )
        table = f"<table><tr><th></th>{heads}</tr>{''.join(rows)}</table>"
        return page("elman explain", preformatted(self.text()) + table)

    def to_json(self) -> dict[str, Any]:
        """Return words, tags, what they are told from, and the map, rounded."""
        return {
            "words": list(self.words),
            "tags": list(self.tags),
            "against": list(self.against),
            "probabilities": self.probabilities.round(6).tolist(),
            "scores": self.scores.round(4).tolist(),
            "influence": self.influence.round(4).tolist(),
        }

    @property
    def _full(self) -> float:
        """The largest influence of a word on another."""
        return float(np.abs(self.influence - np.diag(np.diag(self.influence))).max(initial=0))

    def _picture(self, words: Sequence[str]) -> list[str]:
        """Rows are words whose tags are asked, columns those that are hidden."""
        T, full = len(words), self._full
        each = 2 if _LEFT + 2 * T <= _WIDTH else 1
        if full < _LEAST:
            return ["", "No word hangs on another."]
        if _LEFT + each * T > _WIDTH:
            return []
        heads = [word[:8] for word in words]
        tall = max(map(len, heads))
        lines = [
            " " * _LEFT + "".join(f"{head.rjust(tall)[row]:<{each}}" for head in heads)
            for row in range(tall)
        ]
        for n, word in enumerate(words):
            cells = (
                "\\" if k == n else _shade(value / full)
                for k, value in enumerate(self.influence[n])
            )
            row = "".join(f"{cell:<{each}}" for cell in cells)
            lines.append(f"{word:>{_LEFT - 1}.{_LEFT - 1}} {row}")
        lines.append(
            f"for the tag {' '.join(_FOR)}, against it {' '.join(_AGAINST)}, to {full:.1f}"
        )
        return ["", *(line.rstrip() for line in lines)]


def _shade(share: float) -> str:
    """One character for an influence as a share, -1 to 1, of the largest."""
    strength = round(abs(share) * len(_FOR))
    return " " if not strength else (_FOR if share > 0 else _AGAINST)[strength - 1]
