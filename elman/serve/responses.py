"""Answers as bytes."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["encoded", "encoded_in_pieces"]

_AS_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False)

_AT_ONCE = 4096
"""Values of an array that are written before other threads have their turn."""


def encoded(content: Any) -> bytes:
    """Return JSON. Half a character, which a text of JSON may hold, goes as it came."""
    return _AS_JSON.encode(content).encode("utf-8", "backslashreplace")


def encoded_in_pieces(content: Any) -> bytes:
    """Return the same, in many steps: the standard library lets no other thread run in one."""
    if isinstance(content, dict):
        named = (b"%b: %b" % (encoded(k), encoded_in_pieces(v)) for k, v in content.items())
        return b"{%b}" % b", ".join(named)
    if not isinstance(content, (list, tuple)):
        return encoded(content)
    if any(isinstance(one, dict) for one in content):
        return b"[%b]" % b", ".join(map(encoded_in_pieces, content))
    pieces = (content[n : n + _AT_ONCE] for n in range(0, len(content), _AT_ONCE))
    return b"[%b]" % b", ".join(encoded(piece)[1:-1] for piece in pieces)
