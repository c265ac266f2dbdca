"""Data as a task sees it and hands it on: a glance, items, rows with their truth or without."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.data.tables.table import Reject, Row
from elman.judging.drift.measure import Column
from elman.judging.verdict import Role
from elman.judging.yardstick import Numbers, Yardstick
from elman.runtime.arrays import Steps
from elman.runtime.codec import Encoded

__all__ = [
    "Beside",
    "Claim",
    "Glance",
    "Items",
    "Labelled",
    "Located",
    "Opponent",
    "Passed",
    "Renewed",
    "Unlabelled",
    "encoded",
]


@dataclass(frozen=True)
class Glance:
    """What can be seen of data without reading it: the first rows of a file."""

    data: Any
    rows: Sequence[Row] = ()
    """Of a table."""
    lines: Sequence[str] = ()
    """Of a file of text."""
    folder: bool = False


class Claim(NamedTuple):
    """A task's word that data is for it."""

    sure: float
    """From 0 to 1; the surest task takes the data."""
    why: str
    """In the user's words, as "a text column"."""


class Located(NamedTuple):
    """An item, where it stands in its file, and its row by column."""

    line: int
    item: Any
    fields: Mapping[str, object] = MappingProxyType({})


class Passed(NamedTuple):
    """Text between items, which is written back as it is where the file is."""

    text: str


@dataclass(frozen=True)
class Items:
    """What `predict --input` answers, and the columns that it was read from."""

    said: str
    """What was read, for a person: the columns, say."""
    each: Iterator[Located | Reject | Passed]
    whole: bool = False
    """The file is one item: the answer is shown, not written row by row."""
    columns: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """What a person should know before the answers."""
    written: Callable[[Located, Any], str] | None = None
    """An item with its answer in the form of the file it came from, where there is one."""
    endings: tuple[str, ...] = ()
    """Of files that are written so."""
    named: bool = False
    """Each has a name of its own, which stands in one file alone."""


def encoded(items: Items, encode: Callable[[Any], Encoded]) -> Unlabelled:
    """Return the items of a file as a network reads them."""
    each = (
        row if isinstance(row, Reject) else encode(row.item)
        for row in items.each
        if not isinstance(row, Passed)
    )
    return Unlabelled(items.said, each)


@dataclass(frozen=True)
class Opponent:
    """A simpler way to answer the same rows."""

    name: str
    """Its key in reports."""
    called: str
    """Its name in sentences and tables."""
    numbers: Callable[[], Numbers]
    """Answers to the test rows, in their order; learns when it is called."""
    role: Role = "rival"


@dataclass(frozen=True)
class Labelled:
    """Rows that can be judged, as a network reads them."""

    said: str
    steps: Sequence[Steps]
    contexts: Sequence[object]
    yardstick: Yardstick
    wanted: NDArray[Any]
    """What the network's own outputs are trained to be, one a row."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What `elman evaluate` reports of the rows."""
    notes: tuple[str, ...] = ()
    telling: Callable[[Numbers], dict[str, list[dict[str, Any]]]] = lambda _: {}
    """Answers that a person should look at: the `worst` errors, some that are `right` or `best`."""
    truths: Callable[[], Mapping[str, Column]] | None = None
    """What is known of each row, as columns for the model directory."""
    streamed: Callable[[Any, Any], Yardstick] | None = None
    """(model, yardstick) → the yardstick with what the model says while each row comes."""
    opponents: tuple[Opponent, ...] = ()
    """Those that need no training."""
    seen: NDArray[np.bool_] | None = None
    """`(N,)` rows the model has learnt from, where it records them."""
    new: NDArray[np.bool_] | None = None
    """`(N,)` rows it has surely not learnt from; of some nobody may know."""


@dataclass(frozen=True)
class Unlabelled:
    """Rows whose truth nobody knows, as a network reads them."""

    said: str
    """What was read, for a person."""
    each: Iterator[Encoded | Reject]


class Renewed(NamedTuple):
    """What newer data changes of a saved model."""

    parts: Mapping[str, object]
    """The files of its directory that change, with their new content."""
    notes: Sequence[str]
    """What a person should know."""


class Beside(NamedTuple):
    """Rows of a test part as another model reads them."""

    rows: NDArray[np.int64]
    """Their places in the test part, best those that the other model has not learnt from."""
    theirs: Labelled
    """With a yardstick that decides as the other model does."""
    note: str = ""
    """What a person should know of them, as " (the old one learnt from some)"."""
