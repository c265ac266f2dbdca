"""Sentences in parts, and as a network reads them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.ragged import Ragged
from elman.data.seen import Seen
from elman.data.tagged.features import WordFeatures
from elman.data.tagged.sentences import Sentence
from elman.data.text.vocabulary import UNKNOWN
from elman.judging.tags.decision import TagDecision
from elman.judging.tags.yardstick import TagYardstick
from elman.runtime.model import Model
from elman.tasks.interface import Beside, Labelled
from elman.tasks.tag.codec import TagRead, seen_by, tag_codec_of
from elman.tasks.tag.telling import telling

__all__ = ["Prepared", "Rows", "hashes_of", "labelled"]

Ints = NDArray[np.int64]

_ENOUGH = 50
"""Sentences that an older model has not seen, from which it is judged on them alone."""


@dataclass(frozen=True)
class Rows:
    """Sentences of all files, and who is in which part."""

    sentences: Sequence[Sentence]
    train: Ints
    validation: Ints
    test: Ints
    decision: TagDecision
    """The tags of the training part, and how they mark spans."""
    column: str
    text_column: str
    said: str
    test_said: str
    facts: dict[str, Any]
    warnings: tuple[str, ...]

    def part(self, rows: Ints) -> list[Sentence]:
        """Return some sentences."""
        return [self.sentences[n] for n in rows]

    @property
    def seen(self) -> Seen:
        """The sentences that are learnt from, or chosen by."""
        return Seen.of(hashes_of(self.part(np.concatenate([self.train, self.validation]))))


@dataclass(frozen=True)
class Prepared:
    """Sentences as numbers.

    Args:
        rows: in parts.
        features: how a word becomes ids.
        ids: `(ΣT, columns)` of all words.
        offsets: `(N + 1,)`, sentence n is ids[offsets[n]:offsets[n + 1]].
        labels: `(ΣT,)` numbers of the tags; -1 of a tag that none has in training.
        counts: `(vocabulary,)` how often a word stands in the training part.
    """

    rows: Rows
    features: WordFeatures
    ids: NDArray[np.int32]
    offsets: Ints
    labels: Ints
    counts: Ints

    def steps(self, rows: Ints) -> Ragged:
        """Return some sentences as a network reads them."""
        return Ragged(self.ids, self.offsets, rows)

    def labels_of(self, rows: Ints) -> Ints:
        """Return `(ΣT,)` the labels of some sentences."""
        return np.concatenate([np.zeros(0, np.int64), *Ragged(self.labels, self.offsets, rows)])

    @property
    def test(self) -> Labelled:
        """The test part."""
        rows = self.rows
        return labelled(rows.part(rows.test), self.steps(rows.test), rows.decision, rows.test_said)

    def beside(self, other: Model) -> Beside | str:
        """The test sentences, without those that the other tagger has learnt from."""
        rows, codec = self.rows, tag_codec_of(other)
        ours, theirs = rows.decision, codec.decision
        if (ours.tags, ours.scheme) != (theirs.tags, theirs.scheme):
            return f"its tags are {_shown(theirs.tags)}; here they are {_shown(ours.tags)}"
        sentences, note = rows.part(rows.test), ""
        places = np.arange(len(sentences))
        if seen := seen_by(other):
            new = np.flatnonzero(seen.new(hashes_of(sentences)))
            if len(new) >= min(_ENOUGH, len(places)):
                places = new
            else:
                note = " (the old one learnt from some of them)"
        kept = [sentences[n] for n in places]
        steps = [codec.features.encode(sentence.words) for sentence in kept]
        ends = np.cumsum([0, *(len(sentence.words) for sentence in sentences)])
        words = [np.arange(ends[n], ends[n + 1]) for n in places]
        found = labelled(kept, steps, theirs, rows.test_said)
        return Beside(np.concatenate([np.zeros(0, np.int64), *words]), found, note)

    @property
    def facts(self) -> dict[str, Any]:
        """What the report says of the rows."""
        parts = {name: len(getattr(self.rows, name)) for name in ("train", "validation", "test")}
        return {"rows": self.rows.facts | parts, "warnings": list(self.rows.warnings)}


def labelled(
    sentences: Sequence[Sentence], steps: Sequence[Any], decision: TagDecision, said: str
) -> Labelled:
    """Return sentences that can be judged."""
    ids = [np.asarray(of)[:, 0] for of in steps]
    known = np.concatenate([np.zeros(0, np.int64), *ids]) != UNKNOWN
    yardstick = TagYardstick(decision, [sentence.tags for sentence in sentences], known)
    wanted = np.empty(len(sentences), object)
    for n, sentence in enumerate(sentences):
        # of a tag the model does not have, the first: what it answers then is wrong anyway
        wanted[n] = np.array([decision.numbers.get(tag, 0) for tag in sentence.tags], np.int64)
    words = int(yardstick.lengths.sum())
    return Labelled(
        said=said,
        steps=steps,
        contexts=[TagRead(sentence.words) for sentence in sentences],
        yardstick=yardstick,
        wanted=wanted,
        facts={"said": said, "words": words, "unknown_words": int((~known).sum())},
        telling=lambda numbers: telling(sentences, yardstick, numbers),
    )


def hashes_of(sentences: Sequence[Sentence]) -> NDArray[np.uint8]:
    """Return `(N, 16)` hashes of the words of sentences."""
    digests = (
        hashlib.blake2b("\n".join(of.words).encode("utf-8", "surrogatepass"), digest_size=16)
        for of in sentences
    )
    joined = b"".join(digest.digest() for digest in digests)
    return np.frombuffer(joined, np.uint8).reshape(-1, 16)


def _shown(tags: Sequence[str]) -> str:
    return ", ".join(tags[:5]) + (f" and {len(tags) - 5} more" if len(tags) > 5 else "")
