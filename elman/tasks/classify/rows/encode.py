"""Texts as the numbers that one recipe reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from elman.data.text.coverage import measure_coverage
from elman.data.text.encode import encode_rows
from elman.data.text.features import Features
from elman.data.text.frequent import build_vocabulary, frequent_terms
from elman.data.text.vocabulary import Vocabulary
from elman.tasks.classify.presets import Recipe
from elman.tasks.classify.pretrain.kept import kept_in
from elman.tasks.classify.rows.rows import Prepared, Rows
from elman.training.listener import Listener

__all__ = ["encode"]

MOST_TERMS = 300_000
"""Words and pairs that linear models read, at most; those that occur once go first."""

MOST_WEIGHTS = 2**23
"""Weights of a linear model, at most: terms by outputs."""


def encode(rows: Rows, recipe: Recipe, path: Path, listener: Listener) -> Prepared:
    """Build the recipe's vocabulary from the training rows, and say what the doctor found.

    Args:
        rows: in parts; words of held-out rows get into no vocabulary.
        recipe: says how many words.
        path: a file for the numbers.
        listener: who is told.
    """
    vocabulary = _vocabulary(rows, recipe)
    own = Features(vocabulary)
    read = encode_rows(rows.tokens, rows.offsets, rows.word_types, own, path)
    most = min(MOST_TERMS, MOST_WEIGHTS // rows.decision.outputs)
    few = rows.few
    terms = frequent_terms(rows.corpus, np.concatenate(few), vocabulary, most=most)
    full = Features(vocabulary, terms=terms)
    place = path.with_name(f"{path.name}.terms")
    numbers = encode_rows(rows.tokens, rows.offsets, rows.word_types, full, place)
    first = read if read.ndim == 1 else read[:, 0]
    diagnosis = measure_coverage(
        rows.diagnosis,
        first,
        rows.offsets,
        max_length=recipe.max_length,
        rows=rows.validation,
        lost=not recipe.linear,
    )
    for line in diagnosis.lines():
        listener.say(line)
    for line in diagnosis.warnings:
        listener.warn(line)
    if len(few.train) < len(rows.train):
        listener.say(
            f"linear models learn from {len(few.train):,} of the {len(rows.train):,} training rows"
        )
    more = None
    if rows.unlabelled is not None:
        tokens, offsets = rows.unlabelled.tokens, rows.unlabelled.offsets
        place = path.with_name(f"{path.name}.unlabelled")
        more = encode_rows(tokens, offsets, rows.word_types, own, place)
    return Prepared(rows, own, read, full, numbers, recipe.linear, diagnosis, more)


def _vocabulary(rows: Rows, recipe: Recipe) -> Vocabulary:
    """Return the words that the recurrence reads.

    One that begins with the texts alone reads the validation rows too.
    """
    if recipe.pretrained and (found := kept_in(recipe.pretrained)):
        return found.vocabulary
    also = [rows.validation] if recipe.pretrain else []
    return build_vocabulary(
        rows.corpus,
        np.concatenate([rows.train, *also]) if also else rows.train,
        max_words=recipe.max_words,
        min_count=recipe.min_count,
        also=rows.unlabelled if recipe.pretrain else None,
    )
