"""In which encoding a text was saved, by a library made for that, where it is installed."""

from __future__ import annotations

import codecs
from pathlib import Path

from elman.data.tables.bytes import open_bytes
from elman.errors import DataError, OptionError

__all__ = ["check_encoding", "undecodable"]

_SAMPLE_BYTES = 2**22
_TELLING_BYTES = 2**16
"""Bytes of lines beyond ASCII that the guess is made from, and where they are looked for."""

_SHOWN = 40

_LIKELY = (
    *("cp1252", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp1251", "koi8_r"),
    *("cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp874", "mac_roman"),
)
"""Encodings that files of texts are found in, the more frequent first where two fit alike."""


def check_encoding(name: str) -> str:
    """Return the name of an encoding as Python knows it.

    Raises:
        OptionError: there is none of this name.
    """
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise OptionError(
            f'--encoding "{name}" is not known. Common ones: utf-8, utf-16, cp1252, cp1251, '
            "latin-1, gb18030, big5, shift_jis, euc-kr."
        ) from None


def undecodable(path: Path, number: int, fault: UnicodeDecodeError) -> DataError:
    """Say which byte of which line is wrong, and how the file is read."""
    where = f"{path}, line {number}: byte 0x{fault.object[fault.start]:02X} at position "
    where += f"{fault.start + 1} is not {fault.encoding.upper()}."
    guess = _guess(path, fault.object)
    if guess is None:
        return DataError(
            f"{where} In which encoding was it saved? Name it, as --encoding cp1252 or "
            "--encoding gb18030, or save it again as UTF-8."
        )
    begin = max(0, fault.start - _SHOWN // 4)
    seen = fault.object[begin : begin + _SHOWN].decode(guess, errors="replace").strip()
    return DataError(
        f"{where} It looks like {guess}, in which the place reads: {seen!r}. If that is right, "
        f"pass --encoding {guess}; if not, name another."
    )


def _guess(path: Path, wrong: bytes) -> str | None:
    """The likely encoding of a file, by its lines beyond ASCII; None where nobody can tell."""
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        return None
    telling = wrong[:_TELLING_BYTES]
    with open_bytes(path) as raw:
        for line in raw.read(_SAMPLE_BYTES).split(b"\n"):
            if not line.isascii():
                telling += line + b"\n"
            if len(telling) > _TELLING_BYTES:
                break
    found = list(from_bytes(telling, cp_isolation=list(_LIKELY), enable_fallback=False))
    if not found:
        return None
    clean, like_a_language = found[0].chaos + 0.02, found[0].coherence - 0.1
    alike = [
        match.could_be_from_charset
        for match in found
        if match.chaos <= clean and match.coherence >= like_a_language
    ]
    return min({name for names in alike for name in names}, key=_LIKELY.index)
