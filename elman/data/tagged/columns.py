"""Column files: a word a line, its tags beside it, an empty line after each sentence.

CoNLL-U has ten columns between tabs, lines of comments, ranges ("3-4") of words that are written as
one, and empty nodes ("5.1"), which are no words of the text; see universaldependencies.org/format.
Others have two columns or more between tabs or blanks, as CoNLL-2003 has word, part of speech,
chunk and name, with lines of `-DOCSTART-` between documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from elman.data.tables.lines import read_lines
from elman.data.tables.table import Reject
from elman.data.tagged.sentences import Sentence, Tagged, gathered
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["looks_tagged", "read_columns"]

CONLLU = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
CONLL_2003 = ("word", "pos", "chunk", "ner")
_FORM, _UPOS = CONLLU.index("form"), CONLLU.index("upos")
_DOCUMENT = "-DOCSTART-"
_MISSING = "_"
_SAMPLE = 200
"""Lines by which a format is told."""

Lines = list[tuple[int, str]]


def looks_tagged(lines: Sequence[str]) -> bool:
    """Say whether the first lines of a file are those of a column file, of whatever columns."""
    if _is_conllu(lines):
        return True
    filled = [line for line in lines if line.strip() and not line.startswith(_DOCUMENT)]
    counts = {len(_fields(line, _splits(filled))) for line in filled}
    blank = any(not line.strip() for line in lines[:-1])
    return blank and len(counts) == 1 and min(counts) >= 2


def read_columns(path: Path, column: str | None = None, encoding: str | None = None) -> Tagged:
    """Read a column file, packed or not.

    Args:
        path: the file.
        column: of the tags, by its name or, from 1 on, its number; by default `upos` of CoNLL-U,
            else the last.
        encoding: by default UTF-8.

    Raises:
        DataError: it is no column file, or holds no sentence; it names the line.
        OptionError: there is no such column.
    """
    blocks = list(_blocks(path, encoding))
    sample = [line for block in blocks[:_SAMPLE] for _, line in block][:_SAMPLE]
    if not sample:
        raise DataError(f"{path}: no word in it. Expected a word and its tag a line.")
    conllu = _is_conllu(sample)
    split = "\t" if conllu else _splits(sample)
    width = len(CONLLU) if conllu else _width(path, blocks, split)
    names = CONLLU if conllu else CONLL_2003 if width == len(CONLL_2003) else ()
    at = _UPOS if conllu and column is None else _place(column, names, width)
    word = _FORM if conllu else 0
    kind = "CoNLL-U" if conllu else f"{width} columns"
    called = names[at] if names else f"column {at + 1} of {width}"
    columns = "ten columns between tabs" if conllu else f"{width} columns"
    return gathered(
        path,
        (_sentence(block, split, width, word, at, conllu=conllu) for block in blocks),
        said=f"{kind}, tags: {called}",
        column=called,
        expected=f"{columns}, an empty line after each sentence",
    )


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
    """Return what stands between columns: a tab where every line has one, else blanks."""
    return "\t" if lines and all("\t" in line for line in lines) else None


def _fields(line: str, split: str | None) -> list[str]:
    return [field.strip() for field in line.split(split)] if split else line.split()


def _width(path: Path, blocks: Sequence[Lines], split: str | None) -> int:
    """Return how many columns most lines have."""
    first = [(n, line) for block in blocks[:_SAMPLE] for n, line in block][:_SAMPLE]
    counted = Counter(len(_fields(line, split)) for _, line in first)
    width = counted.most_common(1)[0][0]
    if width < 2:
        number, line = first[0]
        raise DataError(
            f'{path}, line {number}: "{line[:40]}" is one column; expected a word and its tag, '
            "with a tab or blanks between them."
        )
    return width


def _place(column: str | None, names: Sequence[str], width: int) -> int:
    """Return the place of the column of tags."""
    if column is None:
        return width - 1
    if column.isdigit() and 1 <= int(column) <= width:
        return int(column) - 1
    if column in names:
        return names.index(column)
    known = [*names, *map(str, range(1, width + 1))]
    raise OptionError(
        f'--column "{column}": the file has {width} columns. {did_you_mean(column, known)}'
    )


def _sentence(
    block: Lines, split: str | None, width: int, word: int, at: int, *, conllu: bool
) -> Sentence | Reject | None:
    """Return a block as a sentence, what is wrong with it, or None where it holds no word."""
    words, tags, first, expected = [], [], 0, 1
    for number, line in block:
        if (conllu and line.startswith("#")) or line.startswith(_DOCUMENT):
            continue
        fields = _fields(line, split)
        if len(fields) != width:
            several = "column" if len(fields) == 1 else "columns"
            return Reject(number, f"{len(fields)} {several} where others have {width}")
        if conllu:
            if "-" in fields[0] or "." in fields[0]:
                continue  # words that are written as one, or a word that is not written
            if fields[0] != str(expected):
                return Reject(number, f'word number "{fields[0][:20]}" where {expected} is next')
            expected += 1
        if not fields[word] or not fields[at] or (conllu and fields[at] == _MISSING):
            return Reject(number, "no tag" if fields[word] else "no word")
        words.append(fields[word])
        tags.append(fields[at])
        first = first or number
    return Sentence(tuple(words), tuple(tags), first) if words else None
