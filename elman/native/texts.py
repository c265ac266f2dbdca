"""Texts as numbers: one call of C++ each.

Every field of a struct is eight bytes, as in `structs`.
"""

from __future__ import annotations

import ctypes
import weakref
from contextlib import suppress
from ctypes import byref
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.native.library import library
from elman.native.structs import fields

__all__ = [
    "APART",
    "DIGIT",
    "SIGN",
    "SPACE",
    "WORD",
    "Lexicon",
    "Text",
    "Words",
    "cut",
]

WORD, DIGIT, SIGN, SPACE, APART = (1 << bit for bit in range(24, 29))
"""What a character is, as `csrc/text.h` has it, above its small letter."""

Ints = NDArray[np.int64]
Steps = NDArray[np.int32]


class Lexicon(ctypes.Structure):
    """What words are looked up in: `Lexicon` of `csrc/text.h`."""

    __slots__ = ()
    _fields_ = fields("N bytes ends ids unknown nothing pairs buckets first_bucket", "bytes")


class Text(ctypes.Structure):
    """Some texts: `Text` of `csrc/text.h`."""

    __slots__ = ()
    _fields_ = fields(
        "N threads bytes ends pages before before_size ids last known word word_size",
        *("bytes", "before"),
    )


class Words:
    """A lexicon ready to look up; freed with this object.

    Args:
        bytes: UTF-8 of all entries, one after another; one with a space is a pair.
        ends: `(N,)` where each ends.
        ids: `(N,)`.
        how: the other fields of `Lexicon`.
    """

    def __init__(self, bytes: bytes, ends: Ints, ids: Ints, **how: int) -> None:
        lib = library()
        assert lib is not None
        lexicon = Lexicon(
            N=len(ends), bytes=bytes, ends=ends.ctypes.data, ids=ids.ctypes.data, **how
        )
        self._read = lib.elman_read
        self._columns = 1 + 2 * bool(how["buckets"]) + how["pairs"]
        self._address = lib.elman_words(byref(lexicon))
        weakref.finalize(self, lib.elman_forget, self._address)

    def read(
        self, texts: bytes, ends: Ints, pages: int, threads: int
    ) -> tuple[Steps, Ints, Ints] | None:
        """Cut texts into words and look them up.

        Args:
            texts: one after another, in UTF-8.
            ends: `(N,)` where each ends.
            pages: address of those of pages of characters `(0x1100,)`; 0 where all are ASCII.
            threads: at most.

        Returns:
            Numbers `(steps, columns)`, `(N,)` where the steps of each text end, and `(N,)` whether
            it has a known word; None where a page is missing.
        """
        ids = np.empty((len(texts), self._columns), np.int32)
        found = np.zeros((2, len(ends)), np.int64)
        text = Text(
            N=len(ends),
            threads=threads,
            bytes=texts,
            ends=ends.ctypes.data,
            pages=pages,
            ids=ids.ctypes.data,
            last=found[0].ctypes.data,
            known=found[1].ctypes.data,
        )
        if self._read(byref(text), self._address):
            return None
        return ids[: found[0, -1] if len(ends) else 0], found[0], found[1]

    def read_on(self, text: bytes, before: bytes, pages: int) -> tuple[Steps, bool, bytes] | None:
        """Cut the next piece of a text into words and look them up.

        Args:
            text: in UTF-8.
            before: the word before.
            pages: as of `read`.

        Returns:
            Numbers, whether there is a known word, and the last word, b"" where there is none; None
            where a page is missing.
        """
        piece = _Piece.of(text, pages)
        call = piece.call
        call.before, call.before_size = before, len(before)
        found = None
        if not self._read(piece.reference, self._address):
            ids = piece.ids[self._columns][: piece.last.value].copy()
            found = ids, bool(piece.known.value), piece.word.raw[: call.word_size]
        piece.done()
        return found

    def number(self, joined: bytes) -> Steps:
        """Return the numbers `(T,)` of words, of which new ones get the next; without pairs.

        Args:
            joined: words with a space between two of them, as `cut` gives them.
        """
        lib: Any = library()
        ids = np.empty(len(joined) // 2 + 1, np.int32)
        return ids[: lib.elman_number(self._address, joined, len(joined), ids.ctypes.data)]

    def all(self) -> list[str]:
        """Return the words in the order of their numbers."""
        lib: Any = library()
        size = ctypes.c_int64()
        ends = np.zeros(lib.elman_words_size(self._address, byref(size)), np.int64)
        bytes = ctypes.create_string_buffer(max(size.value, 1))
        lib.elman_words_copy(self._address, bytes, ends.ctypes.data)
        whole, ends_of = bytes.raw, ends.tolist()
        return [
            whole[begin:end].decode("utf-8", "surrogatepass")
            for begin, end in zip([0, *ends_of], ends_of, strict=False)
        ]


def cut(texts: bytes, ends: Ints, pages: int) -> tuple[bytes, Ints] | None:
    """Return the words of texts, a space between two words and between two texts.

    Args:
        texts, ends, pages: as of `Words.read`.

    Returns:
        The words, and `(N,)` where those of each text end; None where a page is missing.
    """
    lib: Any = library()
    room = np.empty(3 * len(texts) + len(ends), np.uint8)
    last = np.empty(len(ends), np.int64)
    call = Text(
        N=len(ends),
        bytes=texts,
        ends=ends.ctypes.data,
        pages=pages,
        last=last.ctypes.data,
        word=room.ctypes.data,
    )
    if lib.elman_cut(byref(call)):
        return None
    return room[: call.word_size].tobytes(), last


class _Piece:
    """What a call for one short text needs: to make it anew takes longer than the call."""

    MOST = 4096
    """Bytes of a text for which it is kept."""

    def __init__(self, size: int) -> None:
        memory = np.empty(4 * size, np.int32)
        self._size = size
        self.ids = [memory[: columns * size].reshape(size, columns) for columns in range(5)]
        self.end, self.last, self.known = ctypes.c_int64(), ctypes.c_int64(), ctypes.c_int64()
        self.word = ctypes.create_string_buffer(3 * size)
        self.call = Text(
            N=1,
            threads=1,
            ends=ctypes.addressof(self.end),
            ids=memory.ctypes.data,
            last=ctypes.addressof(self.last),
            known=ctypes.addressof(self.known),
            word=ctypes.addressof(self.word),
        )
        self.reference = byref(self.call)

    @classmethod
    def of(cls, text: bytes, pages: int) -> _Piece:
        """Return one that nobody else is using, be they threads or what interrupts this one."""
        piece = None
        if len(text) <= cls.MOST:
            # another thread may take the last one between a look and the taking
            with suppress(IndexError):
                piece = _idle.pop()
        if piece is None:
            piece = cls(max(len(text), cls.MOST))
        piece.end.value = len(text)
        piece.call.bytes, piece.call.pages = text, pages
        return piece

    def done(self) -> None:
        """Keep it for the next, unless it is large."""
        if self._size == self.MOST:
            _idle.append(self)


_idle: list[_Piece] = []
