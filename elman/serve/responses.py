"""Answers as bytes."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["encoded"]

_AS_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def encoded(content: Any) -> bytes:
    """Return JSON. Half a character, which a text of JSON may hold, goes as it came."""
    return _AS_JSON.encode(content).encode("utf-8", "backslashreplace")
