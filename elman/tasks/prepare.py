"""From a file of texts to numbers that train: read, examine, split, build the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from elman.data.columns import Columns
from elman.data.corpus import Corpus, build_vocabulary, encode_corpus, read_corpus
from elman.data.doctor import Diagnosis, check_overlap, examine, measure_coverage
from elman.data.split import hold_out
from elman.data.text import Vocabulary
from elman.tasks.classify import TextData
from elman.tasks.decision import Decision
from elman.tasks.options import ClassifyOptions
from elman.tasks.presets import Recipe
from elman.tasks.reporter import Reporter

__all__ = ["Prepared", "prepare"]

Ints = NDArray[np.int64]

_PART = 0.1
"""Share of rows held out for validation, and again for the test where no test file is given."""


@dataclass(frozen=True)
class Prepared:
    """One corpus, training and test rows in one array, and who is in which part.

    `tokens` are raw word types (for the linear opponent), `words` the vocabulary's numbers; both
    flat and memory-mapped, cut by `offsets`. `train`, `validation`, `test` are row numbers.
    """

    tokens: NDArray[np.int32]
    words: NDArray[np.int32]
    offsets: Ints
    targets: Ints
    lines: Ints
    train: Ints
    validation: Ints
    test: Ints
    vocabulary: Vocabulary
    decision: Decision
    columns: Columns
    diagnosis: Diagnosis
    test_source: str

    def parts(self) -> dict[str, int]:
        """Return how many rows each part has."""
        return {
            "train": len(self.train),
            "validation": len(self.validation),
            "test": len(self.test),
        }

    def texts(self, rows: Ints) -> list[NDArray[np.int32]]:
        """Return the encoded rows, whole, for the runtime."""
        return [self.words[self.offsets[n] : self.offsets[n + 1]] for n in rows]


def prepare(
    data: TextData,
    workspace: Path,
    options: ClassifyOptions,
    reporter: Reporter,
    recipe: Recipe,
) -> Prepared:
    """Read everything once and say what was found.

    Raises:
        DataError: the files cannot be used as they are, or share rows (see `check_overlap`).
    """
    with reporter.counting("reading") as progress:
        corpus = read_corpus(
            data, workspace / "train", text=options.text, label=options.label, progress=progress
        )
    reporter.say(corpus.said)
    other = None
    if options.test is not None:
        with reporter.counting("reading the test file") as progress:
            other = read_corpus(
                options.test,
                workspace / "test",
                text=options.text,
                label=options.label,
                like=corpus,
                progress=progress,
            )
    diagnosis = examine(corpus, test=other)
    check_overlap(diagnosis, allow=options.allow_overlap)

    strata = corpus.class_ids  # of several labels, the set
    if other is None:
        in_test = hold_out(corpus.hashes, strata, fraction=_PART, salt="test")
        test = np.flatnonzero(in_test)
        test_source = f"{len(test)} rows held out of {corpus.source}"
    else:
        in_test = np.zeros(len(corpus), bool)
        test = len(corpus) + np.arange(len(other))
        test_source = f"{len(test)} rows of {other.source}"
    in_validation = ~in_test & hold_out(corpus.hashes, strata, fraction=_PART, salt="validation")
    learn = ~in_test & ~in_validation

    vocabulary = build_vocabulary(
        corpus, learn, max_words=recipe.max_words, min_count=recipe.min_count
    )
    words = encode_corpus(corpus, vocabulary, workspace / "train")
    diagnosis = measure_coverage(
        diagnosis, words, corpus.offsets, max_length=recipe.max_length, rows=in_validation
    )
    for line in diagnosis.lines():
        reporter.say(line)
    for line in diagnosis.warnings:
        reporter.warn(line)

    tokens, offsets, targets, lines = corpus.tokens, corpus.offsets, corpus.targets, corpus.lines
    if other is not None:
        words = _joined(
            workspace / "words.i32", words, encode_corpus(other, vocabulary, workspace / "test")
        )
        tokens = _joined(workspace / "tokens.i32", tokens, other.tokens)
        offsets = np.concatenate([offsets, offsets[-1] + other.offsets[1:]])
        targets = np.concatenate([targets, other.targets])
        lines = np.concatenate([lines, other.lines])
    many = "binary" if len(corpus.classes) == 2 else "multiclass"
    return Prepared(
        tokens=tokens,
        words=words,
        offsets=offsets,
        targets=targets,
        lines=lines,
        train=np.flatnonzero(learn),
        validation=np.flatnonzero(in_validation),
        test=test,
        vocabulary=vocabulary,
        decision=Decision(corpus.classes, "multilabel" if corpus.multi_label else many),  # type: ignore[arg-type]
        columns=corpus.columns,
        diagnosis=diagnosis,
        test_source=test_source,
    )


def _targets(corpus: Corpus) -> Ints:
    return corpus.indicator.astype(np.int64) if corpus.multi_label else corpus.class_ids


def _joined(path: Path, first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.int32]:
    joined = np.memmap(path, np.int32, "w+", shape=(max(len(first) + len(second), 1),))
    joined[: len(first)] = first
    joined[len(first) : len(first) + len(second)] = second
    return joined
