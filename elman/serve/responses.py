"""Answers as bytes."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["encoded"]


def encoded(content: Any) -> bytes:
    """Return JSON. Half a character, which a text of JSON may hold, goes as it came."""
    try:
        return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        return json.dumps(content, allow_nan=False).encode()
