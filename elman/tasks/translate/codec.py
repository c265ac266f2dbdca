"""Sentences to numbers of pieces, outputs to sentences: what stands around a translator."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from elman.artifact import Artifact, decode
from elman.data.parallel.columns import Sides
from elman.data.parallel.pairs import LONGEST
from elman.data.parallel.pieces import END, UNKNOWN, Pieces, words_of
from elman.data.parallel.sides import Languages
from elman.data.seen import Seen
from elman.data.tables.held import table_of
from elman.data.tables.table import Row
from elman.errors import ArtifactError, OptionError
from elman.judging.texts.answer import Translation
from elman.judging.texts.numbers import numbers_of, scores_of, texts_of
from elman.runtime.arrays import Floats
from elman.runtime.codec import Encoded, Numbers
from elman.runtime.model import Model
from elman.runtime.translation.spec import TranslationSpec
from elman.runtime.translation.translator import said_of

__all__ = [
    "PIECES",
    "SEEN",
    "SIDES",
    "SentenceCodec",
    "TranslateInput",
    "TranslateOutput",
    "codec_of",
    "languages_of",
    "read_sentence",
    "seen_by",
    "sentence_codec",
]

PIECES, SIDES, SEEN = "pieces.json", "sides.json", "seen.json"
"""Parts of the directory: how words are cut, which words speak for which side, which sentences
were learnt from."""

WINDOW = 400
"""Words of a sentence that is typed word by word; of longer ones fewer, `LONGEST` characters."""


@dataclass(frozen=True)
class TranslateInput:
    """The `input` section of a translator's model.json."""

    source: str
    target: str
    """What the sides were called in training: columns, or files."""
    files: bool
    kind: Literal["sentence"] = "sentence"
    cutting: Literal["pieces-1"] = "pieces-1"
    """The rules of `elman.data.parallel.pieces`; a change of them gets a new name."""

    @property
    def sides(self) -> Sides:
        return Sides(self.source, self.target)


@dataclass(frozen=True)
class TranslateOutput:
    """The `output` section; how translations are looked for is the network's."""

    kind: Literal["sentence"] = "sentence"


@dataclass(frozen=True)
class Words:
    """What of a sentence is needed besides its numbers: what may be copied from it."""

    each: tuple[str, ...]
    """For each piece its text, if it is unknown, else the word that it belongs to."""
    cut: float
    """Pieces of a word, on average."""


@dataclass(frozen=True)
class SentenceCodec:
    """Sentences to numbers, outputs to translations. A stream translates anew with every word."""

    input: TranslateInput
    pieces: Pieces
    window: ClassVar[int] = WINDOW
    longest: ClassVar[int] = LONGEST

    def items_of(self, data: Any) -> Iterable[Any]:
        """Return the sentences of a frame's rows; "" where there is none."""
        table = table_of(data)
        if table is None:
            return data if isinstance(data, list) else map(_text_or_nothing, data)
        column = self.input.source if self.input.source in table.columns else table.columns[0]
        rows = (row.fields.get(column) if isinstance(row, Row) else None for row in table.rows())
        return ("" if cell is None else str(cell) for cell in rows)

    carries: ClassVar[tuple[str, ...]] = ()

    def carried(self, context: object) -> object:
        return context

    def parse(self, text: str) -> str:
        return text

    def encode(self, item: str | Sequence[str], after: Any = None) -> Encoded:
        """Take a sentence, or the words of one that is still being typed."""
        parts = item if isinstance(item, list) else [item]
        if not all(isinstance(part, str) for part in parts):
            raise OptionError(f"{item!r:.60} is not a sentence; this model takes strings")
        text = item if isinstance(item, str) else " ".join(item)
        if len(text) > LONGEST:
            raise OptionError(
                f'"{text[:40]}…" has {len(text):,} characters; at most {LONGEST:,} are read as one '
                "sentence. Cut it where sentences end."
            )
        ids, each = read_sentence(self.pieces, text)
        cut = (len(ids) - 1) / len(words_of(text)) if ids else 0.0
        return Encoded(np.array(ids, np.int64), Words(tuple(each), cut))

    def numbers(self, outputs: Floats, contexts: Sequence[Words]) -> Numbers:
        """Return translations as characters; an unknown piece is copied from where it came from."""
        texts, scores = [], []
        for row, words in zip(outputs, contexts, strict=True):
            said = said_of(row)
            unknown = [words.each[k] for k in said.origins[said.pieces == UNKNOWN]]
            texts.append(self.pieces.text(said.pieces.tolist(), unknown))
            scores.append(said.score)
        return numbers_of(texts, scores)

    def answers(self, numbers: Numbers, contexts: Sequence[Words]) -> list[Translation]:
        pairs = zip(texts_of(numbers), scores_of(numbers), strict=True)
        return [Translation(text, round(float(score), 6)) for text, score in pairs]

    def reaching(self, steps: int) -> SentenceCodec:
        raise OptionError(f"{steps} steps ahead: this model translates, and has no steps ahead")

    def further(
        self,
        items: Sequence[str],
        answers: Sequence[Translation],
        answered: Callable[[Sequence[str]], Sequence[Translation]],
    ) -> Sequence[Translation]:
        return answers


def read_sentence(pieces: Pieces, text: str) -> tuple[list[int], list[str]]:
    """Return the numbers of a sentence's pieces, its end too, and what may be copied of each."""
    ids: list[int] = []
    each: list[str] = []
    for word in words_of(text):
        cut = pieces.cut(word)
        for piece, number in zip(cut, pieces.numbers(cut), strict=True):
            ids.append(number)
            each.append(piece if number == UNKNOWN else word)
    return ([*ids, END], [*each, ""]) if ids else ([], [])


def _text_or_nothing(value: Any) -> Any:
    return "" if isinstance(value, float) and math.isnan(value) else value


def sentence_codec(saved: Artifact, spec: Any) -> SentenceCodec:
    """Build the codec of a saved translator.

    Raises:
        ArtifactError: input, pieces and network do not fit together.
    """
    input = decode(TranslateInput, saved.input, "model.json: input")
    decode(TranslateOutput, saved.output, "model.json: output")
    if not isinstance(spec, TranslationSpec):
        raise ArtifactError('model.json: network.kind must be "translation" for a translator.')
    try:
        pieces = Pieces.from_json(saved.part(PIECES))
    except ValueError as error:
        raise ArtifactError(f"{PIECES}: {error}.") from None
    if len(pieces) != spec.pieces:
        raise ArtifactError(
            f"model.json: network.pieces is {spec.pieces}, but {PIECES} makes {len(pieces)}"
        )
    return SentenceCodec(input, pieces)


def codec_of(model: Model) -> SentenceCodec:
    """Return the codec of a model that is known to be a translator."""
    assert isinstance(model.codec, SentenceCodec)
    return model.codec


def languages_of(model: Model) -> Languages:
    """Return which words speak for which side.

    Raises:
        ArtifactError: the part is damaged.
    """
    try:
        return Languages.from_json(model.info.part(SIDES))
    except ValueError as error:
        raise ArtifactError(f"{model.directory / SIDES}: {error}.") from None


def seen_by(model: Model) -> Seen:
    """Return the sentences a model has learnt from.

    Raises:
        ArtifactError: the record is damaged.
    """
    try:
        return Seen.from_json(model.info.part(SEEN))
    except ValueError as error:
        raise ArtifactError(f"{model.directory / SEEN}: {error}.") from None
