"""How wide a screen is, and text that fits into it: measured, cut, padded, folded at words.

Chinese, Japanese and Korean characters and pictures take two columns of a terminal, accents none.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata

__all__ = ["columns", "cut", "folded", "left", "right", "wide"]

_LEAST, _MOST = 60, 100
"""Columns that everything fits into, and beyond which nobody reads a sentence in one go."""

_WIDER = "\ufe0f"
"""Makes a picture of the character before it."""


def columns() -> int:
    """Return how many columns a line may have: those of the terminal, at most 100; 80 without one.

    Whoever sets COLUMNS gets as many: `COLUMNS=9999` leaves sentences whole, for a search by line.
    A terminal of fewer than 60 folds what is longer by itself.
    """
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return max(_LEAST, int(asked))
    return min(max(_LEAST, shutil.get_terminal_size((80, 24)).columns), _MOST)


def wide(text: str) -> int:
    """Return how many columns a text takes."""
    return len(text) if text.isascii() else sum(map(_wide, text))


def _wide(character: str) -> int:
    if character == _WIDER:
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, room: int) -> str:
    """Return a text in so many columns; what is left out is …"""
    return text if wide(text) <= room else _beginning(text, room - 1).rstrip() + "…"


def _beginning(text: str, room: int) -> str:
    taken = 0
    for n, character in enumerate(text):
        taken += _wide(character)
        if taken > room:
            return text[:n]
    return text


def left(text: str, room: int) -> str:
    """Return a text cut and filled up to so many columns, at their left."""
    shown = cut(text, room)
    return shown + " " * (room - wide(shown))


def right(text: str, room: int) -> str:
    """Return a text cut and filled up to so many columns, at their right."""
    shown = cut(text, room)
    return " " * (room - wide(shown)) + shown


def folded(line: str, room: int = 0, *, first: str = "") -> list[str]:
    """Fold a line at its words; what follows hangs two columns further in than the first.

    A word that is longer than a line is cut into several. But: a path, or the name of a file, is
    not, so that it can be copied; it stands on a line of its own, however long that is.

    Args:
        line: without an end.
        room: columns of a line; those of the screen if 0.
        first: what stands before the first line, as a bullet; the others hang as far.
    """
    room = room or columns()
    text = line.lstrip(" ")
    begin = " " * (len(line) - len(text)) + first
    if wide(begin) + wide(text) <= room:
        return [begin + text]
    hanging = " " * (wide(begin) if first else len(begin) + 2)
    lines, now = [], begin
    # a figure and its percent sign stay together, and so do the ends of an interval
    for word in re.split(r" (?!%|[-−\d.,∞]+\])", text):
        joined = now + word if now in (begin, hanging) else f"{now} {word}"
        if wide(joined) <= room:
            now = joined
            continue
        if now not in (begin, hanging):
            lines.append(now)
            now = hanging
        while wide(now + word) > room and not _is_path(word):
            part = _beginning(word, room - wide(now))
            lines.append(now + part)
            now, word = hanging, word[len(part) :]
        now += word
    return [*lines, now]


def _is_path(word: str) -> bool:
    return "/" in word or "\\" in word or re.search(r"\w\.\w+\W*$", word) is not None
