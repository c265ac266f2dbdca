"""What every character is to a tokenizer in C++, in pages of 256, out of Python's own tables.

So the two ways of cutting a text into words cannot disagree about a character, whatever version of
Unicode a Python knows. A page is made when a text first needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from elman import native
from elman.data.text.words import UNSPACED, kinds, lowered

__all__ = ["Pages", "all_spelled", "pages", "spelled"]

_BY_CONTEXT = ("Σ", "İ")
"""What in small letters is another letter at the end of a word, and what is two."""


class Pages:
    """The pages made so far, and their addresses."""

    def __init__(self) -> None:
        self._addresses = np.zeros(0x1100, np.int64)
        self.address = int(self._addresses.ctypes.data)
        """Where the addresses of all pages are; 0 stands for one that was not made."""
        self._made: dict[int, NDArray[np.uint32]] = {}
        word, sign = kinds(ascii=False)
        self._kinds = [
            (re.compile(word), native.WORD),
            (re.compile(r"\d"), native.DIGIT),
            (re.compile(sign), native.SIGN),
            (re.compile(r"\s"), native.SPACE),
        ]

    def make(self, texts: Iterable[str]) -> None:
        """Make those that texts need."""
        for number in {ord(char) >> 8 for char in set().union(*texts)}:
            if not self._addresses[number]:
                self._make(number)

    def _make(self, number: int) -> None:
        chars = [chr(256 * number + n) for n in range(256)]
        small = [_small(char) for char in chars]
        page = np.array([*map(ord, small)], np.uint32)
        for pattern, kind in self._kinds:
            found = {*pattern.findall("".join(small))}
            page[[char in found for char in small]] |= kind
        page[[UNSPACED.match(char) is not None for char in chars]] |= native.APART
        self._made[number] = page
        self._addresses[number] = page.ctypes.data


def _small(char: str) -> str:
    if char == "\u2019":
        return "'"
    return char if char in _BY_CONTEXT else char.lower()


@cache
def pages() -> Pages:
    """Return those that all share."""
    return Pages()


def spelled(text: str) -> str:
    """Return a text whose characters each have their own small letter, or are small already."""
    return lowered(text) if any(char in text for char in _BY_CONTEXT) else text


def all_spelled(texts: Sequence[str]) -> Sequence[str]:
    """Return each `spelled`; most often there is nothing to do in any, which one look tells."""
    whole = "".join(texts)
    return [*map(spelled, texts)] if any(char in whole for char in _BY_CONTEXT) else texts
