"""Bars of text: one block high, a row of them, or lying with a filled part."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["block", "filled", "marked", "row", "sided"]

_BLOCKS = "▁▂▃▄▅▆▇█"


def block(share: float) -> str:
    """Return a bar one character wide, its height the nearest to a share of 0 to 1."""
    return _BLOCKS[min(max(round(share * (len(_BLOCKS) - 1)), 0), len(_BLOCKS) - 1)]


def row(values: Iterable[float], low: float, high: float) -> str:
    """Return one bar a value; the range from `low` to `high` is cut into eight equal heights."""
    spread, most = (high - low) or 1.0, len(_BLOCKS)
    heights = (int((value - low) / spread * most) for value in values)
    return "".join(_BLOCKS[min(max(height, 0), most - 1)] for height in heights)


def filled(share: float, width: int) -> str:
    """Return a lying bar of `width` characters, filled by a share of 0 to 1."""
    full = min(width, round(share * width))
    return "█" * full + "·" * (width - full)


def marked(share: float, mark: float, width: int) -> str:
    """Return a lying bar filled by a share of 0 to 1, with a line at another."""
    place = min(int(mark * width), width - 1)
    bar = filled(share, width)
    return f"{bar[:place]}│{bar[place + 1 :]}"


def sided(share: float, half: int) -> str:
    """Return a lying bar from the middle: to the left below 0, to the right above; -1 to 1."""
    length = round(abs(share) * half)
    left, right = (length, 0) if share < 0 else (0, length)
    return f"{'█' * left:>{half}}│{'█' * right:<{half}}"
