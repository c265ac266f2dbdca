"""The answer after every word: where the mind was made up, and where it moved most.

But: a mind that never changed is made up at the first word; the answer to no words at all is a
prejudice, and not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Source", "Trajectory"]

Floats = NDArray[np.float64]

Source = Literal["stream", "prefixes"]
"""`prefixes`: the model reads both ways, so each answer is that of a whole which ends there."""


@dataclass(frozen=True)
class Trajectory:
    """What was said after each of T words."""

    answers: tuple[str, ...]
    """The class named, or the labels; or the value."""
    scores: Floats
    """`(T,)`, what the explanation explains, of the beginning of the text up to each word."""
    probabilities: Floats | None
    """`(T,)`, of the answer that the whole text gets; None of values."""
    start: float
    """The score of no words."""
    source: Source

    @property
    def made_up(self) -> int | None:
        """The first word from which on the answer is that of the whole text; None of values."""
        if self.probabilities is None:
            return None
        return settled(self.answers)

    @property
    def course(self) -> Floats:
        """What is drawn of it: the probabilities, or the values."""
        return self.scores if self.probabilities is None else self.probabilities

    @property
    def largest_jump(self) -> tuple[int, float]:
        """The word that moves the score most, and by how much."""
        jumps = np.diff(self.scores, prepend=self.start)
        word = int(np.abs(jumps).argmax())
        return word, float(jumps[word])

    def to_json(self) -> dict[str, Any]:
        """Return plain data for a json file."""
        word, jump = self.largest_jump
        p = self.probabilities
        return {
            "source": self.source,
            "answers": list(self.answers),
            "scores": self.scores.tolist(),
            "probabilities": None if p is None else p.tolist(),
            "made_up": self.made_up,
            "largest_jump": {"word": word, "change": jump},
        }


def settled(answers: Sequence[str]) -> int:
    """Return the first place from which on every answer is the last one."""
    others = [n for n, answer in enumerate(answers) if answer != answers[-1]]
    return others[-1] + 1 if others else 0
