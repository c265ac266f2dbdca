"""Pairs for a saved translator, and made-up ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from elman.data.parallel.sides import check_sides
from elman.runtime.model import Model
from elman.tasks.interface import Labelled
from elman.tasks.translate.codec import codec_of, languages_of, seen_by
from elman.tasks.translate.options import TranslateOptions
from elman.tasks.translate.prepared import labelled_of
from elman.tasks.translate.rows import hashes_of, read_pairs, said_of_tokens

__all__ = ["labelled_pairs", "random_sentences"]

MADE_UP = (
    "No DATA given, and a model does not record its own: these are sentences of random pieces. "
    "They show how the model runs, not how it translates."
)


def labelled_pairs(data: Any, model: Model, options: TranslateOptions, place: Path) -> Labelled:
    """Read pairs as `train` reads them, with the columns of the model.

    Raises:
        DataError: they cannot be used as they are, or the sides are changed over.
    """
    codec = codec_of(model)
    found = read_pairs(data, options.target, options, codec.input.sides)
    pairs, called = found.pairs.pairs, found.pairs.called
    swapped = check_sides(languages_of(model), pairs, called, found.sides)
    sources = [pair.source for pair in pairs]
    hashes, seen = hashes_of(sources), seen_by(model)
    warnings = [note for note in (*found.pairs.notes(), swapped, said_of_tokens(found)) if note]
    said = f"{called}: {found.sides.source} to {found.sides.target}"
    return labelled_of(
        codec,
        sources,
        [pair.target for pair in pairs],
        [pair.line for pair in pairs],
        said=said,
        facts={"said": said, "skipped": dict(found.pairs.skipped), "warnings": warnings},
        notes=(said,),
        seen=seen.among(hashes),
        new=seen.new(hashes),
    )


def random_sentences(model: Model, rows: int, seed: int) -> Labelled:
    """Return sentences of 4 to 24 random pieces of the model."""
    codec, random = codec_of(model), np.random.default_rng(seed)
    known = [piece for piece in codec.pieces.spelt if piece.startswith(" ") and piece != " "]
    sources = [
        "".join(random.choice(known, length)).strip() for length in random.integers(4, 25, rows)
    ]
    return labelled_of(
        codec, sources, sources, list(range(1, rows + 1)), said=MADE_UP, notes=(MADE_UP,)
    )
