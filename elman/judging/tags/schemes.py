"""Tags of spans: how a file marks where a name begins and ends, and the spans that tags are.

IOB1 marks a beginning only between two spans of one kind, IOB2 every one; BIOES marks ends and
single words as well (BILOU and BMES the same by other letters). Ramshaw & Marcus 1995; Tjong Kim
Sang & Veenstra 1999; Ratinov & Roth 2009.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

__all__ = [
    "Scheme",
    "Span",
    "may_begin",
    "may_end",
    "may_follow",
    "scheme_of",
    "spans_of",
]

Scheme = Literal["IOB1", "IOB2", "BIOES"]

OUTSIDE = "O"
_LETTERS = {"B": "B", "I": "I", "E": "E", "S": "S", "L": "E", "U": "S", "M": "I"}
"""Of BIOES, and those that BILOU and BMES have for them."""


class Span(NamedTuple):
    """Some neighbouring words of a kind: words[begin:end]."""

    kind: str
    begin: int
    end: int


def parted(tag: str) -> tuple[str, str] | None:
    """Return the letter of a tag, as BIOES has it, and its kind; None of one that has neither."""
    if tag == OUTSIDE:
        return OUTSIDE, ""
    letter, mark, kind = tag.partition("-")
    if letter not in _LETTERS or (mark and not kind):
        return None
    return _LETTERS[letter], kind  # bare letters mark spans of one kind, as of words in Chinese


def scheme_of(sequences: Iterable[Sequence[str]]) -> Scheme | None:
    """Return how tags mark spans; None where they mark none, as parts of speech do.

    A file without any two neighbouring spans of one kind may be IOB1 or IO: both say the same.
    """
    begins = inside_first = ends = spans = 0
    for tags in sequences:
        before = (OUTSIDE, "")
        for tag in tags:
            part = parted(tag)
            if part is None:
                return None
            letter, kind = part
            spans += letter != OUTSIDE
            ends += letter in "ES"
            goes_on = before[0] != OUTSIDE and before[1] == kind
            begins += letter == "B" and not goes_on
            inside_first += letter == "I" and not goes_on
            before = part
    if not spans:
        return None
    if ends:
        return "BIOES"
    return "IOB1" if inside_first > begins else "IOB2"


def spans_of(tags: Sequence[str], strict: Scheme | None = None) -> list[Span]:
    """Return the spans that tags mark.

    By default as conlleval and seqeval's default mode do: whatever the scheme, a span begins
    wherever its kind changes, or at a B or S. With a scheme as seqeval's strict mode: what it would
    not mark so is no span.
    """
    found: list[Span] = []
    begin, kind, first, follows = 0, "", "", False
    before = (OUTSIDE, "")
    for n, part in enumerate([*map(_or_outside, tags), (OUTSIDE, "")]):
        letter, of = part
        starts = letter != OUTSIDE and (letter in "BS" or before[0] in "OES" or of != before[1])
        closes = before[0] != OUTSIDE and (letter == OUTSIDE or starts)
        if closes and _holds(strict, first, before[0], follows=follows):
            found.append(Span(kind, begin, n))
        if starts:
            begin, kind, first = n, of, letter
            follows = before[0] != OUTSIDE and of == before[1]
        before = part
    return found


def _holds(scheme: Scheme | None, first: str, last: str, *, follows: bool) -> bool:
    """Say whether a scheme marks spans that begin and end with these letters.

    Args:
        follows: whether the span stands right after one of its kind.
    """
    if scheme == "BIOES":
        return first + last in ("SS", "BE")
    if scheme == "IOB1":
        return first == "I" or follows
    return scheme is None or first == "B"


def may_follow(first: str, second: str, scheme: Scheme) -> bool:
    """Say whether a scheme has these tags one after the other."""
    (before, kind), (letter, of) = _or_outside(first), _or_outside(second)
    same = before != OUTSIDE and kind == of
    if scheme == "BIOES":
        return (letter in "IE") == (before in "BI") and (before not in "BI" or same)
    if scheme == "IOB1":
        return letter != "B" or same
    return letter != "I" or same


def may_begin(tag: str, scheme: Scheme) -> bool:
    """Say whether a scheme begins a text with this tag."""
    return may_follow(OUTSIDE, tag, scheme)


def may_end(tag: str, scheme: Scheme) -> bool:
    """Say whether a scheme ends a text with this tag."""
    return scheme != "BIOES" or _or_outside(tag)[0] not in "BI"


def _or_outside(tag: str) -> tuple[str, str]:
    """Return a tag's letter and kind; one that has none is a single word of its own kind."""
    return parted(tag) or ("S", tag)
