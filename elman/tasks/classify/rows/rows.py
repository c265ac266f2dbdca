"""Rows of texts with their classes, in parts: as words, and as a recipe reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.ragged import Ragged
from elman.data.text.corpus import Corpus
from elman.data.text.diagnosis import Diagnosis
from elman.data.text.features import Features
from elman.judging.classes.decision import Decision
from elman.judging.classes.yardstick import ClassYardstick
from elman.tasks.classify.codec import reads
from elman.tasks.classify.presets import Shape
from elman.tasks.interface import Labelled

__all__ = ["Prepared", "Rows"]

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """Training and test rows in one array, and who is in which part.

    `tokens` are places in `word_types`, flat and memory-mapped, cut by `offsets`; `train`,
    `validation` and `test` are row numbers.
    """

    corpus: Corpus
    """The training file alone."""
    tokens: NDArray[np.int32]
    offsets: Ints
    word_types: list[str]
    targets: Ints
    lines: Ints
    train: Ints
    validation: Ints
    test: Ints
    test_source: str
    decision: Decision
    diagnosis: Diagnosis
    header: bool = True
    """Whether the file named its columns."""

    @property
    def shape(self) -> Shape:
        """What the choice of a recipe may depend on."""
        lengths = np.diff(self.offsets)[self.train]
        return Shape(len(self.train), int(lengths.sum()), float(np.median(lengths)))


@dataclass(frozen=True)
class Prepared:
    """Rows as a recipe reads them."""

    rows: Rows
    features: Features
    words: NDArray[np.int32]
    """`(words,)` or `(words, columns)` numbers, with the offsets of the rows."""
    diagnosis: Diagnosis
    """With the shares of words cut and unknown."""

    def texts(self, rows: Ints) -> Ragged:
        """Return the encoded rows, whole."""
        return Ragged(self.words, self.rows.offsets, rows)

    @property
    def test(self) -> Labelled:
        """The test part, judged as opponents are: without thresholds of the model's."""
        rows = self.rows
        truth, steps = rows.targets[rows.test], self.texts(rows.test)
        return Labelled(
            said=rows.test_source,
            steps=steps,
            contexts=reads(self.features, steps),
            yardstick=ClassYardstick(rows.decision, truth),
            wanted=truth,
        )

    @property
    def facts(self) -> dict[str, Any]:
        """What the report says of the rows."""
        parts = {name: len(getattr(self.rows, name)) for name in ("train", "validation", "test")}
        return {
            "rows": self.diagnosis.to_json() | parts,
            "warnings": list(self.diagnosis.warnings),
        }
