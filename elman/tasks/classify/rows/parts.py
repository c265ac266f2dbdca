"""Which rows are in which part, and what of one part stands in another."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from elman.data.groups import Keys, join, split_by_groups
from elman.data.large import alike, short
from elman.data.split import Parts, split_by_content
from elman.data.text.corpus import Corpus
from elman.data.text.diagnosis import Diagnosis
from elman.data.text.leaks.grouped import Grouped, check_groups, few_groups, uneven
from elman.data.text.leaks.keys import alone
from elman.data.text.leaks.near import near_duplicates
from elman.data.text.leaks.said import near_warning
from elman.errors import OptionError
from elman.tasks.classify.rows.rows import Rows

__all__ = ["check_test_groups", "divide", "look_for_leaks", "together"]

Ints = NDArray[np.int64]

_PART = 0.1
"""Share of rows held out for validation, and again for the test where no test file is given."""


def divide(corpus: Corpus, place: Path, *, test: bool) -> Parts:
    """Hold out a validation part, and a test part unless it comes from elsewhere.

    Args:
        corpus: the training file.
        place: a folder for what is large.
        test: False where it comes from elsewhere.

    Raises:
        OptionError: the groups cannot fill the parts.
    """
    if corpus.groups is None:
        strata = _strata(corpus)
        return split_by_content(corpus.hashes, strata, fraction=_PART, test=test, place=place)
    keys = corpus.groups.keys
    joined = join(keys, corpus.hashes)
    check_groups(corpus.source, corpus.groups, joined, test=test)
    parts = split_by_groups(keys, corpus.hashes, _strata(corpus), fraction=_PART, test=test)
    if not len(parts.validation) or (test and not len(parts.test)):
        raise few_groups(
            corpus.source,
            corpus.groups,
            joined,
            "which do not fill all parts: groups stay whole, and no class may lose its last rows",
        )
    return parts


def together(corpus: Corpus, other: Corpus | None) -> Ints | None:
    """Number the rows of both files so that those that belong together are the same."""
    if corpus.groups is None:
        return None
    if other is None:
        return join(corpus.groups.keys, corpus.hashes)
    theirs = alone(other.hashes) if other.groups is None else other.groups.keys
    keys = np.concatenate([corpus.groups.keys, theirs])
    return join(keys, np.concatenate([corpus.hashes, other.hashes]))


def check_test_groups(corpus: Corpus, other: Corpus, *, allow: bool) -> None:
    """Refuse a test file of which nobody can tell whether its groups are also in training."""
    if corpus.groups is not None and other.groups is None and not allow:
        raise OptionError(
            f'--group "{corpus.groups.column}": {other.source} has no such column, so nobody can '
            "tell whether its groups are also in training. Add it there, or pass --allow-overlap."
        )


def look_for_leaks(rows: Rows) -> Diagnosis:
    """Return what was found in the rows, with what the parts have in common."""
    corpus, found = rows.corpus, rows.diagnosis
    warnings = list(found.warnings)
    parts = {"test": rows.test, "validation": rows.validation}
    held = np.concatenate(list(parts.values()))
    # rows that are allowed to be in both are said apart
    again = alike(rows.hashes, rows.hashes[held], rows.train)
    held = held[~np.isin(short(rows.hashes[held]), short(rows.hashes[again]))]
    classes = rows.targets
    if classes.ndim == 2:
        classes = np.unique(classes, axis=0, return_inverse=True)[1].reshape(-1)
    near = near_duplicates(
        rows.tokens, rows.offsets, rows.hashes, classes, train=rows.train, held=held
    )
    warnings += near_warning(near, rows.lines, parts)
    grouped = None
    if corpus.groups is not None and rows.groups is not None:
        own = "validation" if found.test_source else "test"
        grouped_rows = rows.groups[: len(corpus)]
        beside = _beside(corpus, corpus.groups.keys, own)
        grouped = Grouped.of(corpus.groups, grouped_rows, own, beside)
        warnings += grouped.warnings(len(corpus))
        own_parts = {name: part for name, part in parts.items() if part.max() < len(corpus)}
        owners = np.repeat(np.arange(len(corpus)), np.diff(corpus.label_offsets))
        warnings += uneven(corpus.classes, corpus.labels, owners, grouped_rows, own_parts)
    return dataclasses.replace(found, warnings=warnings, near=len(near.held), grouped=grouped)


def _beside(corpus: Corpus, keys: Keys, part: str) -> float:
    """Of a part as a random split would make it, the share of rows of a group of training rows."""
    random = split_by_content(corpus.hashes, _strata(corpus), fraction=_PART, test=part == "test")
    rows = random.test if part == "test" else random.validation
    return float(np.isin(keys[rows], keys[random.train]).sum() / max(len(rows), 1))


def _strata(corpus: Corpus) -> Ints:
    """Return what the parts are balanced over: the class; of several labels, the set.

    Sets of fewer than ten rows count as one: apart, none of their rows would be held out.
    """
    sets = corpus.class_ids
    if corpus.multi_label:
        sets = np.where(np.bincount(sets)[sets] < 10, 0, sets + 1)
    return sets
