"""Texts to word numbers, outputs to classes: what stands around a classifier's network."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from elman.artifact import Artifact, decode
from elman.data.ragged import Ragged
from elman.data.seen import Seen
from elman.data.tables.held import table_of
from elman.data.tables.table import Reject, Row
from elman.data.text.columns.cells import Split
from elman.data.text.columns.choose import choose_columns
from elman.data.text.columns.columns import Columns, MissingTextError
from elman.data.text.features import Features, Terms
from elman.data.text.vocabulary import Vocabulary
from elman.errors import ArtifactError, OptionError
from elman.judging.classes.decision import Decision, Prediction
from elman.runtime.arrays import Floats, Steps
from elman.runtime.codec import Encoded, Numbers
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec
from elman.runtime.streams.keeping import Maybe

__all__ = [
    "SEEN",
    "TERMS",
    "TextCodec",
    "TextInput",
    "TextRead",
    "reads",
    "seen_by",
    "text_codec",
    "text_codec_of",
]


SEEN = "seen.json"
"""The part of a model directory that says which rows it has learnt from."""

TERMS = "terms.json"
"""The part that lists the words and pairs of the linear part alone."""


@dataclass(frozen=True)
class TextInput:
    """The `input` section of a classifier's model.json."""

    text_columns: tuple[str, ...]
    label_column: str
    kind: Literal["text"] = "text"
    tokenizer: Literal["words-1"] = "words-1"
    """The rules of `elman.data.text.words.tokenize`; a change of them gets a new name."""
    affix_buckets: int = 0
    pairs: bool = False
    """As `elman.data.text.features.Features`."""
    terms: bool = False
    """Whether `terms.json` has words and pairs for a linear part."""
    label_columns: tuple[str, ...] = ()
    """Where there are several: one of 0 and 1 for each label."""
    label_split: Split = ""
    """How a cell of the label column holds several labels."""
    header: bool = True
    """Whether the training file named its columns."""

    @property
    def columns(self) -> Columns:
        """The columns of the training file."""
        return Columns(
            self.text_columns, self.label_columns or (self.label_column,), "", self.label_split
        )


class TextRead(NamedTuple):
    """What of a text is needed besides its ids."""

    last: str
    """Its last word, with which the next one makes a pair."""
    known: bool
    """Whether it has a word that the network knows."""


_NOTHING, _READ = TextRead("", False), TextRead("", True)


@dataclass(frozen=True)
class TextCodec:
    """Texts to word numbers, outputs to predictions. A stream carries the network's state."""

    input: TextInput
    features: Features
    decision: Decision
    window: ClassVar[None] = None

    def items_of(self, data: Any) -> Iterable[Any]:
        """Return the texts of a frame's rows, of columns or records; "" where there is none."""
        table = table_of(data)
        if table is None:
            return data if isinstance(data, list) else map(_text_or_nothing, data)
        known = {*self.input.text_columns} <= {*table.columns}
        columns = choose_columns(
            table, self.input.text_columns if known else None, need_label=False
        )
        return (_text_at(row, columns) for row in table.rows())

    def parse(self, text: str) -> str:
        return text

    def encode(self, item: str, after: TextRead | None = None) -> Encoded:
        self._check(item)
        before = after or _NOTHING
        ids, known, last = self.features.read_on(item, before.last)
        return Encoded(ids, TextRead(last or before.last, known or before.known))

    carries: ClassVar[Any] = Maybe(TextRead("", False))

    def carried(self, context: TextRead | None) -> TextRead | None:
        return context

    def encode_all(self, items: Sequence[str]) -> tuple[Ragged, list[TextRead]]:
        """Turn whole texts into steps; their contexts do not say what is last."""
        for item in items:
            self._check(item)
        found = self.features.read(items)
        offsets = np.concatenate([[0], found.ends])
        return Ragged(found.ids, offsets), [_READ if known else _NOTHING for known in found.known]

    def _check(self, item: object) -> None:
        if not isinstance(item, str):
            raise OptionError(f"{item!r:.60} is not a text; this model takes strings")

    def numbers(self, outputs: Floats, contexts: Sequence[TextRead]) -> Numbers:
        """Return probabilities; of a text without a known word those before it was read."""
        said, known = self.decision.probabilities(outputs), [read.known for read in contexts]
        return said if all(known) else np.where(np.c_[known], said, self.decision.base)

    def answers(self, numbers: Numbers, contexts: Sequence[TextRead]) -> list[Prediction]:
        """Return what is said of each text; of one without a known word, that nobody knows."""
        said = self.decision.predictions_of(numbers)
        pairs = zip(said, contexts, strict=True)
        return [p if context.known else replace(p, label=None) for p, context in pairs]

    def reaching(self, steps: int) -> TextCodec:
        raise OptionError(f"{steps} steps ahead: this model answers texts, and they have none")

    def further(
        self,
        items: Sequence[str],
        answers: Sequence[Prediction],
        answered: Callable[[Sequence[str]], Sequence[Prediction]],
    ) -> Sequence[Prediction]:
        return answers


