"""A folder with one sub-folder of text files per class."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from elman.data.tables.lines import MAX_LINE_BYTES, read_lines
from elman.data.tables.table import Reject, Row, Table
from elman.errors import DataError

__all__ = ["open_folder"]

_UNLABELLED = {"unsup", "unsupervised", "unlabeled", "unlabelled"}
"""Sub-folders beside those of the classes, as in the large set of film reviews."""


def open_folder(path: Path, *, encoding: str | None = None) -> Table:
    """Sub-folders of .txt files, or of files without an ending, are classes."""
    found = [child.name for child in sorted(path.iterdir()) if _text_files(child)]
    classes = [name for name in found if name.lower() not in _UNLABELLED]
    if len(classes) < 2:
        inner = [child for child in sorted(path.iterdir()) if _text_files(child / "pos")]
        guess = f' Did you mean "{inner[-1]}"?' if inner else ""
        raise DataError(
            f"{path}: a folder with {len(classes)} sub-folders of .txt files. Expected one "
            "sub-folder per class, such as pos/ and neg/, or tables and no folders, or pass one "
            f"data file, or a pattern of such, as '*.csv'.{guess}"
        )
    left_out = ", ".join(name for name in found if name not in classes)

    def read() -> Iterator[Row | Reject]:
        files = [f"{name}/{file}" for name in classes for file in _text_files(path / name)]
        for ordinal, source in enumerate(files, start=1):
            try:
                text = _whole(path / source, encoding)
            except DataError as fault:
                # one file in another encoding is one row that cannot be read
                yield Reject(ordinal, str(fault).removeprefix(f"{path / source}, "), source)
                continue
            if "\0" in text:
                yield Reject(ordinal, "holds a NUL byte", source)
            else:
                yield Row(ordinal, {"text": text, "label": source.split("/")[0]}, source)

    note = f"Folders left out: {left_out}." if left_out else ""
    return Table(path, "folder", ["text", "label"], read, note)


def _whole(path: Path, encoding: str | None) -> str:
    text = ""
    for number, line in read_lines(path, encoding):
        text += line
        if len(text) > MAX_LINE_BYTES:
            raise DataError(f"{path}, line {number}: too long for one text.")
    return text


def _text_files(folder: Path) -> list[str]:
    names = os.listdir(folder) if folder.is_dir() else []
    return sorted(name for name in names if _is_text(name))


def _is_text(name: str) -> bool:
    """Whether a file is a text by its name; hidden ones and makefiles of sorts are none."""
    lower = name.lower()
    return lower.endswith((".txt", ".txt.gz")) or lower.isdecimal()
