"""Columns that look like what rows belong to: a film, a customer, a thread.

A name that says so and values that come again are enough; without such a name the values must be
many names or codes, each of a few rows, and the label must not follow from them.
But: a column of numbers, of dates, or of a few values is never taken for one by content alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from elman.data.text.columns.names import name_words
from elman.data.text.leaks.keys import cell_names, keys_of

__all__ = ["Belonging", "Tally"]

_GROUPS = {
    *("film", "movie", "show", "episode", "series", "book", "song", "album", "artist", "game"),
    *("user", "customer", "client", "account", "member", "subscriber", "player", "guest"),
    *("author", "reviewer", "writer", "speaker", "sender", "poster", "annotator", "worker"),
    *("patient", "subject", "participant", "respondent", "person", "student", "employee"),
    *("thread", "session", "conversation", "dialogue", "dialog", "chat", "call", "visit", "case"),
    *("product", "item", "asin", "sku", "business", "company", "hotel", "restaurant", "store"),
    *("doc", "document", "article", "page", "url", "paper", "book", "chapter", "story"),
    *("ticket", "order", "group", "cluster", "family", "household", "device", "host"),
}
"""What rows belong to."""

_TAILS = {"id", "ids", "name", "title", "url", "key", "code", "uuid", "slug", "handle", "no"}
"""What may follow such a word: "film_title", "user name"."""

_IDS = {"id", "ids", "uid", "uuid"}

_OTHERS = {
    *("date", "time", "timestamp", "day", "week", "month", "year", "hour", "created", "updated"),
    *("rating", "ratings", "stars", "score", "price", "cost", "amount", "age", "gender", "sex"),
    *("lang", "language", "locale", "country", "state", "city", "region", "location", "place"),
    *("zip", "timezone", "source", "platform", "split", "fold", "set", "part", "subset", "version"),
    *("category", "type", "kind", "genre", "topic", "tag", "tags", "label", "class", "target"),
    *("sentiment", "status", "reason", "count", "num", "length", "len", "size", "total", "votes"),
    *("likes", "followers", "verified", "is", "has", "confidence", "probability", "index"),
}
"""A name with one of these says something else of a row."""

_SAMPLE = 300
"""Values of a column looked at to see what they are."""

_MOST_COLUMNS, _MOST_VALUES = 64, 2**16
"""Columns looked at; different values of one that are counted at a time."""

_FEWEST_ROWS = 30

_WHOLE, _DECIMAL = re.compile(r"[-+]?\d+"), re.compile(r"[-+$€£]?[\d,]*[.,]?\d+(?:[eE][-+]?\d+)?%?")
_DATE = re.compile(
    r".*(\d{1,4}[-/]\d{1,2}[-/]\d{1,4}|\d{1,2}\.\d{1,2}\.\d{2,4}(?!\.)|\d{1,2}:\d{2}"
    r"|\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d).*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Belonging:
    """A column whose values rows seem to belong to."""

    column: str
    values: int
    rows_each: float
    named: bool
    """Its name says so, too."""


class Tally:
    """Counts the cells of some columns while a file is read, in memory that does not grow with it.

    Where there are too many values, those with the smaller hashes stand for all: of a value that is
    kept every row is counted.

    Args:
        columns: all but the text and the label.
    """

    def __init__(self, columns: Iterable[str]) -> None:
        ours = [name for name in columns if _OTHERS.isdisjoint(name_words(name))]
        self.rows = 0
        self.columns = [_Column(name) for name in ours[:_MOST_COLUMNS]]

    def add(self, cells: Mapping[str, Sequence[object]], labels: Sequence[Sequence[int]]) -> None:
        """Add rows: their cells by column, and the labels of each."""
        first, rows = self.rows, len(labels)
        self.rows += rows
        sampled = min(max(_SAMPLE - first, 0), rows)  # of these rows
        for column in self.columns:
            column.add(cells[column.name][:sampled], labels[:sampled])
        if first < _SAMPLE <= self.rows:
            self.columns = [column for column in self.columns if column.may_be]
        for column in self.columns:
            column.add(cells[column.name][sampled:], labels[sampled:])

    def found(self) -> tuple[Belonging, ...]:
        """The columns that look like it, those with a name that says so first."""
        found = [column.judged(self.rows) for column in self.columns]
        return tuple(sorted(filter(None, found), key=lambda one: (not one.named, -one.rows_each)))


class _Value:
    """One value of a column: how often it comes, and under which labels."""

    __slots__ = ("label", "one_label", "rows")

    def __init__(self, label: Sequence[int]) -> None:
        self.rows, self.label, self.one_label = 0, label, True


class _Column:
    """One column: its first values, and how often each comes."""

    def __init__(self, name: str) -> None:
        self.name, self.named = name, _says_so(name)
        self.sample: list[str] = []
        self.rows, self.up_to = 0, 2**64
        self.seen: dict[int, _Value] = {}

    def add(self, cells: Sequence[object], labels: Sequence[Sequence[int]]) -> None:
        names = cell_names(cells)
        keys = keys_of(names)
        there = [(name, label) for name, label in zip(names, labels, strict=True) if name]
        self.rows += len(there)
        self.sample += [name[:200] for name, _ in there[: _SAMPLE - len(self.sample)]]
        for name, label in there:
            if (key := keys[name]) >= self.up_to:
                continue
            if (value := self.seen.get(key)) is None:
                value = self.seen[key] = _Value(label)
            value.rows += 1
            value.one_label = value.one_label and value.label == label
            if len(self.seen) > _MOST_VALUES:
                self.up_to //= 2
                self.seen = {key: value for key, value in self.seen.items() if key < self.up_to}

    @property
    def may_be(self) -> bool:
        """Whether its first values could be names or codes of groups."""
        if _most(self.sample, _WHOLE):
            return self.named
        if _most(self.sample, _DECIMAL):
            return False
        return self.named or not _most(self.sample, _DATE)

    def judged(self, rows: int) -> Belonging | None:
        counts = [value.rows for value in self.seen.values()]
        counted = sum(counts)
        if rows < _FEWEST_ROWS or not counted or not self.may_be:
            return None
        again = [value for value in self.seen.values() if value.rows > 1]
        repeated = sum(value.rows for value in again)
        share, each = repeated / counted, counted / len(counts)
        scale = 2**64 // self.up_to
        found = Belonging(self.name, len(counts) * scale, each, self.named)
        if self.named:
            enough = len(counts) >= 6 and share >= 0.1 and self.rows >= 0.2 * rows
            return found if enough else None
        words = sum(len(name.split()) for name in self.sample) / len(self.sample)
        told = sum(value.rows for value in again if value.one_label)
        if len(counts) < 30 or not 1.5 <= each <= 50 or share < 0.5 or self.rows < 0.5 * rows:
            return None
        return found if words <= 8 and told < 0.98 * repeated else None


def _says_so(column: str) -> bool:
    """Whether a name says what rows belong to: "film", "user_id", "reviewerID", "film title"."""
    words = name_words(column)
    while len(words) > 1 and words[-1] in _TAILS - _IDS:
        words.pop()
    last = words[-1] if words else ""
    return last in _GROUPS | _IDS or last.removesuffix("id") in _GROUPS


def _most(values: Sequence[str], form: re.Pattern[str]) -> bool:
    return sum(form.fullmatch(value) is not None for value in values) > 0.9 * len(values) > 0
