"""Which words tell one side of the pairs from the other, and texts that stand on the wrong side.

A word that occurs far more often among the sources than among the targets speaks for the source,
by the logarithm of how much more; a text leans as its words do on average. Where both sides are one
language hardly a word speaks, and nothing is said.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from elman.data.parallel.pairs import Pair, listed
from elman.data.parallel.pieces import words_of
from elman.errors import DataError

__all__ = ["Languages", "check_sides", "wrong_way_round"]

KEPT, RARE = 3000, 5
"""Words that are kept, the most frequent; a rarer word than RARE says nothing."""

TELLING, CLEAR, MOST = 1.5, 1.0, 4.0
"""Logarithms of ratios: of a word that is kept, of a text that leans, and the most of a word."""


@dataclass(frozen=True)
class Languages:
    """How much each word speaks for the source, below 0 for the target."""

    words: dict[str, float]

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> Languages:
        """Learn from pairs most of which stand the right way round."""
        counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for pair in pairs:
            counts[0].update(_words(pair.source))
            counts[1].update(_words(pair.target))
        source, target = counts
        both = source + target
        spread = math.log((source.total() + 1) / (target.total() + 1))
        found: dict[str, float] = {}
        for word, count in sorted(both.items(), key=lambda one: (-one[1], one[0])):
            ratio = math.log((source[word] + 0.5) / (target[word] + 0.5)) - spread
            if count >= RARE and abs(ratio) >= TELLING and len(found) < KEPT:
                found[word] = round(max(-MOST, min(MOST, ratio)), 2)
        return cls(found)

    def to_json(self) -> dict[str, object]:
        """Plain data for a json file."""
        return {"words": self.words}

    @classmethod
    def from_json(cls, value: object) -> Languages:
        """Read what `to_json` wrote.

        Raises:
            ValueError: it is something else.
        """
        words = value.get("words") if isinstance(value, dict) and len(value) == 1 else None
        if not isinstance(words, dict):
            raise ValueError('sides are {"words": {…}} and nothing else')
        for word, said in words.items():
            if type(said) not in (int, float) or not abs(said) <= MOST:
                raise ValueError(f'"{word:.40}" speaks by {said!r:.40}; expected -{MOST} to {MOST}')
        return cls(dict(words))

    def lean(self, text: str) -> float:
        """Return how much a text speaks for the source, 0 where nothing is known of it."""
        said = [self.words[word] for word in _words(text) if word in self.words]
        return sum(said) / len(said) if said else 0.0


def wrong_way_round(languages: Languages, pairs: Iterable[Pair]) -> list[int]:
    """Return the lines of pairs whose source looks like a target and whose target like a source."""
    return [
        pair.line
        for pair in pairs
        if languages.lean(pair.source) < -CLEAR and languages.lean(pair.target) > CLEAR
    ]


def check_sides(
    languages: Languages, pairs: Sequence[Pair], called: str, names: Sequence[str]
) -> str:
    """Return what a person should know of pairs on the wrong side, or nothing.

    Args:
        languages: as learnt in training.
        pairs: of a file.
        called: the file or files.
        names: of the two sides.

    Raises:
        DataError: most pairs are the wrong way round.
    """
    wrong = wrong_way_round(languages, pairs)
    if 2 * len(wrong) > len(pairs):
        raise DataError(
            f"{called}: the sides are changed over: {names[0]} has the words of the language that "
            f"is translated to, {names[1]} those of the one translated from, in {len(wrong):,} of "
            f"{len(pairs):,} pairs. Name them the other way round."
        )
    if not wrong:
        return ""
    return (
        f"{called}: {len(wrong):,} pairs look as if their sides were changed over ({listed(wrong)})"
    )


def _words(text: str) -> list[str]:
    return [word.strip().casefold() for word in words_of(text) if word.strip().isalpha()]
