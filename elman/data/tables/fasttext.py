"""One text a line: with its labels among the words, as fastText writes them, or without any."""

from __future__ import annotations

from pathlib import Path

from elman.data.tables.lines import by_line
from elman.data.tables.table import Table

__all__ = ["LABEL_PREFIX", "open_fasttext", "open_text"]

LABEL_PREFIX = "__label__"


def open_fasttext(path: Path, *, encoding: str | None = None) -> Table:
    """Words that begin with `LABEL_PREFIX` are labels, wherever they stand."""
    return Table(
        path, "fasttext", ["text", "label"], by_line(path, _parse_fasttext, encoding=encoding)
    )


def open_text(path: Path, *, encoding: str | None = None) -> Table:
    """A blank line stays a row here: predictions are written one for one."""
    read = by_line(path, lambda line: {"text": line.rstrip("\r\n")}, blanks=True, encoding=encoding)
    return Table(path, "text", ["text"], read)


def _parse_fasttext(line: str) -> dict[str, object]:
    words = line.split()
    labels = [word[len(LABEL_PREFIX) :] for word in words if word.startswith(LABEL_PREFIX)]
    text = " ".join(word for word in words if not word.startswith(LABEL_PREFIX))
    return {"text": text, "label": labels}
