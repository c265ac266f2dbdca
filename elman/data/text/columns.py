"""Which columns hold the text and the label: by name, then by content; the choice is always said.

But: nothing is guessed between two columns that fit equally well; the user is asked to say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from elman.data.tables.table import Row, Table
from elman.data.text.column_content import (
    SAMPLE_ROWS,
    Content,
    label_by_content,
    look,
    text_by_content,
)
from elman.data.text.column_names import label_by_name, text_by_name
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["Columns", "MissingTextError", "choose_columns"]


class MissingTextError(ValueError):
    """A row has no text."""


@dataclass(frozen=True)
class Columns:
    """The chosen columns, and one sentence that tells the user."""

    text: tuple[str, ...]
    """Joined by a space, in this order."""
    label: str | None
    said: str

    def text_of(self, row: Row) -> str:
        """The text of a row.

        Raises:
            MissingTextError: the row has none.
            ValueError: something else stands where the text belongs; the message says what.
        """
        values = [row.fields.get(column) for column in self.text]
        _check_plain(values)
        if all(value is None for value in values):
            raise MissingTextError(f"column {', '.join(self.text)} is missing")
        return " ".join(str(value) for value in values if value is not None)

    def labels_of(self, row: Row) -> list[str]:
        """The labels of a row, each once; none where the label is missing.

        Raises:
            ValueError: something else stands where a label belongs; the message says what.
        """
        label = row.fields.get(self.label) if self.label is not None else None
        labels = label if isinstance(label, (list, tuple)) else [label]
        _check_plain(labels)
        return [name for name in dict.fromkeys(map(_label_name, labels)) if name]


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
        texts, by["text"] = text_by_name(table, taken=labels), "by name"
    if not labels and need_label:
        labels, by["label"] = label_by_name(table, taken=texts), "by name"
    if not texts or (need_label and not labels):
        content = look(table)
    if not texts:
        texts, by["text"] = text_by_content(table, content, taken=labels), "by content"
    if need_label and not labels:
        labels, by["label"] = label_by_content(table, content, taken=texts), "by content"
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


def _check_plain(values: Iterable[object]) -> None:
    for value in values:
        if isinstance(value, (list, dict, bytes)):
            raise ValueError(f"a {type(value).__name__} where a text belongs")


def _label_name(value: object) -> str:
    """A label as text; "" where it is missing. 1.0 is 1: pandas makes floats of holed columns."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
