"""What the section of a memory card is called on a page, for whoever looks for it there."""

from __future__ import annotations

__all__ = ["TITLE"]

TITLE = "How far back it remembers"
