"""Numbers at even steps, with or without dates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from elman.data.series.calendar import Calendar
from elman.errors import DataError

__all__ = ["Series"]


@dataclass(frozen=True)
class Series:
    """Numbers at even steps."""

    name: str
    values: NDArray[np.float64]
    """`(N,)`; NaN where nobody measured."""
    season: int
    """Steps until the series repeats; 1 means no season."""
    calendar: Calendar | None = None
    """Of its dates; None where it has none."""
    first: int = 0
    """Steps of the calendar before the first value."""
    beside: NDArray[np.float64] | None = None
    """`(N + steps to come, columns)` of covariates, NaN where one is missing; None of none."""

    @property
    def frequency(self) -> str:
        """What a step is, as "daily"; "unknown" without dates."""
        return "unknown" if self.calendar is None else self.calendar.frequency

    @property
    def dated(self) -> Calendar | None:
        """Its calendar, if that is of dates and not of numbers."""
        return self.calendar if self.calendar is not None and self.calendar.dated else None

    def until(self, values: int, ahead: int) -> Series:
        """Return its first values, and of what is known beside them also some steps ahead."""
        beside = None if self.beside is None else self.beside[: values + ahead]
        return replace(self, values=self.values[:values], beside=beside)

    def date(self, place: int) -> str:
        """Write the date of a value, or of one that is still to come; its number without dates.

        Raises:
            DataError: it lies beyond what a date can be.
        """
        if self.calendar is None:
            return str(place + 1)
        try:
            return self.calendar.date(self.first + place)
        except (OverflowError, ValueError):
            raise DataError(
                f"{self.name}: {place} steps after the first date there are no dates any more; ask "
                "for fewer steps ahead"
            ) from None

    def coming(self, steps: int) -> tuple[str, ...]:
        """Write the dates that follow the last."""
        return tuple(self.date(len(self.values) + n) for n in range(steps))
