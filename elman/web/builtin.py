"""Models that come with the package, packed for pages, and texts for them to read.

`web/models.py` trains and writes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["FOLDER", "TEXTS", "built_in", "texts"]

FOLDER = Path(__file__).with_name("models")
TEXTS = "texts"
"""The file of reviews; all others are models."""
_NAMES = ("rnn", "gru", "lstm", "rnn-printed", "fast", "airline")
"""In the order in which people are offered them."""


def built_in() -> Iterator[dict[str, Any]]:
    """Yield each model as the payload of a lab has it: `name`, `title`, `task` and `packed`."""
    for name in _NAMES:
        packed = _read(name)
        title = packed.pop("title")
        yield {"name": name, "title": title, "task": packed["task"], "packed": packed}


def texts() -> list[dict[str, str]]:
    """Return reviews that no model was trained on, each with `text` and `label`."""
    found: list[dict[str, str]] = _read(TEXTS)
    return found


def _read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
