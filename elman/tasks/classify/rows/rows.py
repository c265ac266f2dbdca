"""Rows of texts with their classes, in parts: as words, and as a recipe reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.data.large import drawn_words, words_of
from elman.data.ragged import Ragged
from elman.data.seen import Seen
from elman.data.text.corpus import Corpus
from elman.data.text.diagnosis import Diagnosis
from elman.data.text.features import Features
from elman.data.text.unlabelled import Unlabelled
from elman.judging.classes.decision import Decision
from elman.judging.classes.yardstick import ClassYardstick
from elman.runtime.model import Model
from elman.tasks.classify.answers import Answered
from elman.tasks.classify.codec import reads, seen_by, text_codec_of
from elman.tasks.classify.presets import Shape
from elman.tasks.interface import Beside, Labelled

__all__ = ["MOST_WORDS", "Few", "Prepared", "Rows"]

Ints = NDArray[np.int64]

MOST_WORDS = 6_000_000
"""Words of the training rows that linear models learn from, at most: their matrix lies in memory,
and beyond a million short rows weights hardly move while minutes grow."""

_ENOUGH = 50
"""Rows that an older model has not seen, from which it is judged on them alone."""


class Few(NamedTuple):
    """The rows that linear models learn from, and choose by: all, or as many as they have room for.

    They are drawn by what they contain.
    """

    train: Ints
    validation: Ints


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
    hashes: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 16), np.uint8))
    """`(N, 16)` of the words of each row."""
    texts: Callable[[Ints], dict[int, str]] = lambda rows: {}
    """The texts of some rows, by number, as the file has them."""
    groups: Ints | None = None
    """`(N,)` of all rows, those of a test file too: rows of one number belong together, because
    they have the same group, or the same text, or are so connected over others. Whoever divides
    the training rows again, as for cross-fitting, keeps them on one side. None without --group."""

    unlabelled: Unlabelled | None = None
    """More texts, without labels; their words are in `word_types` too."""

    @property
    def seen(self) -> Seen:
        """The rows that are learnt from, or chosen by."""
        return Seen.of(self.hashes, self.train, self.validation)

    @cached_property
    def few(self) -> Few:
        """The rows that linear models learn from."""
        most = MOST_WORDS // 5
        return Few(self._some(self.train, MOST_WORDS), self._some(self.validation, most))

    def _some(self, rows: Ints, words: int) -> Ints:
        if words_of(self.offsets, rows) <= words:
            return rows
        return drawn_words(self.hashes, self.offsets, rows, words, "linear")

    @property
    def shape(self) -> Shape:
        """What the choice of a recipe may depend on."""
        more = 0 if self.unlabelled is None else len(self.unlabelled.tokens)
        return Shape(len(self.train), words_of(self.offsets, self.train), more)


@dataclass(frozen=True)
class Prepared:
    """Rows as a recipe reads them."""

    rows: Rows
    own: Features
    """How a word becomes what the recurrence reads."""
    read: NDArray[np.int32]
    """`(words,)` or `(words, columns)` numbers of it, with the offsets of the rows."""
    with_terms: Features
    """The same with words and pairs that only linear models read."""
    terms: NDArray[np.int32]
    """`(words, columns)` numbers of that."""
    inside: bool
    """Whether a linear part stands inside the model, so that it reads the terms."""
    diagnosis: Diagnosis
    """With the shares of words cut and unknown."""
    unlabelled: NDArray[np.int32] | None = None
    """`(words,)` numbers of the texts without labels."""

    @property
    def features(self) -> Features:
        """How the model reads words."""
        return self.with_terms if self.inside else self.own

    def texts(self, rows: Ints) -> Ragged:
        """Return the rows as the model reads them, whole."""
        return self.terms_of(rows) if self.inside else self.read_of(rows)

    def read_of(self, rows: Ints) -> Ragged:
        """Return the rows as the recurrence reads them, whole."""
        return Ragged(self.read, self.rows.offsets, rows)

    def terms_of(self, rows: Ints) -> Ragged:
        """Return the rows as linear models read them."""
        return Ragged(self.terms, self.rows.offsets, rows)

    @property
    def test(self) -> Labelled:
        """The test part, judged as opponents are: without thresholds of the model's."""
        rows = self.rows
        truth, steps = rows.targets[rows.test], self.texts(rows.test)
        answered = Answered(
            rows.decision, truth, rows.lines[rows.test], lambda places: _at(rows, places)
        )
        return Labelled(
            said=rows.test_source,
            steps=steps,
            contexts=reads(self.features, steps),
            yardstick=ClassYardstick(rows.decision, truth),
            wanted=truth,
            facts={"said": rows.test_source, "classes": list(rows.decision.classes)},
            telling=answered.telling,
            truths=answered.truths,
        )

    def beside(self, other: Model) -> Beside | str:
        """The test rows, without those that the other classifier has learnt from."""
        rows, codec = self.rows, text_codec_of(other)
        ours, theirs = rows.decision, codec.decision
        if (ours.classes, ours.kind) != (theirs.classes, theirs.kind):
            return f"its classes are {_shown(theirs.classes)}; here they are {_shown(ours.classes)}"
        places, note = np.arange(len(rows.test)), ""
        if seen := seen_by(other):
            new = np.flatnonzero(seen.new(rows.hashes[rows.test]))
            if len(new) >= min(_ENOUGH, len(places)):
                places = new
            else:
                note = " (the old one learnt from some of them)"
        steps = [codec.features.encode(self._words(row)) for row in rows.test[places]]
        truth = rows.targets[rows.test[places]]
        labelled = Labelled(
            said=rows.test_source,
            steps=steps,
            contexts=reads(codec.features, steps),
            yardstick=ClassYardstick(theirs, truth),
            wanted=truth,
        )
        return Beside(places, labelled, note)

    def _words(self, row: int) -> list[str]:
        rows = self.rows
        return [rows.word_types[w] for w in rows.tokens[rows.offsets[row] : rows.offsets[row + 1]]]

    @property
    def facts(self) -> dict[str, Any]:
        """What the report says of the rows."""
        parts = {name: len(getattr(self.rows, name)) for name in ("train", "validation", "test")}
        return {
            "rows": self.diagnosis.to_json() | parts,
            "warnings": list(self.diagnosis.warnings),
        }


def _at(rows: Rows, places: Ints) -> dict[int, str]:
    """The texts of test rows by their place in the test part."""
    texts = rows.texts(rows.test[places])
    return {int(place): texts[int(rows.test[place])] for place in places}


def _shown(classes: Sequence[str]) -> str:
    return ", ".join(classes[:5]) + (f" and {len(classes) - 5} more" if len(classes) > 5 else "")
