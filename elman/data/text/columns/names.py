"""What the names of columns say."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = [
    "HEADS",
    "LABEL_NAMES",
    "TEXT_NAMES",
    "by_name",
    "is_a_name",
    "is_about_rows",
    "name_words",
]

TEXT_NAMES = (
    *("text", "review", "sentence", "content", "message", "comment", "body", "tweet", "document"),
    *("utterance", "post", "question", "description", "abstract"),
    *("summary", "headline", "subject", "title"),
)
"""Names of a text column, the best first."""

LABEL_NAMES = (
    *("label", "labels", "class", "category", "sentiment", "target", "topic", "y", "polarity"),
    *("intent", "emotion", "genre", "rating", "stars", "score", "expected", "tag", "tags"),
)
"""Names of a label column, the best first."""

HEADS = ("title", "headline", "subject", "summary")
"""Short texts that stand above a longer one; both are read where both are there."""

_ABOUT_ROWS = {
    *("id", "uuid", "guid", "index", "idx", "key", "url", "link"),
    *("date", "time", "timestamp"),
}


def is_about_rows(column: str) -> bool:
    """Whether a name says an id, a date, a link: seldom a text or a label."""
    return not _ABOUT_ROWS.isdisjoint(name_words(column))


def is_a_name(cell: str) -> bool:
    """Whether a cell of the first line is such a word as columns are called by."""
    words = name_words(cell)
    return len(words) == 1 and words[0] in {*TEXT_NAMES, *LABEL_NAMES, *_ABOUT_ROWS}


def by_name(columns: Iterable[str], names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Columns of such a name, the best first; and others that have such a word in theirs."""
    words = {column: name_words(column) for column in columns}
    exact = [column for name in names for column in words if words[column] == [name]]
    known = set(names)
    return exact, [c for c in words if c not in exact and known & set(words[c])]


def name_words(column: str) -> list[str]:
    """Lower-case words of a name: "reviewText", "review_text" and "Review text" are the same."""
    return re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).lower())
