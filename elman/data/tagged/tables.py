"""Tables of sentences that are words already: a row a sentence, its words and its tags."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from typing import Any

from elman.data.tables.table import Reject, Row, Table
from elman.data.tagged.sentences import Sentence, Tagged, gathered
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["listed_in", "parted", "read_table", "token_columns", "words_column"]

_WORDS = ("tokens", "words", "forms", "text", "sentence")
_TAGS = ("tags", "ner_tags", "pos_tags", "upos", "xpos", "pos", "ner", "labels", "label")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_NUMPY = re.compile(rf"\[\s*(?:{_QUOTED.pattern})(?:\s+(?:{_QUOTED.pattern}))*\s*\]")


def token_columns(row: Row) -> tuple[str, str] | None:
    """Return the columns of words and of tags that a row has, by name and content; None of none."""
    named = {name.lower(): name for name in row.fields}
    for words in filter(named.__contains__, _WORDS):
        for tags in filter(named.__contains__, _TAGS):
            said, marked = (parted(row.fields[named[name]]) for name in (words, tags))
            if said and len(said) == len(marked) and _is_list(row, named[tags]):
                return named[words], named[tags]
    return None


def read_table(table: Table, words: str | None = None, tags: str | None = None) -> Tagged:
    """Read a table of sentences.

    A cell is a list, a list as JSON writes it, or words with blanks between them.

    Args:
        table: a row a sentence.
        words: the column of words; found by name when left out.
        tags: that of tags.

    Raises:
        DataError: no row could be read; it names the first and what is wrong there.
        OptionError: there is no such column.
    """
    for flag, name in (("--text", words), ("--column", tags)):
        if name is not None and name not in table.columns:
            raise OptionError(f'{flag}: no column "{name}". {did_you_mean(name, table.columns)}')
    words = words_column(table, words)
    tags = tags or _named(table, _TAGS, "tags, --column NAME")
    return gathered(
        table.path,
        (row if isinstance(row, Reject) else _sentence(row, words, tags) for row in table.rows()),
        said=f'words: "{words}", tags: "{tags}"',
        column=tags,
        text=words,
        expected=f'a list of words in "{words}" and as many tags in "{tags}"',
    )


def _named(table: Table, names: Sequence[str], wanted: str) -> str:
    lowered = {name.lower(): name for name in table.columns}
    for name in names:
        if name in lowered:
            return lowered[name]
    raise DataError(
        f"{table.path}: no column of {wanted}; the columns are {', '.join(table.columns)}"
    )


def words_column(table: Table, name: str | None = None) -> str:
    """Return the column of words: this one if there is such, else by its name.

    Raises:
        DataError: none is called so.
    """
    if name is not None and name in table.columns:
        return name
    if len(table.columns) == 1:
        return table.columns[0]
    return _named(table, _WORDS, "words, --text NAME")


def _sentence(row: Row, words: str, tags: str) -> Sentence | Reject:
    """Return a row as a sentence, or what is wrong with it."""
    said, marked = parted(row.fields.get(words)), parted(row.fields.get(tags))
    if not said:
        return Reject(row.line, "no word")
    if len(said) != len(marked):
        return Reject(row.line, f"{len(said)} words and {len(marked)} tags")
    if "" in said or "" in marked:
        return Reject(row.line, "an empty word" if "" in said else "an empty tag")
    return Sentence(tuple(said), tuple(marked), row.line)


def _is_list(row: Row, name: str) -> bool:
    """Say whether a cell is surely a list: several things, or written as one."""
    cell = row.fields[name]
    return isinstance(cell, (list, tuple)) or len(parted(cell)) > 1


def parted(cell: Any) -> list[str]:
    """Return the words or tags of a cell."""
    if isinstance(cell, str):
        listed = listed_in(cell)
        return cell.split() if listed is None else listed
    if hasattr(cell, "tolist"):
        cell = cell.tolist()
    if isinstance(cell, (list, tuple)):
        return ["" if part is None else str(part).strip() for part in cell]
    return [] if cell is None else [str(cell)]


def listed_in(cell: str) -> list[str] | None:
    """Return the list that a cell is written as: by JSON, Python or numpy; None of plain text."""
    text = cell.strip()
    if not (text.startswith("[") and text.endswith("]")):
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        # Python reads what numpy writes, 'a' 'b', as one word
        if isinstance(found, list) and (read is json.loads or not _NUMPY.fullmatch(text)):
            return parted(found)
    if _NUMPY.fullmatch(text):
        return [ast.literal_eval(word) for word in _QUOTED.findall(text)]
    inside = text[1:-1]
    if "[" in inside or "]" in inside:
        return None  # "[laughs] and [ends]"
    return [part.strip() for part in (inside.split(",") if "," in inside else inside.split())]
