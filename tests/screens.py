"""What a screen must not be: wider than it is."""

from __future__ import annotations

from elman.width import wide

__all__ = ["too_wide"]


def too_wide(text, columns):
    """Return the lines that are, but for a path or a file that stands alone, to be copied."""
    lines = [line for line in text.splitlines() if wide(line) > columns]
    return [line for line in lines if " " in line.strip() or not {"/", "."} & set(line)]
