"""Which column holds the text and which the label, by what stands in the first rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from elman.data.tables.table import Row, Table
from elman.data.text.column_names import NOT_CONTENT, ambiguous, name_words
from elman.data.text.words import tokenize
from elman.errors import DataError

__all__ = ["SAMPLE_ROWS", "Content", "label_by_content", "look", "text_by_content"]

SAMPLE_ROWS = 1000
"""Rows looked at to judge a column by its content."""

SAMPLE_CHARACTERS = 2000
"""Characters of a value looked at."""


@dataclass(frozen=True)
class Content:
    """What the sample says about one column."""

    rows: int
    words: float
    """Mean words a value; numbers and signs, as in dates, are none."""
    distinct: int

    @property
    def is_text(self) -> bool:
        return self.words >= 2 and self.distinct > self.rows / 2

    @property
    def is_label(self) -> bool:
        return 1 <= self.distinct <= max(2, min(100, self.rows // 5)) and self.words <= 5


def look(table: Table) -> dict[str, Content]:
    """Judge every column by the first rows."""
    rows = [row for row in islice(table.rows(), SAMPLE_ROWS) if isinstance(row, Row)]
    content = {}
    for column in table.columns:
        values = [row.fields.get(column) for row in rows]
        texts = [str(value)[:SAMPLE_CHARACTERS] for value in values if value not in (None, "")]
        if texts and not set(name_words(column)) & NOT_CONTENT:
            words = sum(t[0].isalpha() for value in texts for t in tokenize(value)) / len(texts)
            content[column] = Content(len(texts), words, len(set(texts)))
    return content


def text_by_content(
    table: Table, content: dict[str, Content], *, taken: Sequence[str]
) -> tuple[str, ...]:
    """The column of many different, long values."""
    fit = {c: seen.words for c, seen in content.items() if c not in taken and seen.is_text}
    if not fit:
        raise DataError(
            f"{table.path}: no column looks like text. Columns: {', '.join(table.columns)}. "
            "Name it with --text."
        )
    best = max(fit, key=lambda column: fit[column])
    rivals = [column for column in fit if fit[column] > fit[best] / 2]
    if len(rivals) > 1:
        raise ambiguous(table, "--text", rivals)
    return (best,)


def label_by_content(
    table: Table, content: dict[str, Content], *, taken: Sequence[str]
) -> tuple[str, ...]:
    """The one column of few different, short values; one that varies goes before a constant."""
    if table.format == "text":
        raise DataError(
            f"{table.path}: one text a line and no labels. Expected a label with each text: a "
            "csv file with columns text,label, or lines such as: __label__good I liked it"
        )
    fit = [column for column, seen in content.items() if column not in taken and seen.is_label]
    fit = [column for column in fit if content[column].distinct > 1] or fit
    if len(fit) > 1:
        raise ambiguous(table, "--label", fit)
    if not fit:
        raise DataError(
            f"{table.path}: no column looks like a label (few values, each many times). "
            f"Columns: {', '.join(table.columns)}. Name it with --label."
        )
    return (fit[0],)
