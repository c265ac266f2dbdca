"""What a column file looks like: which columns it has, how they are parted, what is no word.

CoNLL-U has ten columns between tabs, lines of comments, ranges ("3-4") of words that are written as
one, and empty nodes ("5.1"), which are no words of the text; see universaldependencies.org/format.
Others have two columns or more between tabs or blanks, as CoNLL-2003 has word, part of speech,
chunk and name, with lines of `-DOCSTART-` between documents; or begin with the number of the word,
as CoNLL-2009 and CoNLL-U Plus do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["DOCUMENT", "ENDINGS", "NEW_DOCUMENT", "Layout", "layout_of", "looks_tagged"]

CONLLU = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
CONLL_2003 = ("word", "pos", "chunk", "ner")
NAMES = "# global.columns ="
"""With which CoNLL-U Plus names its columns."""

DOCUMENT, NEW_DOCUMENT = "-DOCSTART-", "# newdoc"
"""Where a document begins."""

ENDINGS = (".conllu", ".conllup", ".conll", ".bio", ".iob", ".bioes")
"""Of files that have a word a line, be there one sentence or many."""

_MOST = 0.9
"""Share of lines that must be alike; a broken one is named, and does not make it another file."""


@dataclass(frozen=True)
class Layout:
    """What stands where in a line.

    Args:
        split: between columns; None for blanks.
        width: columns of a line.
        numbered: whether the first column is the number of the word.
        commented: whether sentences begin with lines of comments.
        names: of the columns, if they have any.
    """

    split: str | None
    width: int
    numbered: bool
    commented: bool
    names: tuple[str, ...] = ()

    @property
    def conllu(self) -> bool:
        return self.names == CONLLU

    @property
    def words(self) -> int:
        """The place of the column of words."""
        return 1 if self.numbered else 0

    def fields(self, line: str) -> list[str]:
        return _fields(line, self.split)

    def is_word(self, line: str) -> bool:
        """Say whether a line is that of a word: no comment, no range, no word that is not there."""
        if line.startswith(DOCUMENT):
            return False
        fields = self.fields(line)
        if line.startswith("#") and (
            self.numbered or (self.commented and line[1:2] == " ") or len(fields) != self.width
        ):
            return False
        return not (self.numbered and ("-" in fields[0] or "." in fields[0]))


def layout_of(lines: Sequence[str]) -> Layout | None:
    """Tell the layout from the first lines of a file, empty ones included; None of no word."""
    blocks = list(_blocks(lines))
    filled = [line for block in blocks for line in block if not line.startswith(DOCUMENT)]
    named = next((line for line in filled if line.startswith(NAMES)), None)
    words = [line for line in filled if not line.startswith("#")]
    if not words:
        return None
    split = "\t" if sum("\t" in line for line in words) > _MOST * len(words) else None
    width = Counter(len(_fields(line, split)) for line in words).most_common(1)[0][0]
    numbered = width > 2 and _most(_counts(block, split) for block in blocks)
    commented = _most(block[0].startswith("# ") for block in blocks)
    names: tuple[str, ...] = ()
    if named is not None:
        names = tuple(named.removeprefix(NAMES).lower().split())
    elif numbered and width == len(CONLLU):
        names = CONLLU
    elif width == len(CONLL_2003) and not numbered:
        names = CONLL_2003
    return Layout(split, width, numbered, commented, names if len(names) == width else ())


def looks_tagged(lines: Sequence[str]) -> bool:
    """Say whether the first lines of a file are those of a column file, of whatever columns."""
    layout = layout_of(lines)
    if layout is None or layout.conllu:
        return layout is not None
    words = [line for line in lines if line.strip() and layout.is_word(line)]
    alike = sum(len(layout.fields(line)) == layout.width for line in words)
    blank = any(not line.strip() for line in lines[:-1])
    return blank and layout.width >= 2 and alike > _MOST * len(words)


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in lines:
        if line.strip():
            block.append(line.rstrip("\r\n"))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _counts(block: Sequence[str], split: str | None) -> bool:
    """Say whether the words of a block are numbered from 1 on."""
    first = [_fields(line, split)[0] for line in block if not line.startswith(("#", DOCUMENT))]
    numbers = [number for number in first if "-" not in number and "." not in number]
    return bool(numbers) and numbers == [str(n) for n in range(1, len(numbers) + 1)]


def _most(answers: Iterator[bool]) -> bool:
    said = list(answers)
    return sum(said) > 0.5 * len(said)


def _fields(line: str, split: str | None) -> list[str]:
    return [field.strip() for field in line.split(split)] if split else line.split() or [""]
