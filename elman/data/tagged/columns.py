"""Column files: a word a line, its tags beside it, an empty line after each sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from elman.data.tables.lines import SAMPLE_LINES, read_lines
from elman.data.tables.table import Reject
from elman.data.tagged.layout import DOCUMENT, NEW_DOCUMENT, Layout, layout_of
from elman.data.tagged.sentences import Sentence, Tagged, gathered
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["ColumnFile", "Lines", "columns_of", "open_columns", "read_columns"]

_MISSING = "_"

Lines = list[tuple[int, str]]


@dataclass(frozen=True)
class ColumnFile:
    """A column file that has been looked at.

    Args:
        path: where it is, or what it is called.
        layout: what stands where.
        tags: the place of the column of tags; `layout.width` where there is none yet.
        end: of a line.
        lines: reads it, again each time if it can.
    """

    path: Path
    layout: Layout
    tags: int
    end: str
    lines: Callable[[], Iterable[tuple[int, str]]]

    @property
    def column(self) -> str:
        """The column of tags, by name or number."""
        names = self.layout.names
        return names[self.tags] if self.tags < len(names) else str(self.tags + 1)

    @property
    def said(self) -> str:
        """What it was taken for, for a person."""
        layout = self.layout
        kind = "CoNLL-U" if layout.conllu else f"{layout.width} columns"
        kind = "1 column" if layout.width == 1 else kind
        return f"{kind}, tags: {self.column if layout.names else f'column {self.column}'}"

    def blocks(self) -> Iterator[Lines]:
        """Yield the lines between empty ones, without their ends."""
        block: Lines = []
        for number, line in self.lines():
            if line.strip():
                block.append((number, line.rstrip("\r\n")))
            elif block:
                yield block
                block = []
        if block:
            yield block

    def sentence(self, block: Lines, *, tagged: bool = True) -> Sentence | Reject | None:
        """Return a block as a sentence, what is wrong with it, or None where it holds no word.

        Args:
            block: its lines.
            tagged: whether it must have tags; else they are left out.
        """
        layout, first = self.layout, 0
        words: list[str] = []
        tags: list[str] = []
        for number, line in block:
            if not layout.is_word(line):
                continue
            fields = layout.fields(line)
            if len(fields) != layout.width:
                several = "column" if len(fields) == 1 else "columns"
                return Reject(number, f"{len(fields)} {several} where others have {layout.width}")
            if layout.numbered and fields[0] != str(len(words) + 1):
                return Reject(
                    number, f'word number "{fields[0][:20]}" where {len(words) + 1} is next'
                )
            word = fields[layout.words]
            tag = fields[self.tags] if tagged else "?"
            if not word or not tag or (layout.numbered and tag == _MISSING):
                return Reject(number, "no tag" if word else "no word")
            words.append(word)
            tags.append(tag)
            first = first or number
        if not words:
            return None
        return Sentence(tuple(words), tuple(tags) if tagged else (), first)

    def written(self, block: Lines, tags: Sequence[str] = ()) -> str:
        """Return a block as its lines, with other tags for its words, if there are any."""
        each, lines = iter(tags), []
        for _, line in block:
            if tags and self.layout.is_word(line):
                fields = self.layout.fields(line)
                fields[self.tags : self.tags + 1] = [next(each)]
                line = (self.layout.split or " ").join(fields)
            lines.append(line)
        return self.end.join([*lines, "", ""])


def open_columns(
    path: Path, column: str | None = None, encoding: str | None = None, *, tagged: bool = True
) -> ColumnFile:
    """Look at a column file, packed or not; `column`, `tagged` and errors as of `columns_of`.

    Args:
        path: the file.
        encoding: by default UTF-8.
    """
    sample = [line for _, line in islice(read_lines(path, encoding), SAMPLE_LINES)]
    return columns_of(path, sample, lambda: read_lines(path, encoding), column, tagged=tagged)


def columns_of(
    path: Path,
    sample: Sequence[str],
    lines: Callable[[], Iterable[tuple[int, str]]],
    column: str | None = None,
    *,
    tagged: bool = True,
) -> ColumnFile:
    """Look at the first lines of a column file.

    Args:
        path: what it is called.
        sample: its first lines, with their ends.
        lines: reads all of them, with their numbers.
        column: of the tags, by its name or, from 1 on, its number; by default `upos` of CoNLL-U,
            else the last.
        tagged: whether there must be tags; else a file may have words alone, and a column that is
            not there is one that is still to be written.

    Raises:
        DataError: it is no column file; it names the line.
        OptionError: there is no such column.
    """
    layout = layout_of(sample)
    if layout is None:
        raise DataError(f"{path}: no word in it. Expected a word and its tag a line.")
    if layout.width < 2 and tagged:
        number = next(n for n, line in enumerate(sample, 1) if line.strip())
        raise DataError(
            f'{path}, line {number}: "{sample[number - 1].strip()[:40]}" is one column; expected a '
            "word and its tag, with a tab or blanks between them."
        )
    default = layout.names.index("upos") if "upos" in layout.names else layout.width - 1
    try:
        at = default if column is None else _place(column, layout)
    except OptionError:
        if tagged or layout.names:
            raise
        at = layout.width
    if at == layout.words:
        if tagged and column is not None:
            raise OptionError(f'--column "{column}" has the words, not their tags')
        at = layout.width if default == layout.words else default
    end = "\r\n" if sample[0].endswith("\r\n") else "\n"
    return ColumnFile(path, layout, at, end, lines)


def read_columns(path: Path, column: str | None = None, encoding: str | None = None) -> Tagged:
    """Read a column file with its tags; arguments and errors as of `open_columns`.

    Raises:
        DataError: no sentence could be read; it names the first line and what is wrong there.
    """
    file = open_columns(path, column, encoding)
    layout = file.layout
    columns = "ten columns between tabs" if layout.conllu else f"{layout.width} columns"

    def each() -> Iterator[Sentence | Reject | None]:
        document = 0
        for block in file.blocks():
            document += any(line.startswith((NEW_DOCUMENT, DOCUMENT)) for _, line in block)
            found = file.sentence(block)
            yield replace(found, document=document) if isinstance(found, Sentence) else found

    return gathered(
        path,
        each(),
        said=file.said,
        column=file.column,
        expected=f"{columns}, an empty line after each sentence",
    )


def _place(column: str, layout: Layout) -> int:
    """Return the place of the column of tags."""
    if column.isascii() and column.isdigit() and 1 <= int(column) <= layout.width:
        return int(column) - 1
    if column.lower() in layout.names:
        return layout.names.index(column.lower())
    known = [*layout.names, *map(str, range(1, layout.width + 1))]
    raise OptionError(
        f'--column "{column}": the file has {layout.width} columns. {did_you_mean(column, known)}'
    )
