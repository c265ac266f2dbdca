"""Text becomes words.

`tokenize` is local to white space: the tokens of a text are the tokens of its white-space pieces,
one after the other. A stream that is cut at white space therefore gives the whole text's answer.
But: no stemming and no subwords, and an html tag with attributes leaves its attributes behind.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import cache

__all__ = ["UNSPACED", "all_resolved", "kinds", "lowered", "resolved", "tokenize"]

# Entities that lost their "&" on the way, as in AG News: "it #39;s", "quot;".
BARE_ENTITY = re.compile(r"&?#(\d{2,5});|\bquot;")

# A tag has no white space inside here: "<br" and "/>" each go by themselves.
TAG = re.compile(
    r"</?(?:br|p|i|b|u|s|em|strong|hr|div|span|a|li|ul|ol|h[1-6]|font|blockquote|img|table|tr|td)"
    r"(?:/?>|(?=\s|/>|\Z))|/>"
)

# Scripts written without spaces: kana, ideographs, bopomofo; Thai, Lao, Myanmar and Khmer.
UNSPACED = re.compile(
    "[\u3005-\u3007\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)

# Neither words nor signs: controls, soft hyphen, zero widths, variation selectors, surrogates.
INVISIBLE = r"\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
INVISIBLE += r"\ud800-\udfff"


SPEAKING = "!?$%"
"""ASCII signs that are tokens: commas and brackets say little and cost a step each, which on
reviews made every model worse."""

SPEAKING_ALSO = "¡¿‽؟！？"
"""Punctuation beyond ASCII that is a token; so are symbols, such as emoji."""


@cache
def kinds(*, ascii: bool) -> tuple[str, str]:
    """Return what one letter of a word and one sign match.

    Python's `\\w` leaves out combining marks, without which Hindi and Arabic fall to pieces. They
    are collected once, when the first text beyond ASCII comes.
    """
    if ascii:
        return "[a-z0-9]", f"[{SPEAKING}]"
    found = {char: unicodedata.category(char)[0] for char in map(chr, range(0x80, 0xFFE0))}
    marks = "".join(
        char for char, kind in found.items() if kind == "M" and "\u0300" <= char < "\ufb20"
    )
    silent = "".join(c for c, kind in found.items() if kind == "P" and c not in SPEAKING_ALSO)
    word = rf"(?:(?!_)[\w{marks}])"
    return word, rf"[{SPEAKING}]|[^\w\s\x00-\x7f{INVISIBLE}{re.escape(silent)}]"


@cache
def _pattern(*, ascii: bool) -> re.Pattern[str]:
    """Numbers with inner points, words with inner apostrophes, or one sign."""
    word, sign = kinds(ascii=ascii)
    return re.compile(rf"\d+(?:[.,]\d+)+|{sign}|{word}+(?:'{word}+)*")


def tokenize(text: str) -> list[str]:
    """Split a text into lower-case words, numbers, and the signs that speak: ! ? $ % and emoji.

    Words keep inner apostrophes ("don't"); scripts written without spaces give one token a
    character; html entities are resolved, simple tags and all other punctuation dropped.

    >>> tokenize("Don't miss it: 9.5/10!<br /><br />&quot;Great&quot;")
    ["don't", 'miss', 'it', '9.5', '10', '!', 'great']
    """
    text = lowered(resolved(text))
    if "<" in text or "/>" in text:
        text = TAG.sub(" ", text)
    return _pattern(ascii=text.isascii()).findall(text)


def resolved(text: str) -> str:
    """Return a text with its entities resolved and its characters composed."""
    if "&" in text:
        text = html.unescape(text)
    if "#" in text or "quot;" in text:
        text = BARE_ENTITY.sub(_resolve, text)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text


def all_resolved(texts: Sequence[str]) -> Sequence[str]:
    """Return each `resolved`; most often there is nothing to do in any, which one look tells."""
    whole = "\n".join(texts)  # nothing that is resolved, and no character, goes over that
    return texts if resolved(whole) == whole else [*map(resolved, texts)]


def lowered(text: str) -> str:
    """Return it in small letters, with white space around every character that stands alone."""
    if not text.isascii():
        text = text.replace("\u2019", "'")
        text = UNSPACED.sub(r" \g<0> ", text)
    return text.lower()


def _resolve(entity: re.Match[str]) -> str:
    return html.unescape(f"&#{entity[1]};") if entity[1] else '"'
