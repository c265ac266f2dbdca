"""Labelled texts for a saved classifier: those of a file, or made up from its vocabulary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from elman.data.ragged import Ragged
from elman.data.tables.formats import open_table
from elman.data.text.corpus import Corpus
from elman.data.text.doctor import left_out
from elman.data.text.encode import encode_rows
from elman.data.text.reader import read_corpus
from elman.judging.classes.yardstick import ClassYardstick
from elman.runtime.model import Model
from elman.tasks.classify.answers import Answered, texts_in
from elman.tasks.classify.codec import TextInput, reads, seen_by, text_codec_of
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.interface import Labelled

__all__ = ["labelled_texts", "opening_of", "random_texts"]

MADE_UP = (
    "No DATA given, and a model does not record its own: these are rows of 8 to 64 random words of "
    "its vocabulary. They show what it could remember, not what it does with texts."
)


def labelled_texts(data: Any, model: Model, options: ClassifyOptions, place: Path) -> Labelled:
    """Read labelled rows as `train` reads them, with the columns and classes of the model."""
    codec = text_codec_of(model)
    decision = codec.decision
    several = decision.kind == "multilabel"
    known = Corpus.known(decision.classes, codec.input.columns, multi_label=several)
    opening = opening_of(data, codec.input, options)
    corpus = read_corpus(
        data,
        place,
        text=options.text,
        label=options.label,
        split=options.split,
        opening=opening,
        like=known,
    )
    tokens, offsets, types = corpus.tokens, corpus.offsets, corpus.word_types
    ids = encode_rows(tokens, offsets, types, codec.features, place / "ids")
    steps, seen = Ragged(ids, offsets), seen_by(model)
    answered = Answered(decision, corpus.targets, corpus.lines, texts_in(data, opening, corpus))
    return Labelled(
        said=corpus.said,
        steps=steps,
        contexts=reads(codec.features, steps),
        yardstick=ClassYardstick(decision, corpus.targets),
        wanted=corpus.targets,
        facts={
            "said": corpus.said,
            "skipped": corpus.skipped.counts,
            "classes": list(decision.classes),
            "warnings": [*left_out(corpus.source, corpus.skipped), *corpus.notes],
        },
        notes=(corpus.said,),
        seen=None if seen is None else seen.among(corpus.hashes),
        new=None if seen is None else seen.new(corpus.hashes),
        telling=answered.telling,
    )


def opening_of(data: Any, trained: TextInput, options: ClassifyOptions) -> dict[str, Any]:
    """How a file is opened: as told, else without names where the training file had none."""
    opening = options.opening
    if trained.header or "header" in opening or not isinstance(data, (str, Path)):
        return opening
    names = open_table(data, **opening).columns
    return opening if {*trained.text_columns} <= {*names} else opening | {"header": False}


def random_texts(model: Model, rows: int, seed: int) -> Labelled:
    """Return rows of random words of the model's vocabulary, the frequent more often (Zipf)."""
    codec = text_codec_of(model)
    words = [word for word in codec.features.vocabulary.words[2:] if " " not in word]
    random = np.random.default_rng(seed)
    chance = 1 / np.arange(1, len(words) + 1)
    steps = []
    for length in random.integers(8, 65, rows):
        drawn = random.choice(len(words), int(length), p=chance / chance.sum())
        steps.append(codec.features.encode([words[k] for k in drawn], ""))
    several = codec.decision.kind == "multilabel"
    nothing = np.zeros((rows, len(codec.decision.classes)) if several else rows, np.int64)
    return Labelled(
        said=MADE_UP,
        steps=steps,
        contexts=reads(codec.features, steps),
        yardstick=ClassYardstick(codec.decision, nothing),
        wanted=nothing,
        notes=(MADE_UP,),
    )
