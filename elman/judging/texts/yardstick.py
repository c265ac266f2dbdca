"""Texts judged by the texts they should be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from elman.judging.texts.bleu import bleu_of, chrf_of, shares, words_by
from elman.judging.texts.numbers import texts_of
from elman.judging.yardstick import Wording

__all__ = ["TextYardstick"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TextYardstick:
    """Rows with their reference.

    Args:
        references: the truth of each row.
    """

    references: tuple[str, ...]
    headline: ClassVar[str] = "bleu"
    higher_is_better: ClassVar[bool] = True
    block: ClassVar[int] = 1
    wording: ClassVar[Wording] = Wording(
        "the BLEU of the recurrent model", "points above that of", "points below that of", "pair"
    )

    def __len__(self) -> int:
        return len(self.references)

    def deciding(self, output: object) -> TextYardstick:
        return self

    def figures(self, numbers: Floats) -> dict[str, Any]:
        """Return BLEU and chrF, 0 to 100, with their signatures."""
        texts, words = texts_of(numbers), words_by(self.references)
        bleu = bleu_of(texts, self.references, words=words)
        lower = bleu_of(texts, self.references, words=words, lower=True)
        chrf = chrf_of(texts, self.references)
        return {
            "bleu": bleu.score,
            **self.intervals(shares(texts, self.references, words=words)),
            "bleu_signature": bleu.signature,
            "bleu_lower_case": lower.score,
            "bleu_lower_case_signature": lower.signature,
            "chrf": chrf.score,
            "chrf_signature": chrf.signature,
        }

    def details(self, numbers: Floats) -> dict[str, Any]:
        """Return the precisions of one to four words, and how long texts and references are."""
        words = words_by(self.references)
        return bleu_of(texts_of(numbers), self.references, words=words).details

    def points(self, numbers: Floats) -> Floats:
        """Return what each row adds to BLEU; see `judging.texts.bleu`."""
        return shares(texts_of(numbers), self.references, words=words_by(self.references))

    def intervals(self, points: Floats) -> dict[str, Any]:
        mean, error = float(points.mean()), float(points.std() / math.sqrt(len(points)))
        ends = (mean - 1.96 * error, mean + 1.96 * error)
        return {"bleu_ci95": [100 * min(max(end, 0.0), 1.0) for end in ends]}
