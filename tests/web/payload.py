"""What a page holds for its script."""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["payload_of"]


def payload_of(page: str) -> dict[str, Any]:
    """Return what stands in a page, as its script reads it."""
    (found,) = re.findall(r'<script type="application/json" id="payload">(.*?)</script>', page)
    payload: dict[str, Any] = json.loads(found)
    return payload
