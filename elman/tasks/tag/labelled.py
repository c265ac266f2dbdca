"""Tagged sentences for a saved model: those of a file, or made up from its vocabulary."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from elman.data.tagged.sentences import Sentence
from elman.runtime.model import Model
from elman.tasks.interface import Labelled
from elman.tasks.tag.codec import seen_by, tag_codec_of
from elman.tasks.tag.options import TagOptions
from elman.tasks.tag.rows.rows import hashes_of, labelled
from elman.tasks.tag.rows.source import read_tagged

__all__ = ["labelled_sentences", "random_sentences"]

MADE_UP = (
    "No DATA given, and a model does not record its own: these are rows of 8 to 64 random words of "
    "its vocabulary. They show what it could remember, not what it does with texts."
)


def labelled_sentences(data: Any, model: Model, options: TagOptions, place: Path) -> Labelled:
    """Read tagged sentences as `train` reads them, with the columns of the model."""
    codec = tag_codec_of(model)
    found = read_tagged(data, options, codec.input.column or None, codec.input.text_column or None)
    sentences, seen = found.sentences, seen_by(model)
    steps = [codec.features.encode(sentence.words) for sentence in sentences]
    rows = labelled(sentences, steps, codec.decision, found.said)
    known = set(codec.decision.tags)
    never = sorted({tag for of in sentences for tag in of.tags if tag not in known})
    warnings = [
        f"line {reject.line}: {reject.reason}; the sentence is left out"
        for reject in found.rejects[:5]
    ]
    if len(found.rejects) > len(warnings):
        warnings.append(f"{len(found.rejects):,} sentences in all are left out")
    if never:
        warnings.append(
            f"{len(never)} tags are none of the model's ({', '.join(never[:5])}): nobody can be "
            "right there"
        )
    hashes = hashes_of(sentences)
    return dataclasses.replace(
        rows,
        facts={**rows.facts, "skipped": len(found.rejects), "warnings": warnings},
        notes=(found.said,),
        seen=None if seen is None else seen.among(hashes),
        new=None if seen is None else seen.new(hashes),
    )


def random_sentences(model: Model, rows: int, seed: int) -> Labelled:
    """Return rows of random words of the model's vocabulary, the frequent more often (Zipf)."""
    codec = tag_codec_of(model)
    words = codec.features.vocabulary.words[2:] or ("a",)
    random = np.random.default_rng(seed)
    chance = 1 / np.arange(1, len(words) + 1)
    sentences = []
    for length in random.integers(8, 65, rows):
        drawn = random.choice(len(words), int(length), p=chance / chance.sum())
        tags = (codec.decision.tags[0],) * int(length)
        sentences.append(Sentence(tuple(words[k] for k in drawn), tags, 0))
    steps = [codec.features.encode(sentence.words) for sentence in sentences]
    found = labelled(sentences, steps, codec.decision, MADE_UP)
    return dataclasses.replace(found, notes=(MADE_UP,))
