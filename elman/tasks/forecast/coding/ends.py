"""Where every series stopped that a forecaster learnt from, and in what units it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.data.series.panel import Panel
from elman.data.series.values import MAX_MAGNITUDE
from elman.errors import ArtifactError
from elman.tasks.forecast.coding.scaling import FLOOR, FLOORS

__all__ = ["LARGEST", "PART", "End", "Ends", "ends_of", "floor_of"]

Floats = NDArray[np.float64]

PART = "series.json"
"""The file of a model directory that has them."""

LARGEST = MAX_MAGNITUDE
"""Size of a value: as of a series that is learnt from."""


class End(NamedTuple):
    """Where one series stopped."""

    name: str
    values: Floats
    """The newest, as many as a window has; NaN where one is missing."""
    first: int
    """Steps of the calendar before the first of them."""
    floor: float
    """Added to the spread of its windows, in its units or their logarithms."""
    lowest: float
    """Of all its values."""
    known: Floats
    """What is known beside them, a row of columns after the other."""

    def beside(self, width: int) -> Floats | None:
        """Return that as `(N, width)`; None of no columns."""
        return self.known.reshape(-1, width) if width else None


@dataclass(frozen=True)
class Ends:
    """The content of `series.json`: a column of each field of `End`, a row a series."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    """Numbers in full precision, parted by blanks."""
    first: tuple[int, ...]
    floor: tuple[float, ...]
    lowest: tuple[float, ...]
    known: tuple[str, ...] = ()
    """Numbers as well; none where nothing is known beside the values."""

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[End]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, n: int) -> End:
        values = np.array(self.values[n].split(), np.float64)
        known = np.array(self.known[n].split() if self.known else [], np.float64)
        return End(self.names[n], values, self.first[n], self.floor[n], self.lowest[n], known)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: n for n, name in enumerate(self.names)}

    def place(self, name: str) -> int | None:
        """Return the number of the series of a name."""
        return self._places.get(name)

    def of(self, name: str) -> End | None:
        """Return the end of a series; the only one there is goes on under any name."""
        if len(self) == 1:
            return self[0]
        place = self._places.get(name)
        return None if place is None else self[place]

    def check(self, window: int, width: int, where: str = PART) -> None:
        """Refuse what no series can have ended with.

        Raises:
            ArtifactError: it names the field.
        """
        columns = (self.names, self.values, self.first, self.floor, self.lowest)
        if not self.names or len({*map(len, columns)}) != 1 or len(self._places) != len(self):
            raise ArtifactError(f"{where}: not one of each for every series, under its own name")
        for n in range(len(self)):
            try:
                values = np.array(self.values[n].split(), np.float64)
            except ValueError:
                values = np.zeros(0)
            large = np.abs(values[~np.isnan(values)]).max(initial=0) > LARGEST
            if not 1 <= len(values) <= window or large or np.isnan(values).all():
                raise ArtifactError(
                    f"{where}: values of {self.names[n]!r:.60}: expected 1 to {window} up to "
                    f"{LARGEST:g}"
                )
            self._check_known(n, len(values), width, where)
            if not FLOORS[0] <= self.floor[n] <= FLOORS[1] or abs(self.lowest[n]) > LARGEST:
                raise ArtifactError(
                    f"{where}: floor or lowest of {self.names[n]!r:.60}: impossible"
                )

    def _check_known(self, n: int, values: int, width: int, where: str) -> None:
        """Refuse what is no row of columns for every value."""
        try:
            known = self[n].known
        except (ValueError, IndexError):
            known = np.zeros(1)
        whole = len(known) == 0 if not width else len(known) >= values * width
        if not whole or (width and len(known) % width) or np.isinf(known).any():
            raise ArtifactError(
                f"{where}: known of {self.names[n]!r:.60}: expected {width} columns of {values} "
                "rows at least"
            )


def ends_of(panel: Panel, window: int, floors: Sequence[float]) -> Ends:
    """Return where some series stop.

    Args:
        panel: the series.
        window: values that a forecast reads.
        floors: of each.
    """
    kept = [max(len(series.values) - window, 0) for series in panel]
    return Ends(
        names=tuple(series.name for series in panel),
        values=tuple(
            " ".join(map(repr, series.values[n:].tolist()))
            for n, series in zip(kept, panel, strict=True)
        ),
        first=tuple(series.first + n for n, series in zip(kept, panel, strict=True)),
        floor=tuple(floors),
        lowest=tuple(float(np.nanmin(series.values)) for series in panel),
        known=tuple(
            " ".join(map(repr, series.beside[n:].ravel().tolist()))
            for n, series in zip(kept, panel, strict=True)
            if series.beside is not None
        ),
    )


def floor_of(spread: float) -> float:
    """Return what is added to the spread of the windows of a series with such a spread."""
    return FLOOR * spread if FLOOR * spread >= FLOORS[0] else 1.0
