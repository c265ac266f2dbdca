"""What is shown of rows whose class is known: errors, right answers, all truths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.tables.formats import open_table
from elman.data.text.corpus import Corpus
from elman.judging.classes.decision import Decision
from elman.judging.classes.telling import telling
from elman.judging.yardstick import Numbers

__all__ = ["Answered", "texts_in"]

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Answered:
    """Rows and their truth.

    Args:
        decision: how probabilities become an answer.
        truth: class numbers `(N,)`, or indicators `(N, K)`.
        lines: `(N,)` where each row stands in its file.
        texts: the texts of some rows, by number.
    """

    decision: Decision
    truth: Ints
    lines: Ints
    texts: Callable[[Ints], Mapping[int, str]]

    def telling(self, probabilities: Numbers) -> dict[str, list[dict[str, Any]]]:
        """Return the `worst` errors and some `right` answers, each with its text."""
        found = telling(self.decision, probabilities, self.truth)
        return {name: self._told(probabilities, rows) for name, rows in found.items()}

    def _told(self, probabilities: Numbers, rows: NDArray[np.int64]) -> list[dict[str, Any]]:
        texts = self.texts(rows)
        said = self.decision.predictions_of(probabilities[rows])
        return [
            {
                "line": int(self.lines[n]),
                "truth": self.decision.names(self.truth[n]),
                "label": prediction.label,
                "probability": prediction.probability,
                "text": texts[int(n)],
            }
            for n, prediction in zip(rows, said, strict=True)
        ]

    def truths(self) -> dict[str, list[Any]]:
        """Return line and truth of every row, as columns."""
        return {
            "line": self.lines.tolist(),
            "truth": [self.decision.names(truth) for truth in self.truth],
        }


def texts_in(
    data: Any, opening: Mapping[str, Any], corpus: Corpus
) -> Callable[[Ints], dict[int, str]]:
    """Return a function from row numbers to texts; of rows that came from no file, their words."""

    def texts(rows: Ints) -> dict[int, str]:
        found = {int(n): " ".join(corpus.word_types[w] for w in corpus.row(int(n))) for n in rows}
        if isinstance(data, (str, Path)):
            wanted = {int(corpus.lines[n]): int(n) for n in rows}
            for row in open_table(data, **opening).at(sorted(wanted)):
                found[wanted[row.line]] = corpus.columns.text_of(row)
        return found

    return texts
