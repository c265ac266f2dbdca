"""A table of characters that is no wider than the screen, and lines with tabs laid out as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from elman.width import columns, cut, folded, left, right, wide

__all__ = ["aligned", "table"]

_NAME = 24
"""Columns that names may have before figures are left out."""


def table(
    title: str, names: Sequence[str], figures: Sequence[tuple[str, Sequence[str]]]
) -> list[str]:
    """Return a head and a line a name, names to the left and figures to the right.

    Where the screen is narrow, figures are left out from the last on, and names go on below.

    Args:
        title: of the names.
        names: of N lines.
        figures: of each column its title and N cells, the first the one that matters most.
    """
    longest = max(map(wide, (title, *names)))
    widths = [2 + max(map(wide, (head, *cells))) for head, cells in figures]
    if sum(widths) + longest > columns():
        widths = [width - 1 for width in widths]
    while len(widths) > 1 and sum(widths) + min(longest, _NAME) > columns():
        widths.pop()
    room = min(longest, columns() - sum(widths))
    lines = []
    for name, *row in zip(
        (title, *names), *((head, *cells) for head, cells in figures), strict=True
    ):
        first, *more = folded(name, room) or [""]
        cells = "".join(right(cell, w) for cell, w in zip(row, widths, strict=False))
        lines += [left(first, room) + cells, *(cut(part, room) for part in more)]
    return lines


def aligned(lines: Iterable[str]) -> list[str]:
    """Return lines whose cells are parted by tabs as a table; the last cell is cut.

    Where all the others do not fit they are left out from the last on.
    """
    first, *others = lines
    heads = first.split("\t")
    rows = [heads, *(line.split("\t", len(heads) - 1) for line in others)]
    widths = [max(wide(cell) for cell in column) for column in zip(*rows, strict=True)]
    widths[0] = min(widths[0], columns() // 3)
    while len(widths) > 2 and sum(widths[:-1]) + 2 * len(widths) > columns():
        widths.pop()
    widths[-1] = min(widths[-1], columns() - sum(widths[:-1]) - 2 * (len(widths) - 1))
    return [
        "  ".join(left(cell, w) for cell, w in zip(row, widths, strict=False)).rstrip()
        for row in rows
    ]
