"""What `predict` is asked to tag: texts that were typed, files of them, column files."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from elman.data.tables.formats import open_table
from elman.data.tables.lines import SAMPLE_LINES, read_lines
from elman.data.tables.piped import Piped, piped_table
from elman.data.tables.table import Reject, Table
from elman.data.tagged.columns import ColumnFile, open_columns
from elman.data.tagged.sentences import Sentence
from elman.data.tagged.tables import words_column
from elman.errors import OptionError
from elman.judging.tags.decision import Tagging
from elman.runtime.model import Model
from elman.tasks.interface import Items, Located
from elman.tasks.tag.codec import TagCodec, tag_codec_of
from elman.tasks.tag.options import TagOptions
from elman.tasks.tag.rows.source import is_column_file

__all__ = ["items_of_file", "piped_items", "typed_items"]

_BACK = (".conllu", ".conll", ".txt", ".tsv", ".bio", ".iob", ".tags")
"""Endings of column files that are written back."""

_SHOWN = ".conllu"


def typed_items(model: Model, words: Sequence[Any]) -> Items:
    """Return the texts that somebody typed."""
    if not words:
        raise OptionError('nothing to tag; pass texts, as "The dog barks.", or --input FILE')
    each = (Located(n, text) for n, text in enumerate(words, 1))
    return Items("the texts given", each, whole=True)


def items_of_file(path: Path, model: Model, options: TagOptions) -> Items:
    """Return the sentences of a column file, with tags or without, or the texts of a table."""
    codec = tag_codec_of(model)
    shown = path.suffix == _SHOWN and path.is_file()
    if shown or is_column_file(path, options.encoding) or _of_words(path, options):
        column = options.column or codec.input.column or None
        file = open_columns(path, column, options.encoding, tagged=False)
        return Items(
            said=file.said,
            each=_blocks(file),
            written=lambda located, said: _written(file, located, said),
            endings=_BACK,
        )
    table = open_table(path, **options.opening)
    name = words_column(table, options.text or codec.input.text_column or None)
    return Items(f"text: {name}", _cells(table, name, codec), columns=tuple(table.columns))


def piped_items(piped: Piped, model: Model, options: TagOptions, format: str | None) -> Items:
    """Return the texts of standard input: a line each, or a column of a table."""
    codec = tag_codec_of(model)
    wanted = options.text or codec.input.text_column
    table = piped_table(piped, (wanted,) if wanted else (), format=format, header=options.header)
    name = words_column(table, wanted or None)
    kept = () if table.format == "lines" else tuple(table.columns)
    said = f"standard input, {table.format}; text: {name}"
    return Items(said, _cells(table, name, codec), columns=kept)


def _of_words(path: Path, options: TagOptions) -> bool:
    """Say whether a file of text has one word a line, and empty lines between sentences."""
    if path.suffix not in (".txt", ".words", "") or not path.is_file():
        return False
    sample = itertools.islice(read_lines(path, options.encoding), SAMPLE_LINES)
    counts = [len(line.split()) for _, line in sample]
    return 0 in counts[:-1] and max(counts) == 1


def _blocks(file: ColumnFile) -> Iterator[Located | Reject]:
    for block in file.blocks():
        found = file.sentence(block, tagged=False)
        if isinstance(found, Sentence):
            yield Located(found.line, found.words, {"block": block})
        elif found is not None:
            yield found


def _written(file: ColumnFile, located: Located, said: Tagging) -> str:
    block: Any = located.fields["block"]
    return file.filled(block, said.tags)


def _cells(table: Table, name: str, codec: TagCodec) -> Iterator[Located | Reject]:
    for row in table.rows():
        if isinstance(row, Reject):
            yield row
            continue
        item = codec.item(row.fields.get(name), name)
        if not item or (isinstance(item, str) and not item.strip()):
            yield Reject(row.line, "no text", row.source, row.fields)
        elif not isinstance(item, str) and "" in item:
            yield Reject(row.line, "an empty word", row.source, row.fields)
        else:
            yield Located(row.line, item, row.fields)
