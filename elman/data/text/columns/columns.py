"""The columns that were chosen, and what a row says in them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from elman.data.tables.table import Row, Rows
from elman.data.text.columns.cells import MISSING, Split, is_flag, label_name, labels_in

__all__ = ["Columns", "MissingTextError"]


_NO_TEXT = MISSING | {"None", "NA"}


class MissingTextError(ValueError):
    """A row has no text."""


@dataclass(frozen=True)
class Columns:
    """The chosen columns, and one sentence that tells the user."""

    text: tuple[str, ...]
    """Joined by a space, in this order."""
    labels: tuple[str, ...]
    """None, one, or several that each say of one label whether it is there."""
    said: str
    split: Split = ""
    """How a cell holds several labels."""
    group: str | None = None
    """Says which rows belong together, where one is named."""

    @property
    def label(self) -> str | None:
        """The label column, for messages."""
        return ", ".join(self.labels) if self.labels else None

    @property
    def several(self) -> bool:
        """Whether a row may have any number of labels, none too."""
        return len(self.labels) > 1 or self.split != ""

    def text_of(self, row: Row) -> str:
        """The text of a row.

        Raises:
            MissingTextError: the row has none.
            ValueError: something else stands where the text belongs; the message says what.
        """
        values = [row.fields.get(column) for column in self.text]
        _check_plain(values)
        there = [str(value) for value in values if not _is_missing(value)]
        if not there:
            raise MissingTextError(f"column {', '.join(self.text)} is missing")
        return " ".join(there)

    def texts_in(self, rows: Rows) -> list[str | None]:
        """The text of each row; None where `text_of` has to say what is wrong."""
        columns = [rows.columns[name] for name in self.text]
        if len(columns) == 1:
            return [None if cell.strip() in _NO_TEXT else cell for cell in columns[0]]
        return [
            None if any(cell.strip() in _NO_TEXT for cell in cells) else " ".join(cells)
            for cells in zip(*columns, strict=True)
        ]

    def labels_of(self, row: Row) -> list[str] | None:
        """The labels of a row, each once; None where the label is missing.

        Raises:
            ValueError: something else stands where a label belongs; the message says what.
        """
        if len(self.labels) > 1:
            return self._flagged(row)
        if not self.labels:
            return None
        found = labels_in(row.fields.get(self.labels[0]), self.split)
        return found if found or self.several else None

    def _flagged(self, row: Row) -> list[str] | None:
        there = []
        for name in self.labels:
            value = row.fields.get(name)
            if not label_name(value):
                return None
            on = is_flag(value)
            if on is None:
                raise ValueError(f'{value!r:.40} in column "{name}", where 0 or 1 belongs')
            if on:
                there.append(name)
        return there


def _is_missing(value: object) -> bool:
    """Whether a cell has no text; pandas and others write "nan" or "None" for that."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return isinstance(value, str) and value.strip() in _NO_TEXT


def _check_plain(values: Iterable[object]) -> None:
    for value in values:
        if isinstance(value, dict):
            keys = ", ".join(map(str, list(value)[:4]))
            raise ValueError(f"an object ({keys}) where a text belongs; take the text out of it")
        if isinstance(value, (list, bytes)):
            raise ValueError(f"a {type(value).__name__} where a text belongs")
