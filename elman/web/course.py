"""The texts of the tour: the package's files, and a teacher's edited ones in their place."""

from __future__ import annotations

import re
from pathlib import Path

from elman.errors import DataError, OptionError

__all__ = ["course"]

_FOLDER = Path(__file__).with_name("tour")
_LARGEST = 2**20
"""Bytes of one file."""


def course(edited: Path | None = None) -> dict[str, str]:
    """Return the tour's files by name.

    Args:
        edited: a folder; each .md file in it stands in the place of the package's of that name,
            whatever number a stop has, or beside the others.

    Raises:
        OptionError: it is no such folder.
        DataError: a file of it is no text in UTF-8, or too large.
    """
    theirs = {} if edited is None else _edited(edited)
    replaced = set(map(_unnumbered, theirs))
    ours = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(_FOLDER.glob("*.md"))
        if _unnumbered(path.name) not in replaced
    }
    return dict(sorted((ours | theirs).items()))


def _edited(folder: Path) -> dict[str, str]:
    try:
        paths = sorted(path for path in folder.iterdir() if re.fullmatch(r"[^.].*\.md", path.name))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise OptionError(
            f"--tour {folder}: {why}; expected a folder with edited copies of {_FOLDER}"
        ) from None
    if not paths:
        raise OptionError(
            f"--tour {folder}: there is no .md file; expected edited copies of those in {_FOLDER}"
        )
    return {path.name: _text(path) for path in paths}


def _text(path: Path) -> str:
    try:
        if not path.is_file():  # opening a pipe would wait
            raise DataError(f"{path}: expected a file of text, found none. Move it elsewhere.")
        if (size := path.stat().st_size) > _LARGEST:
            raise DataError(f"{path}: {size:,} bytes; a file of the tour has at most {_LARGEST:,}.")
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error}).") from None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}, line {line}: not UTF-8. Save the file as UTF-8.") from None


def _unnumbered(name: str) -> str:
    """A stop keeps its name where it changes its place."""
    return re.sub(r"^\d+-", "", name)
