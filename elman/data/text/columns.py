"""Which columns hold the text and the label: by name, then by content; the choice is always said.

But: nothing is guessed between two columns that fit equally well; the user is asked to say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from elman.data.tables.table import Reject, Row, Table
from elman.data.text.words import tokenize
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["Columns", "choose_columns"]

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

SAMPLE_ROWS = 1000
"""Rows looked at to judge a column by its content."""

SAMPLE_CHARACTERS = 2000
"""Characters of a value looked at."""


@dataclass(frozen=True)
class Columns:
    """The chosen columns, and one sentence that tells the user."""

    text: tuple[str, ...]
    """Joined by a space, in this order."""
    label: str | None
    said: str

    def take(self, row: Row) -> tuple[str, list[str]] | Reject:
        """The text and the labels of a row; no label where it is missing."""
        values = [row.fields.get(column) for column in self.text]
        label = row.fields.get(self.label) if self.label is not None else None
        labels = label if isinstance(label, (list, tuple)) else [label]
        for value in (*values, *labels):
            if isinstance(value, (list, dict, bytes)):
                what = type(value).__name__
                return Reject(row.line, f"a {what} where a text belongs", row.source)
        text = " ".join(str(value) for value in values if value is not None)
        return text, [name for name in dict.fromkeys(map(_label_name, labels)) if name]


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


def choose_columns(
    table: Table, text: str | None, label: str | None, *, need_label: bool = True
) -> Columns:
    """Find the text and the label column of a table.

    Args:
        table: where to look.
        text: the user's word for the text: a column, or several as "title,description".
        label: the user's word for the label column.
        need_label: False where only texts are wanted; then a label is taken only when named.

    Raises:
        OptionError: a named column does not exist, or several fit and the user must say.
        DataError: the file holds no column that could serve.
    """
    labels = _named(table, "--label", label) if label is not None else ()
    texts = _named(table, "--text", text, split=True) if text is not None else ()
    by = {"text": "as told", "label": "as told"}
    content: dict[str, Content] = {}
    if not texts:
        texts, by["text"] = _text_by_name(table, taken=labels), "by name"
    if not labels and need_label:
        labels, by["label"] = _label_by_name(table, taken=texts), "by name"
    if not texts or (need_label and not labels):
        content = _look(table)
    if not texts:
        texts, by["text"] = _text_by_content(table, content, taken=labels), "by content"
    if need_label and not labels:
        labels, by["label"] = _label_by_content(table, content, taken=texts), "by content"
    if set(labels) & set(texts):
        raise OptionError(f'column "{labels[0]}" cannot be both --text and --label.')
    if labels and by["label"] != "as told":
        _check_header(table, labels[0])
    return Columns(texts, labels[0] if labels else None, _say(table, texts, labels, by))


def _say(table: Table, texts: Sequence[str], labels: Sequence[str], by: dict[str, str]) -> str:
    if table.format in ("folder", "fasttext", "text"):
        origin = {"folder": "its folder", "fasttext": "__label__", "text": "nothing"}
        said = "Text is the whole " + ("file" if table.format == "folder" else "line")
        said += f", the label is {origin[table.format]}." if labels else "."
        return f"{said} {table.note}".strip()
    said = "Text: " + " + ".join(f'"{name}"' for name in texts) + f" ({by['text']})"
    if labels:
        said += f'; label: "{labels[0]}" ({by["label"]})'
    rest = [name for name in table.columns if name not in (*texts, *labels)]
    more = f" and {len(rest) - 8} more" if len(rest) > 8 else ""
    return said + (f"; not used: {', '.join(rest[:8])}{more}." if rest else ".")


def _named(table: Table, option: str, given: str, *, split: bool = False) -> tuple[str, ...]:
    """The columns the user named; a comma separates several, unless it belongs to a name."""
    names = [given]
    if split and given not in table.columns:
        names = [name.strip() for name in given.split(",")]
    for name in names:
        if name not in table.columns:
            raise OptionError(
                f'{option} "{name}": {table.path} has no such column. '
                f"{did_you_mean(name, table.columns)}"
            )
    return tuple(dict.fromkeys(names))


def _name_words(column: str) -> list[str]:
    """Lower-case words of a name: "reviewText", "review_text" and "Review text" are the same."""
    return re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).lower())


def _by_name(table: Table, names: Sequence[str], *, taken: Sequence[str]) -> tuple[list[str], bool]:
    """Columns of such a name, the best first, and True; else those with such a word in it."""
    words = {column: _name_words(column) for column in table.columns if column not in taken}
    exact = [column for name in names for column in words if words[column] == [name]]
    if exact:
        return exact, True
    content = [column for column in words if not NOT_CONTENT & set(words[column])]
    return [column for column in content if set(names) & set(words[column])], False


def _text_by_name(table: Table, *, taken: Sequence[str]) -> tuple[str, ...]:
    found, exact = _by_name(table, TEXT_NAMES, taken=taken)
    heads = [column for column in found if _name_words(column)[-1] in HEADS]
    bodies = [column for column in found if column not in heads]
    if not exact and max(len(heads), len(bodies)) > 1:
        raise _ambiguous(table, "--text", found)
    return (*heads[:1], *bodies[:1])


def _label_by_name(table: Table, *, taken: Sequence[str]) -> tuple[str, ...]:
    found, exact = _by_name(table, LABEL_NAMES, taken=taken)
    if not exact and len(found) > 1:
        raise _ambiguous(table, "--label", found)
    return tuple(found[:1])


def _ambiguous(table: Table, option: str, found: Sequence[str]) -> OptionError:
    names = ", ".join(f'"{name}"' for name in found)
    return OptionError(f"{table.path}: {names} fit equally well. Say which: {option} {found[0]}")


def _look(table: Table) -> dict[str, Content]:
    """Judge every column by the first rows."""
    rows = [row for row in islice(table.rows(), SAMPLE_ROWS) if isinstance(row, Row)]
    content = {}
    for column in table.columns:
        values = [row.fields.get(column) for row in rows]
        texts = [str(value)[:SAMPLE_CHARACTERS] for value in values if value not in (None, "")]
        if texts and not set(_name_words(column)) & NOT_CONTENT:
            words = sum(t[0].isalpha() for value in texts for t in tokenize(value)) / len(texts)
            content[column] = Content(len(texts), words, len(set(texts)))
    return content


def _text_by_content(
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
        raise _ambiguous(table, "--text", rivals)
    return (best,)


def _label_by_content(
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
        raise _ambiguous(table, "--label", fit)
    if not fit:
        raise DataError(
            f"{table.path}: no column looks like a label (few values, each many times). "
            f"Columns: {', '.join(table.columns)}. Name it with --label."
        )
    return (fit[0],)


def _check_header(table: Table, label: str) -> None:
    """Refuse a file without header: its first row would be lost as column names."""
    if table.format not in ("csv", "tsv"):
        return
    sample = (row for row in islice(table.rows(), SAMPLE_ROWS) if isinstance(row, Row))
    if any(row.fields[label] == label for row in sample):
        raise DataError(
            f'{table.path}, line 1: looks like a row, not like column names ("{label}" is also a '
            "value further down). Add a first line with names, such as text,label, or, if it is "
            f'a name, say so: --label "{label}"'
        )


def _label_name(value: object) -> str:
    """A label as text; "" where it is missing. 1.0 is 1: pandas makes floats of holed columns."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
