"""Column files: a word a line, its tags beside it, an empty line after each sentence.

CoNLL-U has ten columns between tabs, lines of comments, ranges ("3-4") of words that are written as
one, and empty nodes ("5.1"), which are no words of the text; see universaldependencies.org/format.
Others have two columns or more between tabs or blanks, as CoNLL-2003 has word, part of speech,
chunk and name, with lines of `-DOCSTART-` between documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from elman.data.tables.lines import read_lines
from elman.data.tables.table import Reject
from elman.data.tagged.sentences import Sentence, Tagged, gathered
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["ColumnFile", "Lines", "looks_tagged", "open_columns", "read_columns"]

CONLLU = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
CONLL_2003 = ("word", "pos", "chunk", "ner")
_FORM, _UPOS = CONLLU.index("form"), CONLLU.index("upos")
_DOCUMENT, _NEW = "-DOCSTART-", "# newdoc"
"""Where a document begins."""
_MISSING = "_"
_SAMPLE = 200
"""Lines by which a format is told."""

_MOST = 0.9
"""Share of lines that must be alike; a broken one is named, and does not make it another file."""

Lines = list[tuple[int, str]]


def looks_tagged(lines: Sequence[str]) -> bool:
    """Say whether the first lines of a file are those of a column file, of whatever columns."""
    if _is_conllu(lines):
        return True
    filled = [line for line in lines if line.strip() and not line.startswith(_DOCUMENT)]
    counts = Counter(len(_fields(line, _splits(filled))) for line in filled)
    blank = any(not line.strip() for line in lines[:-1])
    if not blank or not counts:
        return False
    ((width, alike),) = counts.most_common(1)
    return width >= 2 and alike > _MOST * len(filled)


@dataclass(frozen=True)
class ColumnFile:
    """A column file that has been looked at: what its columns are, and which have words and tags.

    Args:
        path: the file.
        encoding: by default UTF-8.
        conllu: whether it is CoNLL-U.
        split: between columns; None for blanks.
        width: columns of a line.
        tags: the place of the column of tags; `width` where there is none yet.
    """

    path: Path
    encoding: str | None
    conllu: bool
    split: str | None
    width: int
    tags: int

    @property
    def names(self) -> Sequence[str]:
        """What its columns are called, if they are."""
        return _names(self.width, conllu=self.conllu)

    @property
    def column(self) -> str:
        """The column of tags, by name or number."""
        return self.names[self.tags] if self.tags < len(self.names) else str(self.tags + 1)

    @property
    def said(self) -> str:
        """What it was taken for, for a person."""
        kind = "CoNLL-U" if self.conllu else f"{self.width} columns"
        numbered = f"column {self.column}"
        return f"{kind}, tags: {self.column if self.names else numbered}"

    def blocks(self) -> Iterator[Lines]:
        """Yield the lines between empty ones."""
        return _blocks(self.path, self.encoding)

    def sentence(self, block: Lines, *, tagged: bool = True) -> Sentence | Reject | None:
        """Return a block as a sentence, what is wrong with it, or None where it holds no word.

        Args:
            block: its lines.
            tagged: whether it must have tags; else they are left out.
        """
        words, tags, first, expected = [], [], 0, 1
        for number, line in block:
            if self._says_nothing(line):
                continue
            fields = _fields(line, self.split)
            if len(fields) != self.width:
                several = "column" if len(fields) == 1 else "columns"
                return Reject(number, f"{len(fields)} {several} where others have {self.width}")
            if self.conllu:
                if _is_no_word(fields[0]):
                    continue
                if fields[0] != str(expected):
                    return Reject(
                        number, f'word number "{fields[0][:20]}" where {expected} is next'
                    )
                expected += 1
            word = fields[self._words]
            tag = fields[self.tags] if tagged else "?"
            if not word or not tag or (self.conllu and tag == _MISSING):
                return Reject(number, "no tag" if word else "no word")
            words.append(word)
            tags.append(tag)
            first = first or number
        if not words:
            return None
        return Sentence(tuple(words), tuple(tags) if tagged else (), first)

    def filled(self, block: Lines, tags: Sequence[str]) -> str:
        """Return a block, as lines, with other tags for its words; all else stays as it is."""
        each, lines = iter(tags), []
        for _, line in block:
            fields = _fields(line, self.split)
            if not self._says_nothing(line) and not (self.conllu and _is_no_word(fields[0])):
                fields[self.tags : self.tags + 1] = [next(each)]
                line = (self.split or " ").join(fields)
            lines.append(line)
        return "\n".join([*lines, "", ""])

    @property
    def _words(self) -> int:
        return _FORM if self.conllu else 0

    def _says_nothing(self, line: str) -> bool:
        return (self.conllu and line.startswith("#")) or line.startswith(_DOCUMENT)


def open_columns(
    path: Path, column: str | None = None, encoding: str | None = None, *, tagged: bool = True
) -> ColumnFile:
    """Look at a column file, packed or not.

    Args:
        path: the file.
        column: of the tags, by its name or, from 1 on, its number; by default `upos` of CoNLL-U,
            else the last.
        encoding: by default UTF-8.
        tagged: whether there must be tags; else a file may have words alone, and a column that is
            not there is one that is still to be written.

    Raises:
        DataError: it is no column file; it names the line.
        OptionError: there is no such column.
    """
    sample = [one for block in islice(_blocks(path, encoding), _SAMPLE) for one in block][:_SAMPLE]
    if not sample:
        raise DataError(f"{path}: no word in it. Expected a word and its tag a line.")
    lines = [line for _, line in sample]
    conllu = _is_conllu(lines)
    split = "\t" if conllu else _splits(lines)
    width = len(CONLLU) if conllu else _width(lines, split)
    if width < 2 and tagged:
        number, line = sample[0]
        raise DataError(
            f'{path}, line {number}: "{line[:40]}" is one column; expected a word and its tag, '
            "with a tab or blanks between them."
        )
    names = _names(width, conllu=conllu)
    try:
        at = _UPOS if conllu and column is None else _place(column, names, width)
    except OptionError:
        if tagged or conllu:
            raise
        at = width
    if at == (_FORM if conllu else 0):
        if tagged and column is not None and width > 1:
            raise OptionError(f'--column "{column}" has the words, not their tags')
        at = _UPOS if conllu else width
    return ColumnFile(path, encoding, conllu, split, width, at)


def read_columns(path: Path, column: str | None = None, encoding: str | None = None) -> Tagged:
    """Read a column file with its tags; arguments and errors as of `open_columns`.

    Raises:
        DataError: no sentence could be read; it names the first line and what is wrong there.
    """
    file = open_columns(path, column, encoding)
    columns = "ten columns between tabs" if file.conllu else f"{file.width} columns"

    def each() -> Iterator[Sentence | Reject | None]:
        document = 0
        for block in file.blocks():
            document += any(line.startswith((_NEW, _DOCUMENT)) for _, line in block)
            found = file.sentence(block)
            yield replace(found, document=document) if isinstance(found, Sentence) else found

    return gathered(
        path,
        each(),
        said=file.said,
        column=file.column,
        expected=f"{columns}, an empty line after each sentence",
    )


def _names(width: int, *, conllu: bool) -> Sequence[str]:
    if conllu:
        return CONLLU
    return CONLL_2003 if width == len(CONLL_2003) else ()


def _is_no_word(number: str) -> bool:
    """Say whether a line of CoNLL-U is a range of words written as one, or one not written."""
    return "-" in number or "." in number


def _is_conllu(lines: Sequence[str]) -> bool:
    """Say whether lines, comments aside, have ten columns between tabs that begin with a number."""
    filled = [line for line in lines if line.strip() and not line.startswith("#")]
    fields = [line.split("\t") for line in filled]
    good = [f for f in fields if len(f) == len(CONLLU) and f[0][:1].isdigit()]
    return bool(filled) and len(good) > 0.5 * len(filled)


def _blocks(path: Path, encoding: str | None) -> Iterator[Lines]:
    """Yield the lines between empty ones, without their ends."""
    block: Lines = []
    for number, line in read_lines(path, encoding):
        if line.strip():
            block.append((number, line.rstrip("\r\n")))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _splits(lines: Sequence[str]) -> str | None:
    """Return what stands between columns: a tab where lines have one, else blanks."""
    tabs = sum("\t" in line for line in lines)
    return "\t" if lines and tabs > _MOST * len(lines) else None


def _fields(line: str, split: str | None) -> list[str]:
    return [field.strip() for field in line.split(split)] if split else line.split()


def _width(lines: Sequence[str], split: str | None) -> int:
    """Return how many columns most lines have."""
    counted = Counter(len(_fields(line, split)) for line in lines)
    return counted.most_common(1)[0][0]


def _place(column: str | None, names: Sequence[str], width: int) -> int:
    """Return the place of the column of tags."""
    if column is None:
        return width - 1
    if column.isascii() and column.isdigit() and 1 <= int(column) <= width:
        return int(column) - 1
    if column in names:
        return names.index(column)
    known = [*names, *map(str, range(1, width + 1))]
    raise OptionError(
        f'--column "{column}": the file has {width} columns. {did_you_mean(column, known)}'
    )
