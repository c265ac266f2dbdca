"""Texts that try a tokenizer: reviews, html, every script, and what nobody would type.

Without characters that this Python's Unicode does not know: a page's may, as letters.
"""

from __future__ import annotations

import html.entities
import random
import unicodedata
from collections.abc import Iterator

from elman.data.builtin.reviews import reviews
from elman.data.text.words import tokenize

__all__ = ["tokenized"]

WORDS = (
    "Don't 'tis rock'n'roll O\u2019Neil's 9.5/10 1,234.5 3.14.15 ١٢٣٫٤ १,२ 5,, 'x'",
    "it's' x''y _a_b_ Ὀδυσσεύς ΟΔΥΣΣΕΥΣ ΑΣ Σ ΣΑΣ. Σ́ İstanbul ǅ ẞ ﬁne naïve",
    "nai\u0308ve Å \u212b \u2126 हिन्दी العَرَبِيَّة 한국어 \u1112\u1161\u11ab",
    "\u0301lone 日本語テスト ภาษาไทย មនុស្ស 👍🏽 👩‍👩‍👧 ❤️ ¡Hola! ¿qué? ‽ ！ ？ 。 « » — a\u200bb",
    "a\ufeffb a\xadb a\u2028b a\x1cb a\x85b a\x00b \ud800 x\udfffy 𝔘𝔫𝔦 𐐀𐐨 ² ½ Ⅷ ㊷ $5",
    "50% a_b a\u00a0b 𝟗𝟖 \U000e0100 e\U0001d165 \ufe20 ʼn ŉ ǰ \u1e9e\u0307 K\u030c",
)
MARKUP = (
    "<br /> <br/> <BR> </p> <p> <i>x</i> <a href='x'> <b >x<b x/> < br> <brx> a<b",
    "<h1>T</h1> <h7> /> <td/> <img\n<hr <div\x1c> &amp; &lt;br&gt; &quot;x&quot;",
    "&#39; #39; &#039;s it #39;s quot; xquot; équot; &notit; &notin; &amp &ampx",
    "&copyx; &eacute; &Eacute &zwj; &#x41; &#X1F600; &#128; &#x80 &#0; &#xD800;",
    "&#1114112; &#xFFFE; &#11; &#12; &#13; &#127; &#x10FFFF; &#xfdd0; &; &#; &#x;",
    "&hellip; &NewLine; &Tab; &nbsp; #8217; #١٢; #1; #123456; &#99999999999999999999;",
    "&fjlig; &CounterClockwiseContourIntegral; &thisisnoentityofanykindatall;&amp;lt;",
    "&& &&amp;; &am p;",
)


PARTS = [part for line in WORDS + MARKUP for part in line.split(" ")]


def tokenized() -> list[tuple[str, list[str]]]:
    """Return thousands of texts and their tokens, the same each time."""
    return [(text, tokenize(text)) for text in dict.fromkeys(_texts())]


def _texts() -> Iterator[str]:
    pick = random.Random(0)
    yield from ("", " ", "\n", *PARTS)
    yield from (text for text, _ in reviews(1500, 0))
    for _ in range(3000):
        parts = pick.choices(PARTS, k=pick.randint(1, 9))
        yield pick.choice(["", " ", " ", "\t", "\u3000"]).join(parts)
    yield from (f"a&{name}b" for name in html.entities.html5)
    yield from (f"&#{number};&#x{number:x}" for number in range(300))
    known = [chr(code) for code in range(0x3000) if unicodedata.category(chr(code)) != "Cn"]
    for _ in range(1500):
        yield "".join(pick.choices(known, k=pick.randint(1, 12)))
    yield from _characters()


def _characters() -> Iterator[str]:
    """Each character that Unicode has, between letters and digits; of the large blocks some."""
    for code in range(0x110000):
        character = chr(code)
        large = 0x3400 <= code < 0xA000 or 0xAC00 <= code < 0xD7A4 or code >= 0x20000
        if large and code % 97:
            continue
        if unicodedata.category(character) not in ("Cn", "Co", "Cs") or code in (0xE000, 0xDC12):
            yield f"a{character}b1{character}2 {character}"