def _text_or_nothing(value: Any) -> Any:
    """Turn what series of pandas and arrays hold for a missing text into an empty one."""
    return "" if isinstance(value, float) and math.isnan(value) else value


def _text_at(row: Row | Reject, columns: Columns) -> str:
    try:
        return columns.text_of(row) if isinstance(row, Row) else ""
    except MissingTextError:
        return ""
    except ValueError as error:
        raise OptionError(f"row {row.line}: {error}") from None


def text_codec(saved: Artifact, spec: NetworkSpec) -> TextCodec:
    """Build the codec of a saved classifier.

    Raises:
        ArtifactError: input, output, vocabulary and network do not fit together.
    """
    input = decode(TextInput, saved.input, "model.json: input")
    decision = decode(Decision, saved.output, "model.json: output")
    words = saved.part("vocabulary.json")
    listed = saved.part(TERMS) if input.terms else None
    try:
        vocabulary = Vocabulary.from_json(words)
        terms = Terms.from_json(listed, vocabulary) if input.terms else None
        decision.check()
    except ValueError as error:
        raise ArtifactError(f"vocabulary.json, {TERMS} and model.json: {error}") from None
    if not input.text_columns:
        raise ArtifactError("model.json: input.text_columns is empty")
    if not 0 <= input.affix_buckets <= 2**24:
        raise ArtifactError(f"model.json: input.affix_buckets is {input.affix_buckets}")
    features = Features(vocabulary, input.affix_buckets, input.pairs, terms)
    asked = {
        "vocabulary": features.embeddings,
        "ids_per_step": features.columns - input.terms,
        "outputs": decision.outputs,
        "linear": features.numbers if input.terms else 0,
        "linear_ids": int(input.terms),
    }
    for name, wanted in asked.items():
        if (found := getattr(spec, name)) != wanted:
            raise ArtifactError(
                f"model.json: network.{name} is {found}, but vocabulary.json, input and output "
                f"ask for {wanted}"
            )
    return TextCodec(input, features, decision)


def seen_by(model: Model) -> Seen | None:
    """Return the rows a classifier has learnt from; None of one that does not record them.

    Raises:
        ArtifactError: the record is damaged.
    """
    if SEEN not in model.info.parts:
        return None
    try:
        return Seen.from_json(model.info.parts[SEEN])
    except ValueError as error:
        raise ArtifactError(f"{model.directory / SEEN}: {error}.") from None


def reads(features: Features, texts: Sequence[Steps]) -> list[TextRead]:
    """Return the contexts of texts that are ids already."""
    return [TextRead("", features.know(ids)) for ids in texts]


def text_codec_of(model: Model) -> TextCodec:
    """Return the codec of a model that is known to be a classifier."""
    assert isinstance(model.codec, TextCodec)
    return model.codec
