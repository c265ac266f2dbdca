"""What stands in the columns of a table, by its first rows."""

from __future__ import annotations

import contextlib
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from elman.data.tables.table import Row, Table
from elman.data.text.columns.cells import Split, is_flag, label_name, labels_in, split_of
from elman.data.text.columns.names import is_about_rows
from elman.data.text.words import tokenize

__all__ = ["SAMPLE_ROWS", "Content", "look"]

SAMPLE_ROWS = 1000
"""Rows looked at to judge a column by its content."""

_SAMPLE_CHARACTERS = 2000
"""Characters of a value looked at."""

_SENTENCE = 3
"""White-space words from which a column named as an id or a link is a text all the same."""


@dataclass(frozen=True)
class Content:
    """What the sample says about one column."""

    rows: int
    """Of the sample, those that have a value here."""
    words: float
    """Mean words a value; numbers and signs, as in dates, are none."""
    distinct: int
    about_rows: bool = False
    """Its name says an id, a date, a link."""
    values: Sequence[object] = field(default=(), repr=False)

    @property
    def is_text(self) -> bool:
        spaced = not self.about_rows or min(self.words, self._spaces) >= _SENTENCE
        return self.words >= 2 and self.distinct > self.rows / 2 and spaced

    @property
    def is_label(self) -> bool:
        if 1 <= self.distinct <= max(2, min(100, self.rows // 5)) and self.words <= 5:
            return True
        return self.split != "" and 1 <= self.names <= max(2, min(100, self.rows // 5))

    @cached_property
    def split(self) -> Split:
        """How its cells hold labels, if they do."""
        return split_of(self.values)

    @cached_property
    def names(self) -> int:
        """Different labels, where its cells hold several."""
        found: set[str] = set()
        for value in self.values:
            with contextlib.suppress(ValueError):
                found.update(labels_in(value, self.split) or ())
        return len(found)

    @cached_property
    def is_flag(self) -> bool:
        """Whether it holds 0 and 1 alone, in one spelling or another."""
        return {is_flag(value) for value in self.values} == {True, False}

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value occurs, as text."""
        return Counter(map(label_name, self.values))

    @property
    def _spaces(self) -> float:
        return sum(len(str(value).split()) for value in self.values) / max(len(self.values), 1)


def look(table: Table) -> Mapping[str, Content]:
    """Judge every column by the first rows, when it is asked for; one without a value is left out.

    A long text that is named takes longer to judge than to answer.
    """
    rows = [row for row in islice(table.rows(), SAMPLE_ROWS) if isinstance(row, Row)]
    values = {}
    for column in table.columns:
        found = [row.fields.get(column) for row in rows]
        if present := [value for value in found if not _is_empty(value)]:
            values[column] = present
    return _Looked(values)


class _Looked(Mapping[str, Content]):
    def __init__(self, values: Mapping[str, Sequence[object]]) -> None:
        self._values = values
        self._judged: dict[str, Content] = {}

    def __getitem__(self, column: str) -> Content:
        if column not in self._judged:
            values = self._values[column]
            texts = [str(value)[:_SAMPLE_CHARACTERS] for value in values]
            words = sum(t[0].isalpha() for value in texts for t in tokenize(value)) / len(texts)
            self._judged[column] = Content(
                len(texts), words, len(set(texts)), is_about_rows(column), values
            )
        return self._judged[column]

    def __contains__(self, column: object) -> bool:
        return column in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def _is_empty(value: object) -> bool:
    return value in (None, "") or (isinstance(value, float) and math.isnan(value))
