"""Raw text becomes words like those that a tagger has learnt from.

White space parts; then what a vocabulary knows decides: a piece that it holds stays whole, signs at
the ends of others are words of their own, and what is left is parted at signs and apostrophes where
that gives words that it holds ("don't" where it has "do" and "n't"). Of scripts without spaces the
longest words it knows are taken from the left (maximum matching).
But: a piece that should be parted, of which nothing is known, stays whole.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Iterator

from elman.data.text.words import UNSPACED

__all__ = ["split_words"]

Known = Callable[[str], bool]

_WHOLE = ("://", "www.", "@")
"""What addresses are told by."""

_APOSTROPHES = "'\u2019"
_LONGEST = 12
"""Letters of a word of a script without spaces, at most."""


def split_words(text: str, known: Known) -> list[str]:
    """Return the words of a text.

    Args:
        text: as people write it.
        known: says whether a word, in whatever case, stands in the vocabulary.
    """
    return list(itertools.chain.from_iterable(_piece(piece, known) for piece in text.split()))


def _piece(piece: str, known: Known) -> Iterator[str]:
    if known(piece) or any(mark in piece.lower() for mark in _WHOLE):
        yield piece
        return
    begin, end = 0, len(piece)
    before, after = [], []
    while begin < end and _is_sign(piece[begin]) and not known(piece[begin:end]):
        step = _run(piece[begin:end])
        before.append(piece[begin : begin + step])
        begin += step
    while end > begin and _is_sign(piece[end - 1]) and not known(piece[begin:end]):
        step = _run(piece[begin:end][::-1])
        after.append(piece[end - step : end])
        end -= step
    yield from before
    yield from _core(piece[begin:end], known)
    yield from reversed(after)


def _core(piece: str, known: Known) -> Iterator[str]:
    """Part what has no sign at its ends: at the first sign, and what is left again."""
    after: list[str] = []
    while piece and not known(piece):
        if UNSPACED.search(piece):
            yield from _matched(piece, known)
            piece = ""
        elif clitic := _clitic(piece, known):
            piece, end = piece[:clitic], piece[clitic:]
            after.append(end)
        elif sign := _sign(piece, known):
            yield from _core(piece[:sign], known)  # no sign inside that parts: one level deeper
            yield piece[sign]
            piece = piece[sign + 1 :]
        else:
            break
    if piece:
        yield piece
    yield from reversed(after)


def _clitic(piece: str, known: Known) -> int:
    """Return where the shortest known end with an apostrophe begins; 0 where there is none."""
    for n in range(len(piece) - 1, 0, -1):
        marked = any(mark in piece[n : n + 2] for mark in _APOSTROPHES)
        if marked and known(piece[n:]) and piece[n - 1] not in _APOSTROPHES:
            return n
    return 0


def _sign(piece: str, known: Known) -> int:
    """Return where the first sign stands that parts words; 0 where there is none."""
    for n, sign in enumerate(piece[1:-1], 1):
        between_digits = piece[n - 1].isdigit() and piece[n + 1].isdigit()
        parts = _is_sign(sign) and sign not in _APOSTROPHES and not between_digits
        if parts and known(sign) and (known(piece[:n]) or known(piece[n + 1 :])):
            return n
    return 0


def _matched(piece: str, known: Known) -> Iterator[str]:
    while piece:
        lengths = range(min(_LONGEST, len(piece)), 1, -1)
        length = next((n for n in lengths if known(piece[:n])), 1)
        yield piece[:length]
        piece = piece[length:]


def _is_sign(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PS"


def _run(letters: str) -> int:
    """Return how often the first letter is repeated: "..." is one word."""
    return len(letters) - len(letters.lstrip(letters[0]))
