"""Which layers are measured: the cells of the grid, their lengths, and the work each one is."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from elman.cells import GATES
from elman.errors import OptionError, did_you_mean
from elman.runtime.spec import CELLS

__all__ = ["GRIDS", "MODES", "SHAPES", "Case", "choose", "parse_shape"]

MODES = ("forward", "training")
"""Without gradients; and forward + backward with the gradients of the input and all weights."""

SHAPES = (
    (1, 200, 32, 64),
    (32, 200, 32, 64),
    (8, 500, 64, 128),
    (64, 200, 128, 128),
    (64, 200, 256, 256),
    (256, 50, 64, 128),
    (16, 200, 512, 512),
)
"""B rows, T steps, I features, H units."""

_BOTH_WAYS = (32, 200, 32, 64)
_SHORTEST, _LONGEST = 0.1, 1.0


@dataclass(frozen=True)
class Case:
    """One cell of the grid: a layer, its input, what is computed, and on how many threads."""

    cell: str
    B: int
    T: int
    I: int  # noqa: E741
    H: int
    ragged: bool
    """Rows of 10 to 100 % of T steps, instead of T each."""
    mode: str
    threads: int
    directions: int = 1

    def __str__(self) -> str:
        ways = "" if self.directions == 1 else ", both ways"
        rows = "lengths" if self.ragged else "padded"
        return (
            f"{self.cell} {self.B}×{self.T}×{self.I}×{self.H}{ways}, {rows}, {self.mode}, "
            f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        )

    @property
    def lengths(self) -> list[int]:
        """Real steps of each row.

        Ragged ones stand at even distances from 10 to 100 % of T, both ends included, in a random
        order that is the same in every run; one row alone has the mean.
        """
        if not self.ragged:
            return [self.T] * self.B
        if self.B == 1:
            return [max(1, round((_SHORTEST + _LONGEST) / 2 * self.T))]
        spacing = (_LONGEST - _SHORTEST) / (self.B - 1)
        lengths = [max(1, round((_SHORTEST + k * spacing) * self.T)) for k in range(self.B)]
        random.Random(self.B).shuffle(lengths)
        return lengths

    @property
    def steps(self) -> int:
        """Real steps of all rows."""
        return sum(self.lengths)

    @property
    def flops(self) -> int:
        """Useful floating-point operations.

        Forward, every real step multiplies a weight `(G·H, I + H)`: 2 operations an entry and
        direction. Backward needs two products of that size, one for the gradient of its input and
        one for that of the weight. Nonlinear functions and padding do not count.
        """
        entries = GATES[self.cell] * self.H * (self.I + self.H) * self.directions
        return 2 * self.steps * entries * (3 if self.mode == "training" else 1)


def _full(threads: Iterable[int]) -> list[Case]:
    """All that the figures of the project are made of."""
    shapes = [*((shape, 1) for shape in SHAPES), (_BOTH_WAYS, 2)]
    return [
        Case(cell, *shape, ragged, mode, n, directions)
        for (shape, directions), cell, ragged, mode, n in product(
            shapes, CELLS, (False, True), MODES, threads
        )
    ]


def _quick(threads: Iterable[int]) -> list[Case]:
    """A handful that shows each strength: one row, small and middling layers, lengths."""
    return [
        Case(cell, *shape, ragged, mode, n)
        for n in threads
        for shape, ragged, mode, cells in (
            ((1, 200, 32, 64), False, "forward", CELLS),
            ((32, 200, 32, 64), False, "training", CELLS),
            ((32, 200, 32, 64), True, "training", CELLS),
            ((64, 200, 128, 128), False, "training", ("rnn", "gru")),
        )
        for cell in cells
    ]


GRIDS = {"quick": _quick, "full": _full}


def choose(
    grid: str,
    *,
    cells: Iterable[str] | None = None,
    modes: Iterable[str] | None = None,
    threads: Iterable[int | str] | None = None,
    ragged: bool | None = None,
    shape: tuple[int, int, int, int] | None = None,
) -> list[Case]:
    """Return the cases of a grid that fit; with a shape, every case of that shape instead.

    Threads are 2 when left out, and in the full grid 1 and 2; on one core, 1.

    Raises:
        OptionError: an unknown grid, cell or mode, a number of threads below 1, or nothing fits.
    """
    if grid not in GRIDS:
        raise OptionError(f'--grid: there is no "{grid}". {did_you_mean(grid, GRIDS)}')
    cells, modes = list(cells or CELLS), list(modes or MODES)
    for option, given, known in (("--cell", cells, CELLS), ("--mode", modes, MODES)):
        for name in given:
            if name not in known:
                raise OptionError(f'{option}: "{name}" is unknown. {did_you_mean(name, known)}')
    counts = _thread_counts(threads, (1, 2) if grid == "full" else (2,))
    if shape is None:
        cases = GRIDS[grid](counts)
    else:
        cases = [
            Case(cell, *shape, rows, mode, n)
            for cell, rows, mode, n in product(CELLS, (False, True), MODES, counts)
        ]
    fitting = [
        case
        for case in cases
        if case.cell in cells and case.mode in modes and ragged in (None, case.ragged)
    ]
    if not fitting:
        raise OptionError(
            f"no cell of the {grid} grid fits these options; --grid full has every combination"
        )
    return fitting


def parse_shape(text: str) -> tuple[int, int, int, int]:
    """Read `B,T,I,H`.

    Raises:
        OptionError: not four whole numbers of at least 1.
    """
    parts = text.split(",")
    if len(parts) != 4 or not all(p.strip().isdecimal() and int(p) > 0 for p in parts):
        raise OptionError(
            f"--shape must be four whole numbers B,T,I,H (rows, steps, features, units), as "
            f'32,200,32,64; found "{text}"'
        )
    B, T, I, H = (int(p) for p in parts)  # noqa: E741
    return B, T, I, H


def _thread_counts(given: Iterable[int | str] | None, usual: tuple[int, ...]) -> list[int]:
    if given is None:
        return sorted({min(n, os.cpu_count() or 1) for n in usual})
    texts = [str(n).strip() for n in given]
    if not all(text.isdecimal() and int(text) > 0 for text in texts):
        raise OptionError(f'--threads must be 1 or more, as 2 or 1,2; found "{",".join(texts)}"')
    return [int(text) for text in texts]
