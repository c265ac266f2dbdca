"""Which column holds the text and which the label, by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from elman.data.tables.table import Table
from elman.errors import OptionError

__all__ = ["NOT_CONTENT", "ambiguous", "label_by_name", "name_words", "text_by_name"]

TEXT_NAMES = (
    *("text", "review", "sentence", "content", "message", "comment", "body", "tweet", "document"),
    *(
        "utterance",
        "post",
        "question",
        "description",
        "abstract",
        "summary",
        "headline",
        "subject",
        "title",
    ),
)
"""Names of a text column, the best first."""

LABEL_NAMES = (
    *("label", "labels", "class", "category", "sentiment", "target", "topic", "y", "polarity"),
    *("intent", "emotion", "genre", "rating", "stars", "score", "expected", "tag", "tags"),
)
"""Names of a label column, the best first."""

HEADS = ("title", "headline", "subject")
"""Short texts that stand above a longer one; both are read where both are there."""

NOT_CONTENT = {
    "id",
    "uuid",
    "guid",
    "index",
    "idx",
    "key",
    "url",
    "link",
    "date",
    "time",
    "timestamp",
}
"""A column with one of these in its name is neither text nor label unless the user says so."""


def text_by_name(table: Table, *, taken: Sequence[str]) -> tuple[str, ...]:
    found, exact = _by_name(table, TEXT_NAMES, taken=taken)
    heads = [column for column in found if name_words(column)[-1] in HEADS]
    bodies = [column for column in found if column not in heads]
    if not exact and max(len(heads), len(bodies)) > 1:
        raise ambiguous(table, "--text", found)
    return (*heads[:1], *bodies[:1])


def label_by_name(table: Table, *, taken: Sequence[str]) -> tuple[str, ...]:
    found, exact = _by_name(table, LABEL_NAMES, taken=taken)
    if not exact and len(found) > 1:
        raise ambiguous(table, "--label", found)
    return tuple(found[:1])


def ambiguous(table: Table, option: str, found: Sequence[str]) -> OptionError:
    names = ", ".join(f'"{name}"' for name in found)
    return OptionError(f"{table.path}: {names} fit equally well. Say which: {option} {found[0]}")


def _by_name(table: Table, names: Sequence[str], *, taken: Sequence[str]) -> tuple[list[str], bool]:
    """Columns of such a name, the best first, and True; else those with such a word in it."""
    words = {column: name_words(column) for column in table.columns if column not in taken}
    exact = [column for name in names for column in words if words[column] == [name]]
    if exact:
        return exact, True
    content = [column for column in words if not NOT_CONTENT & set(words[column])]
    return [column for column in content if set(names) & set(words[column])], False


def name_words(column: str) -> list[str]:
    """Lower-case words of a name: "reviewText", "review_text" and "Review text" are the same."""
    return re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).lower())
