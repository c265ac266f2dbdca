"""What was taken for what: counts with shades of few classes, the worst pairs of many."""

from __future__ import annotations

from collections.abc import Sequence

from elman.width import columns, cut, left, right, wide

__all__ = ["confusion", "pairs"]

_MOST, _PAIRS = 10, 8
"""Classes whose counts are drawn, and pairs that are listed of more."""

_SHADES = "·░▒▓█"
_NAME, _CELL = 20, 12
"""Columns that a name may take beside its row, and above a column."""


def confusion(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> list[str]:
    """Show `(K, K)` counts, the truth in rows, with a shade for the share of each row.

    Of more than 10 classes, or without room for the counts, the pairs most often mistaken.
    """
    K = len(classes)
    name = min(max(map(wide, classes)), _NAME)
    figures = max(len(f"{n:,}") for row in counts for n in row)
    room = (columns() - name - 2 - 2 * K) // K
    cell = min(room, max(figures, *map(wide, classes)) + 2, _CELL)
    if K > _MOST or cell < figures + 2:
        return pairs([(classes[i], classes[j], n) for i, j, n in _mistaken(counts)])
    lines = ["", "confusion (rows: truth, columns: answer; shades: shares of a row)"]
    lines.append(" " * name + "".join(right(cut(c, cell - 1), cell) for c in classes))
    for title, row in zip(classes, counts, strict=True):
        shades = "".join(_shade(n, sum(row)) * 2 for n in row)
        lines.append(left(title, name) + "".join(f"{n:>{cell},}" for n in row) + f"  {shades}")
    return lines


def pairs(mistaken: Sequence[tuple[str, str, int]], counted: str = "rows") -> list[str]:
    """Show how often which truth got which other answer, the most frequent first."""
    shown = mistaken[:_PAIRS]
    if not shown:
        return []
    room = (columns() - 14) // 2
    truth = min(max(wide(t) for t, _, _ in shown), room)
    answer = min(max(wide(a) for _, a, _ in shown), room)
    lines = ["", f"most often taken for another (truth → answer, {counted})"]
    return lines + [f"  {left(t, truth)} → {left(a, answer)} {n:>6,}" for t, a, n in shown]


def _mistaken(counts: Sequence[Sequence[int]]) -> list[tuple[int, int, int]]:
    found = [(i, j, n) for i, row in enumerate(counts) for j, n in enumerate(row) if n and i != j]
    return sorted(found, key=lambda each: -each[2])


def _shade(n: int, of: int) -> str:
    """The shade of a share: none, up to a quarter, half, three quarters, more."""
    return _SHADES[-(-4 * n // of)] if n else _SHADES[0]
