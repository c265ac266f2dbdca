"""Texts to words and their ids, outputs to tags: what stands around a tagger's network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

from elman.artifact import Artifact, decode
from elman.data.seen import Seen
from elman.data.tables.held import table_of
from elman.data.tables.table import Row
from elman.data.tagged.features import COLUMNS, WordFeatures
from elman.data.tagged.split import split_words
from elman.data.tagged.tables import listed_in, parted, words_column
from elman.data.text.vocabulary import Vocabulary
from elman.errors import ArtifactError, OptionError
from elman.judging.tags.decision import TagDecision, Tagging
from elman.runtime.arrays import Floats
from elman.runtime.codec import Encoded, Numbers
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec
from elman.runtime.streams.keeping import Maybe

__all__ = [
    "SEEN",
    "VOCABULARY",
    "TagCodec",
    "TagInput",
    "TagRead",
    "seen_by",
    "tag_codec",
    "tag_codec_of",
]

VOCABULARY, SEEN = "vocabulary.json", "seen.json"
"""Parts of a model directory: the words, and which sentences it has learnt from."""

MOST_BUCKETS = 2**24


@dataclass(frozen=True)
class TagInput:
    """The `input` section of a tagger's model.json."""

    column: str
    """Of the tags, in the training file, by name or number."""
    text_column: str = ""
    """Of the words, where that was a table."""
    kind: Literal["words"] = "words"
    features: Literal["letters-1"] = "letters-1"
    """The rules of `elman.data.tagged.features`; a change of them gets a new name."""
    buckets: int = 1
    dotless: bool = False
    """Whether I is the capital of ı, as in Turkish; told from the words of the training part."""


class TagRead(NamedTuple):
    """What of a text is needed besides its ids."""

    words: tuple[str, ...]
    goes_on: bool = False
    """Whether it is a later piece of a stream, whose beginning is not there."""


@dataclass(frozen=True)
class TagCodec:
    """Texts to ids of words, outputs to tags. A stream carries the network's state.

    An item is a text, which is split into words as the vocabulary has them, or its words.
    """

    input: TagInput
    features: WordFeatures
    decision: TagDecision
    window: ClassVar[None] = None

    def items_of(self, data: Any) -> Iterable[Any]:
        """Return the texts of a frame's rows, of columns or records."""
        table = table_of(data)
        if table is None:
            return data if isinstance(data, list) else iter(data)
        name = words_column(table, self.input.text_column or None)
        return (
            self.item(row.fields.get(name), name) if isinstance(row, Row) else ()
            for row in table.rows()
        )

    def item(self, cell: Any, column: str) -> str | tuple[str, ...]:
        """Return what a cell of a table is: words where it lists them, or in the column of the
        training file; else a text."""
        if cell is None:
            return ()
        if isinstance(cell, str) and column != self.input.text_column and listed_in(cell) is None:
            return cell
        return tuple(parted(cell))

    def parse(self, text: str) -> tuple[str, ...]:
        return (text,)

    def encode(self, item: str | Sequence[str], after: TagRead | None = None) -> Encoded:
        words = self.words_of(item)
        read = TagRead(tuple(words), goes_on=after is not None)
        return Encoded(self.features.encode(words), read)

    carries: ClassVar[Any] = Maybe(TagRead((), True))

    def carried(self, context: TagRead | None) -> TagRead | None:
        return context and TagRead((), True)

    def words_of(self, item: str | Sequence[str]) -> Sequence[str]:
        """Return the words of an item.

        Raises:
            OptionError: it is neither a text nor words.
        """
        if isinstance(item, str):
            return split_words(item, self.knows)
        words = list(item) if isinstance(item, Iterable) else None
        if words is None or not all(isinstance(word, str) and word.strip() for word in words):
            raise OptionError(f"{item!r:.60} is neither a text nor a list of its words")
        return [str(word) for word in words]  # and not what numpy has for them

    def knows(self, word: str) -> bool:
        """Say whether a word, in whatever case, stood in the training part."""
        return self.features.knows(word)

    def numbers(self, outputs: Floats, contexts: Sequence[TagRead]) -> Numbers:
        """Return the probabilities of the tags of every word, `(ΣT, K)`."""
        return self.decision.probabilities(outputs)

    def answers(self, numbers: Numbers, contexts: Sequence[TagRead]) -> list[Tagging]:
        words = [context.words for context in contexts]
        return self.decision.taggings(
            numbers, words, apart=any(context.goes_on for context in contexts)
        )

    def reaching(self, steps: int) -> TagCodec:
        raise OptionError(f"{steps} steps ahead: this model tags words, and they have none")

    def further(
        self,
        items: Sequence[Any],
        answers: Sequence[Tagging],
        answered: Callable[[Sequence[Any]], Sequence[Tagging]],
    ) -> Sequence[Tagging]:
        return answers


def tag_codec(saved: Artifact, spec: NetworkSpec) -> TagCodec:
    """Build the codec of a saved tagger.

    Raises:
        ArtifactError: input, output, vocabulary and network do not fit together.
    """
    input = decode(TagInput, saved.input, "model.json: input")
    decision = decode(TagDecision, saved.output, "model.json: output")
    try:
        vocabulary = Vocabulary.from_json(saved.part(VOCABULARY))
        decision.check()
    except ValueError as error:
        raise ArtifactError(f"{VOCABULARY} and model.json: {error}") from None
    if not 1 <= input.buckets <= MOST_BUCKETS:
        raise ArtifactError(f"model.json: input.buckets is {input.buckets}")
    features = WordFeatures(vocabulary, input.buckets, input.dotless)
    asked = {
        "per_step": True,
        "vocabulary": features.numbers,
        "ids_per_step": COLUMNS,
        "outputs": len(decision.tags),
        "linear": features.numbers if spec.linear else 0,
        "linear_ids": 0,
    }
    for name, wanted in asked.items():
        if (found := getattr(spec, name)) != wanted:
            raise ArtifactError(
                f"model.json: network.{name} is {found}, but {VOCABULARY}, input and output ask "
                f"for {wanted}"
            )
    return TagCodec(input, features, decision)


def tag_codec_of(model: Model) -> TagCodec:
    """Return the codec of a model that is known to be a tagger."""
    assert isinstance(model.codec, TagCodec)
    return model.codec


def seen_by(model: Model) -> Seen | None:
    """Return the sentences a tagger has learnt from.

    Raises:
        ArtifactError: the record is damaged.
    """
    if SEEN not in model.info.parts:
        return None
    try:
        return Seen.from_json(model.info.parts[SEEN])
    except ValueError as error:
        raise ArtifactError(f"{model.directory / SEEN}: {error}.") from None
