"""What is compared of rows: a figure or an answer of each, and how that is put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from elman.judging.drift.dependence import independent_share
from elman.judging.drift.two_samples import (
    Difference,
    chi_square,
    kolmogorov_smirnov,
    mean_share,
    rank_sum,
)

__all__ = ["Amount", "Answer", "Column", "Compared", "Measure"]

Floats = NDArray[np.float64]

Column = Sequence[Any]
"""One value a row, as JSON has it."""


class Compared(NamedTuple):
    """One measure of rows of then and of now."""

    then: Any
    """A figure, or the share of each answer."""
    now: Any
    said: str
    """Both in words."""
    difference: Difference
    place: str = ""
    """Where it changed most, which figures in the middle may not show."""
    worse: bool = False
    """The rows of now are harder for the model."""


class Measure(Protocol):
    """One thing that is compared."""

    @property
    def name(self) -> str:
        """Of its column."""

    @property
    def called(self) -> str:
        """At the beginning of a sentence."""

    @property
    def followed(self) -> bool:
        """Whether the model is made to follow its changes, which are told and are no drift."""

    def compare(self, then: Column, now: Column) -> Compared:
        """Compare the values of two sets of rows.

        Raises:
            ValueError: a column does not hold such values.
        """


@dataclass(frozen=True)
class Amount:
    """A figure of every row.

    `shape` compares all of its distribution; `rank` asks whether it is larger now; `share`, of
    figures from 0 to 1, whether it is in the mean.
    """

    name: str
    called: str
    test: Literal["shape", "rank", "share"]
    shown: str
    """A format, as "{:.1%}"."""
    middle: Literal["mean", "median"] = "mean"
    worse: Literal["", "more", "less"] = ""
    """The side on which rows are harder for the model."""
    followed: bool = False
    in_time: bool = False
    """Neighbouring rows are alike, and each is worth less than one."""

    def compare(self, then: Column, now: Column) -> Compared:
        a, b = self._read(then), self._read(now)
        worth = min(independent_share(a), independent_share(b)) if self.in_time else 1.0
        middle = np.median if self.middle == "median" else np.mean
        before, after = float(middle(a)), float(middle(b))
        typical = "in the middle " if self.middle == "median" else ""
        here, there = self.shown.format(after), self.shown.format(before)
        place = ""
        if self.test == "share":
            difference = mean_share(b, a)
        elif self.test == "rank":
            difference = rank_sum(b, a, worth=worth)
        else:
            difference = kolmogorov_smirnov(b, a, worth=worth)
            most = self.shown.format(difference.place)
            shares = [(rows <= difference.place).mean() for rows in (b, a)]
            place = f"{shares[0]:.0%} of the rows, against {shares[1]:.0%}, have at most {most}"
        worse = {"": False, "more": after > before, "less": after < before}[self.worse]
        return Compared(before, after, f"{here} {typical}against {there}", difference, place, worse)

    def _read(self, column: Column) -> Floats:
        if not all(type(value) in (int, float) for value in column):
            raise ValueError(f'"{self.name}" holds more than numbers')
        values = np.asarray(column, np.float64)
        if self.test == "share" and not ((values >= 0) & (values <= 1)).all():
            raise ValueError(f'"{self.name}" holds more than shares from 0 to 1')
        return values


@dataclass(frozen=True)
class Answer:
    """What is said of every row: a name, several, or nothing."""

    name: str
    called: str
    followed: bool = False

    def compare(self, then: Column, now: Column) -> Compared:
        a, b = self._read(then), self._read(now)
        before, after = _shares(a), _shares(b)
        most = max({**after, **before}, key=lambda n: abs(after.get(n, 0) - before.get(n, 0)))
        said = f"{most} {after.get(most, 0):.1%} against {before.get(most, 0):.1%}"
        return Compared(before, after, said, chi_square(b, a))

    def _read(self, column: Column) -> list[str]:
        rows = [[value] if isinstance(value, str) else value for value in column]
        if not all(
            row is None or (isinstance(row, (list, tuple)) and all(type(n) is str for n in row))
            for row in rows
        ):
            raise ValueError(f'"{self.name}" holds more than names')
        return ["don't know" if row is None else ", ".join(row) or "none" for row in rows]


def _shares(names: Sequence[str]) -> dict[str, float]:
    return {name: n / len(names) for name, n in Counter(names).most_common()}
