"""From a file of texts to numbers that train: read, examine, split, build the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from elman.data.corpus import Corpus, build_vocabulary, read_corpus
from elman.data.doctor import Diagnosis, check_overlap, examine, measure_coverage
from elman.data.features import Features, encode_rows, frequent_pairs, writing
from elman.data.split import hold_out
from elman.data.text import Vocabulary
from elman.errors import DataError
from elman.judging.classes.decision import Decision
from elman.tasks.classify import TextData
from elman.tasks.options import ClassifyOptions
from elman.tasks.presets import Recipe, Shape
from elman.training.listener import Listener

__all__ = ["Prepared", "Rows", "encode", "read"]

Ints = NDArray[np.int64]

_PART = 0.1
"""Share of rows held out for validation, and again for the test where no test file is given."""


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

    @property
    def shape(self) -> Shape:
        """Return what the choice of a recipe may depend on."""
        lengths = np.diff(self.offsets)[self.train]
        return Shape(len(self.train), int(lengths.sum()), float(np.median(lengths)))

    def parts(self) -> dict[str, int]:
        """Return how many rows each part has."""
        return {
            "train": len(self.train),
            "validation": len(self.validation),
            "test": len(self.test),
        }


@dataclass(frozen=True)
class Prepared:
    """Rows as a recipe reads them."""

    rows: Rows
    features: Features
    words: NDArray[np.int32]
    """`(words,)` or `(words, columns)` numbers, with the offsets of the rows."""
    diagnosis: Diagnosis
    """With the shares of words cut and unknown."""

    def texts(self, rows: Ints) -> list[NDArray[np.int32]]:
        """Return the encoded rows, whole, for the runtime."""
        offsets = self.rows.offsets
        return [self.words[offsets[n] : offsets[n + 1]] for n in rows]


def read(data: TextData, workspace: Path, options: ClassifyOptions, reporter: Listener) -> Rows:
    """Read, examine and split the data, once, and say which columns were chosen.

    Raises:
        DataError: the files cannot be used as they are, or share rows (see `check_overlap`).
    """
    named = partial(read_corpus, text=options.text, label=options.label)
    with reporter.counting("reading") as progress:
        corpus = named(data, workspace / "train", progress=progress)
    reporter.say(corpus.said)
    other = None
    if options.test is not None:
        with reporter.counting("reading the test file") as progress:
            other = named(options.test, workspace / "test", like=corpus, progress=progress)
    diagnosis = examine(corpus, test=other)
    check_overlap(diagnosis, allow=options.allow_overlap)

    strata = _strata(corpus)
    tokens, offsets, types = corpus.tokens, corpus.offsets, corpus.word_types
    targets, lines = corpus.targets, corpus.lines
    if other is None:
        in_test = hold_out(corpus.hashes, strata, fraction=_PART, salt="test")
        test = np.flatnonzero(in_test)
        test_source = f"{len(test):,} rows held out of {corpus.source}"
    else:
        in_test = np.zeros(len(corpus), bool)
        test = len(corpus) + np.arange(len(other))
        test_source = f"{len(test):,} rows of {other.source}"
        tokens = _joined(workspace / "tokens.i32", tokens, other.tokens)
        offsets = np.concatenate([offsets, offsets[-1] + other.offsets[1:]])
        types = other.word_types  # begins with those of the training file
        targets = np.concatenate([targets, other.targets])
        lines = np.concatenate([lines, other.lines])
    in_validation = np.zeros(len(corpus), bool)
    in_validation[~in_test] = hold_out(
        corpus.hashes[~in_test], strata[~in_test], fraction=_PART, salt="validation"
    )
    if not len(test) or not in_validation.any():
        raise DataError(
            f"{corpus.source}: {len(corpus)} rows are too few to hold out a validation and a test "
            "part. Expected at least ten rows of each class, better a hundred."
        )
    many = "binary" if len(corpus.classes) == 2 else "multiclass"
    kind = "multilabel" if corpus.multi_label else many
    return Rows(
        corpus=corpus,
        tokens=tokens,
        offsets=offsets,
        word_types=types,
        targets=targets,
        lines=lines,
        train=np.flatnonzero(~in_test & ~in_validation),
        validation=np.flatnonzero(in_validation),
        test=test,
        test_source=test_source,
        decision=Decision(corpus.classes, kind),  # type: ignore[arg-type]
        diagnosis=diagnosis,
    )


def _strata(corpus: Corpus) -> Ints:
    """Return what the parts are balanced over: the class; of several labels, the set.

    Sets of fewer than ten rows count as one: apart, none of their rows would be held out.
    """
    sets = corpus.class_ids
    if corpus.multi_label:
        sets = np.where(np.bincount(sets)[sets] < 10, -1, sets)
    return sets


def encode(rows: Rows, recipe: Recipe, path: Path, reporter: Listener) -> Prepared:
    """Build the recipe's vocabulary from the training rows, and say what the doctor found."""
    learn = np.zeros(len(rows.corpus), bool)
    learn[rows.train] = True
    words = build_vocabulary(
        rows.corpus, learn, max_words=recipe.max_words, min_count=recipe.min_count
    ).words
    if recipe.max_pairs:
        pairs = frequent_pairs(rows.corpus, learn, max_pairs=recipe.max_pairs, min_count=2)
        words += tuple(pairs)
    features = Features(Vocabulary(words), recipe.affix_buckets, recipe.max_pairs > 0)
    numbers = encode_rows(rows.tokens, rows.offsets, rows.word_types, features, path)
    first = numbers if numbers.ndim == 1 else numbers[:, 0]
    held = np.zeros(len(rows.lines), bool)
    held[rows.validation] = True
    diagnosis = measure_coverage(
        rows.diagnosis, first, rows.offsets, max_length=recipe.max_length, rows=held
    )
    for line in diagnosis.lines():
        reporter.say(line)
    for line in diagnosis.warnings:
        reporter.warn(line)
    return Prepared(rows, features, numbers, diagnosis)


def _joined(path: Path, first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.int32]:
    with writing(path) as file:
        for array in (first, second):
            for start in range(0, len(array), 2**20):
                array[start : start + 2**20].tofile(file)
    return np.memmap(path, np.int32, "r")
