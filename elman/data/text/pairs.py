"""What a Python program hands over as texts and labels, as a table: frames, (X, y), pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from elman.data.tables.held import column_values, table_of
from elman.data.tables.table import Reject, Row, Table
from elman.data.text.columns.cells import Split, split_of
from elman.errors import DataError

__all__ = ["Pairs", "held", "lists_in", "pairs_table"]

_LOOKED_AT = 1000
"""Pairs looked at to tell how they hold labels."""

Pairs = Iterable[Any]
"""Of text and label, or labels."""


def held(data: object) -> Table | None:
    """A frame, columns, records, or (X, y), as a table; None of pairs."""
    if not isinstance(data, tuple) or len(data) != 2 or isinstance(data[0], str):
        return table_of(data)
    X, labels = data[0], column_values(data[1])
    if labels is None:
        raise DataError(f"(X, y): y is {type(data[1]).__name__}; expected a label for each text.")
    frame = table_of(X, "X")
    texts = column_values(X) if frame is None else None
    if frame is None and texts is None:
        raise DataError(f"(X, y): X is {type(X).__name__}; expected texts, or a frame with them.")
    rows = [{"text": text} for text in texts or ()] if frame is None else _fields(frame)
    if len(rows) != len(labels):
        raise DataError(f"(X, y): {len(rows):,} texts and {len(labels):,} labels; one each.")
    pairs = zip(rows, labels, strict=True)
    return table_of([row | {"label": label} for row, label in pairs], "the given X and y")


def _fields(table: Table) -> list[dict[str, object]]:
    return [row.fields for row in table.rows() if isinstance(row, Row)]


def lists_in(pairs: object) -> Split:
    """How labels that are lists name several: by name, or as 0 and 1."""
    if not isinstance(pairs, list):
        return ""
    labels = [pair[1] for pair in pairs[:_LOOKED_AT] if isinstance(pair, tuple) and len(pair) == 2]
    return split_of([label for label in labels if isinstance(label, list)])


def pairs_table(pairs: Pairs) -> Table:
    if not isinstance(pairs, Iterable):
        raise DataError(
            f"{pairs!r:.40} is {type(pairs).__name__}; expected a file, a frame, (X, y), or pairs "
            "of text and label."
        )

    def read() -> Iterator[Row | Reject]:
        for number, pair in enumerate(pairs, start=1):
            pair = pair.tolist() if hasattr(pair, "tolist") else pair
            if not (isinstance(pair, (tuple, list)) and len(pair) == 2):
                raise DataError(f"row {number}: {pair!r:.60} is not a pair of text and label.")
            yield Row(number, {"text": pair[0], "label": pair[1]})

    return Table(Path("the given rows"), "pairs", ["text", "label"], read)
