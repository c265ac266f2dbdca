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
from elman.data.tagged.columns import ColumnFile, columns_of, open_columns
from elman.data.tagged.layout import ENDINGS, looks_tagged
from elman.data.tagged.sentences import Sentence
from elman.data.tagged.tables import words_column
from elman.errors import OptionError
from elman.judging.tags.decision import Tagging
from elman.runtime.model import Model
from elman.tasks.interface import Items, Located, Passed
from elman.tasks.tag.codec import TagCodec, tag_codec_of
from elman.tasks.tag.options import TagOptions
from elman.tasks.tag.rows.source import is_column_file

__all__ = ["is_table", "items_of_file", "piped_items", "typed_items"]

_BACK = (*ENDINGS, ".txt", ".tsv", ".tags")
"""Endings of column files that are written back."""

PIPED = Path("standard input")


def typed_items(model: Model, words: Sequence[Any]) -> Items:
    """Return the texts that somebody typed."""
    if not words:
        raise OptionError('nothing to tag; pass texts, as "The dog barks.", or --input FILE')
    each = (Located(n, text) for n, text in enumerate(words, 1))
    return Items("the texts given", each, whole=True)


def items_of_file(data: Any, model: Model, options: TagOptions) -> Items:
    """Return the sentences of a column file, with tags or without, or the texts of a table."""
    if isinstance(data, Path) and not is_table(data, model, options):
        column = options.column or tag_codec_of(model).input.column or None
        file = open_columns(data, column, options.encoding, tagged=False)
        named = {*data.suffixes} & {*ENDINGS}
        if named or file.layout.width == 1 or file.layout.split or _has_tags(file, model):
            return _of_columns(file)
    table = open_table(data, **options.opening)
    return _of_table(table, f"text: {_text_column(table, model, options)}", model, options)


def is_table(path: Path, model: Model, options: TagOptions) -> bool:
    """Say whether a file has a text a row, not a word a line."""
    return not is_column_file(path, options.encoding) and not _of_words(path, options)


def table_of_file(path: Path, model: Model, options: TagOptions) -> Table | None:
    """Return the table that a file of texts is."""
    return open_table(path, **options.opening) if is_table(path, model, options) else None


def piped_items(piped: Piped, model: Model, options: TagOptions, format: str | None) -> Items:
    """Return the sentences of standard input: lines of text, of words and tags, or of a table."""
    codec = tag_codec_of(model)
    if format is None and looks_tagged(piped.waiting):
        column = options.column or codec.input.column or None
        file = columns_of(PIPED, piped.waiting, piped.lines, column, tagged=False)
        if file.layout.numbered or file.layout.split:
            return _of_columns(file)
    wanted = options.text or codec.input.text_column
    table = piped_table(piped, (wanted,) if wanted else (), format=format, header=options.header)
    said = f"standard input, {table.format}; text: {_text_column(table, model, options)}"
    return _of_table(table, said, model, options)


def _of_columns(file: ColumnFile) -> Items:
    def written(located: Located, said: Tagging) -> str:
        block: Any = located.fields["block"]
        return file.written(block, said.tags)

    return Items(said=file.said, each=_blocks(file), written=written, endings=_BACK)


def _of_table(table: Table, said: str, model: Model, options: TagOptions) -> Items:
    name = _text_column(table, model, options)
    kept = () if table.format == "lines" else tuple(table.columns)
    return Items(said, _cells(table, name, tag_codec_of(model)), columns=kept)


def _text_column(table: Table, model: Model, options: TagOptions) -> str:
    return words_column(table, options.text or tag_codec_of(model).input.text_column or None)


def _has_tags(file: ColumnFile, model: Model) -> bool:
    """Say whether the column of tags holds some that the model knows; prose holds none."""
    if file.tags >= file.layout.width:
        return False
    known = tag_codec_of(model).decision.numbers
    found = (file.sentence(block) for block in itertools.islice(file.blocks(), SAMPLE_LINES))
    return any(tag in known for of in found if isinstance(of, Sentence) for tag in of.tags)


def _of_words(path: Path, options: TagOptions) -> bool:
    """Say whether a file of text has one word a line, and empty lines between sentences."""
    if path.suffix not in (".txt", ".words", "") or not path.is_file():
        return False
    sample = itertools.islice(read_lines(path, options.encoding), SAMPLE_LINES)
    counts = [len(line.split()) for _, line in sample]
    return 0 in counts[:-1] and max(counts) == 1


def _blocks(file: ColumnFile) -> Iterator[Located | Reject | Passed]:
    """Yield sentences; what holds none, or none that can be read, is passed on as it is."""
    for block in file.blocks():
        found = file.sentence(block, tagged=False)
        if isinstance(found, Sentence):
            yield Located(found.line, found.words, {"block": block})
            continue
        if found is not None:
            yield found
        yield Passed(file.written(block))


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
