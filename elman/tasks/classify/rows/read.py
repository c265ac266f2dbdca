"""Read, examine and split labelled texts, once; nothing is learnt here."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.large import counted, joined_on_disk
from elman.data.text.corpus import Corpus
from elman.data.text.diagnosis import check_overlap
from elman.data.text.doctor import examine
from elman.data.text.reader import read_corpus
from elman.data.text.unlabelled import read_unlabelled
from elman.errors import DataError
from elman.judging.classes.decision import Decision, Kind
from elman.tasks.classify.answers import texts_in
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.pretrain.kept import kept_in
from elman.tasks.classify.rows.parts import (
    check_test_groups,
    divide,
    look_for_leaks,
    together,
)
from elman.tasks.classify.rows.rows import Rows
from elman.training.listener import Listener

__all__ = ["TextData", "read"]

TextData = Any
"""As `elman.data.text.reader.read_corpus` takes it."""

Ints = NDArray[np.int64]


def read(data: TextData, place: Path, options: ClassifyOptions, listener: Listener) -> Rows:
    """Read, examine and split the data, once, and say which columns were chosen.

    Raises:
        DataError: the files cannot be used as they are, or share rows (see `check_overlap`).
    """
    named = partial(
        read_corpus,
        text=options.text,
        label=options.label,
        split=options.split,
        group=options.group,
        opening=options.opening,
    )
    with listener.counting("reading") as progress:
        corpus = named(data, place / "train", progress=progress)
    listener.say(corpus.said)
    other = None
    if options.test is not None:
        with listener.counting("reading the test file") as progress:
            other = named(options.test, place / "test", like=corpus, progress=progress)
        check_test_groups(corpus, other, allow=options.allow_overlap)
    diagnosis = examine(corpus, test=other)
    check_overlap(diagnosis, allow=options.allow_overlap)

    tokens, offsets, types = corpus.tokens, corpus.offsets, corpus.word_types
    targets, lines = corpus.targets, corpus.lines
    parts = divide(corpus, place, test=other is None)
    hashes, texts = corpus.hashes, texts_in(data, options.opening, corpus)
    test, test_source = parts.test, f"{len(parts.test):,} rows held out of {corpus.source}"
    if other is not None:
        test = len(corpus) + np.arange(len(other))
        test_source = f"{len(test):,} rows of {other.source}"
        tokens = joined_on_disk(place / "tokens.i32", tokens, other.tokens)
        ends = offsets[-1] + other.offsets[1:]
        offsets = joined_on_disk(place / "offsets.i64", offsets, ends)
        types = other.word_types  # begins with those of the training file
        targets = joined_on_disk(place / "targets", targets, other.targets)
        lines = joined_on_disk(place / "lines.i64", lines, other.lines)
        hashes = joined_on_disk(place / "hashes.u8", hashes, other.hashes)
        texts = _beyond(len(corpus), texts_in(options.test, options.opening, other))
    if not len(test) or not len(parts.validation):
        raise DataError(
            f"{corpus.source}: {len(corpus)} rows are too few to hold out a validation and a test "
            "part. Expected at least ten rows of each class, better a hundred."
        )
    kind: Kind = "binary" if len(corpus.classes) == 2 else "multiclass"
    if corpus.multi_label:
        kind = "multilabel"
    rows = Rows(
        corpus=corpus,
        tokens=tokens,
        offsets=offsets,
        word_types=types,
        targets=targets,
        lines=lines,
        train=parts.train,
        validation=parts.validation,
        test=test,
        test_source=test_source,
        decision=Decision(corpus.classes, kind, prior=_shares(corpus, parts.train)),
        diagnosis=diagnosis,
        header=options.header is not False,
        hashes=hashes,
        texts=texts,
        groups=together(corpus, other),
    )
    rows = dataclasses.replace(rows, diagnosis=look_for_leaks(rows))
    return rows if options.unlabelled is None else _with_more(rows, place, options, listener)


def _with_more(rows: Rows, place: Path, options: ClassifyOptions, listener: Listener) -> Rows:
    """Add the texts without labels, if there is somebody yet to learn from them."""
    assert options.unlabelled is not None
    if options.pretrained and kept_in(options.pretrained):
        listener.say(
            f"--pretrained {options.pretrained} holds a network already; {options.unlabelled} is "
            "not read"
        )
        return rows
    with listener.counting("reading the texts without labels") as progress:
        more = read_unlabelled(
            options.unlabelled,
            place / "unlabelled",
            rows.word_types,
            judged=rows.hashes[rows.test],
            columns=rows.corpus.columns.text,
            progress=progress,
        )
    left = f"; {more.left_out:,} are left out: they are judged on" if more.left_out else ""
    listener.say(f"{len(more.offsets) - 1:,} texts without labels{left}. {more.said}")
    if more.skipped:
        listener.warn(f"{more.source}: {more.skipped:,} rows hold no text that can be read")
    return dataclasses.replace(rows, word_types=more.word_types, unlabelled=more)


def _beyond(
    first: int, texts: Callable[[Ints], dict[int, str]]
) -> Callable[[Ints], dict[int, str]]:
    """Texts by row number, where those of this file begin at `first`."""
    return lambda rows: {n + first: text for n, text in texts(rows - first).items()}


def _shares(corpus: Corpus, rows: Ints) -> tuple[float, ...]:
    """Return of each class the share of some rows that have it."""
    if corpus.multi_label:
        return tuple(corpus.indicator[rows].mean(axis=0).tolist())
    return tuple((counted(corpus.labels, rows, kinds=len(corpus.classes)) / len(rows)).tolist())
