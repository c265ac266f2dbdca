"""Labelled texts for a saved classifier: those of a file, or made up from its vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.ragged import Ragged
from elman.data.tables.formats import open_table
from elman.data.tables.table import Row
from elman.data.text.corpus import Corpus
from elman.data.text.encode import encode_rows
from elman.data.text.reader import read_corpus
from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import row_losses
from elman.judging.classes.yardstick import ClassYardstick
from elman.judging.yardstick import Numbers
from elman.runtime.model import Model
from elman.tasks.classify.codec import TextInput, reads, text_codec_of
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.interface import Labelled

__all__ = ["labelled_texts", "opening_of", "random_texts"]

_WORST = 20

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
    steps = Ragged(ids, offsets)
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
        },
        notes=(corpus.said,),
        worst=_worst(data, opening, corpus, decision),
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


def _worst(
    data: Any, opening: Mapping[str, Any], corpus: Corpus, decision: Decision
) -> Callable[[Numbers], list[dict[str, Any]]]:
    truth = corpus.targets

    def worst(probabilities: Numbers) -> list[dict[str, Any]]:
        """Return the errors a model is most sure of, with their texts as the file has them."""
        wrong = np.flatnonzero(~decision.right(probabilities, truth))
        losses = row_losses(probabilities[wrong], truth[wrong])
        wrong = wrong[np.argsort(-losses, kind="stable")][:_WORST]
        texts = _texts_at(data, opening, corpus, wrong)
        said = decision.predictions_of(probabilities[wrong])
        return [
            {
                "line": int(corpus.lines[n]),
                "truth": decision.names(truth[n]),
                "label": prediction.label,
                "probability": prediction.probability,
                "text": texts[int(n)],
            }
            for n, prediction in zip(wrong, said, strict=True)
        ]

    return worst


def _texts_at(
    data: Any, opening: Mapping[str, Any], corpus: Corpus, rows: NDArray[np.int64]
) -> dict[int, str]:
    """Return the texts of some rows by row number; of rows that came from no file, their words."""
    texts = {int(n): " ".join(corpus.word_types[w] for w in corpus.row(int(n))) for n in rows}
    if isinstance(data, (str, Path)):
        wanted = {int(corpus.lines[n]): int(n) for n in rows}
        for row in open_table(data, **opening).rows():
            if isinstance(row, Row) and row.line in wanted:
                texts[wanted[row.line]] = corpus.columns.text_of(row)
    return texts
