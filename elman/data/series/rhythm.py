"""A column of dates becomes an even rhythm, which can be continued.

But: no business-day calendars.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from elman.data.series.dates import COUNT, guess_forms, parse_date
from elman.data.series.series import Series
from elman.data.series.values import Where, is_number
from elman.errors import DataError

__all__ = ["Rhythm", "date_after", "find_rhythm", "next_dates"]

DAY_SECONDS = 86_400
FREQUENCIES = {
    ("months", 1): "monthly",
    ("months", 3): "quarterly",
    ("months", 12): "yearly",
    ("seconds", 7 * DAY_SECONDS): "weekly",
    ("seconds", DAY_SECONDS): "daily",
    ("seconds", 3600): "hourly",
    ("seconds", 1800): "half-hourly",
}


MOST_STEPS, SPARSEST = 1000, 10
"""So many steps in all, and for each date that is given, may lie between the first and the last:
whatever is beyond would be filled with dates before anybody could say that they are missing."""


@dataclass(frozen=True)
class Rhythm:
    """An even sequence of dates: how it is written, where it starts, how far it steps."""

    form: str
    unit: str
    """months, seconds or counts."""
    step: float
    start: datetime | float
    day: int
    """Day of the month for the unit months; 31 means its last day."""
    positions: np.ndarray
    """Step of each given date, counted from the first; int64, ascending."""

    @property
    def frequency(self) -> str:
        return FREQUENCIES.get((self.unit, int(self.step)), "unknown")

    def date(self, position: int) -> str:
        """Write the date that many steps after the first."""
        if not isinstance(self.start, datetime):
            return f"{self.start + position * self.step:.15g}"
        if self.unit == "seconds":
            moment = self.start + timedelta(seconds=position * self.step)
        else:
            year, month = divmod(_months(self.start) + position * int(self.step), 12)
            day = min(self.day, calendar.monthrange(year, month + 1)[1])
            moment = self.start.replace(year=year, month=month + 1, day=day)
        return moment.strftime(self.form)

    def every(self, written: Sequence[str]) -> tuple[str, ...]:
        """All dates, as written where they are given."""
        given = dict(zip(self.positions.tolist(), written, strict=True))
        return tuple(given.get(i) or self.date(i) for i in range(int(self.positions[-1]) + 1))


def find_rhythm(fields: Sequence[str], where: Where) -> Rhythm:
    """Read a column of dates; where day and month could change places, both are tried."""
    forms = guess_forms(fields, digits=True)
    if all(map(is_number, fields)):
        # 1995, 1996, … are years, but 0, 1, … 4031 only count, although most look like years
        forms = [f for f in forms if all(parse_date(x, f) for x in fields)] or [COUNT]
    if not forms:
        raise DataError(
            f'{where(0)}: "{fields[0][:40]}" is no date in a form known here. Write dates like '
            "2003-02-01, 2003-02 or 2003-02-01 13:30."
        )
    fitting: list[Rhythm] = []
    faults: list[DataError] = []
    for form in forms:
        try:
            fitting.append(_fit_rhythm(fields, form, where))
        except DataError as fault:
            faults.append(fault)
    if not fitting:
        raise faults[0]
    # 01/02/2003: the right reading is the one that leaves the fewest dates out
    return min(fitting, key=lambda rhythm: int(rhythm.positions[-1]))


def next_dates(series: Series, n: int) -> tuple[str, ...]:
    """Continue the dates of a series by `n` steps, in the form it uses.

    A series without dates is continued by the number of the step, counted from 1.
    """
    if series.dates is None:
        return tuple(str(len(series.values) + i) for i in range(1, n + 1))
    rhythm, last = _read_again(series, series.dates)
    return tuple(_date(series, rhythm, last + i) for i in range(1, n + 1))


def date_after(series: Series, n: int) -> str:
    """Return the date `n` steps after the last of a series that has dates.

    Raises:
        DataError: they are no dates at even steps, or go on beyond what a date can be.
    """
    rhythm, last = _read_again(series, series.dates or ())
    return _date(series, rhythm, last + n)


def _read_again(series: Series, dates: Sequence[str]) -> tuple[Rhythm, int]:
    """Return how the dates of a series go on, and the step of the last."""
    rhythm = find_rhythm(dates, lambda i: f'{series.name}, date {i + 1} ("{dates[i]}")')
    return rhythm, int(rhythm.positions[-1])


def _date(series: Series, rhythm: Rhythm, step: int) -> str:
    try:
        return rhythm.date(step)
    except (OverflowError, ValueError):
        raise DataError(
            f"{series.name}: {step} steps after the first date there are no dates any more; ask "
            "for fewer steps ahead"
        ) from None


def _fit_rhythm(fields: Sequence[str], form: str, where: Where) -> Rhythm:
    """Read every date in one form and count the steps between them."""
    moments: list[datetime | float] = []
    for i, field in enumerate(fields):
        moment = parse_date(field, form)
        if moment is None:
            raise DataError(
                f'{where(i)}: "{field[:40]}" is no date of the form {form} that the column has. '
                "Mend it, or leave out the row."
            )
        moments.append(moment)
    unit, day, ticks = _ticks(moments)
    with np.errstate(over="ignore", invalid="ignore"):
        gaps = np.diff(ticks)
    if (gaps <= 0).any():
        i = int(np.flatnonzero(gaps <= 0)[0]) + 1
        what = "the same date as" if gaps[i - 1] == 0 else "earlier than"
        raise DataError(
            f'{where(i)}: "{fields[i]}" is {what} the row before ("{fields[i - 1]}"). Sort the '
            "file by date, with one row a date (one series a file)."
        )
    step = Counter(gaps.tolist()).most_common(1)[0][0] if len(gaps) else 1.0
    exact = (ticks - ticks[0]) / step
    if not exact[-1] <= MOST_STEPS + SPARSEST * len(fields):
        raise DataError(
            f'{where(len(fields) - 1)}: "{fields[-1][:40]}" is {exact[-1]:.0f} steps of {step:g} '
            f"{unit} after the first of {len(fields)} dates. Leave out the rows that stand apart."
        )
    positions = np.rint(exact).astype(np.int64)
    odd = np.flatnonzero((abs(exact - positions) > 1e-6) | (np.diff(positions, prepend=-1) < 1))
    if len(odd):
        i = int(odd[0])
        raise DataError(
            f'{where(i)}: "{fields[i]}" is not a whole number of steps after "{fields[0]}"; most '
            f"rows are {step:g} {unit} apart. Bring the rows to even steps first."
        )
    return Rhythm(form, unit, step, moments[0], day, positions)


def _ticks(moments: Sequence[datetime | float]) -> tuple[str, int, np.ndarray]:
    """The unit in which the dates are even, the day of the month, and each date in that unit."""
    dated = [moment for moment in moments if isinstance(moment, datetime)]
    if not dated:
        return "counts", 1, np.array(moments, dtype=np.float64)
    months = np.array([_months(moment) for moment in dated], dtype=np.float64)
    days = {moment.day for moment in dated}
    ends = all(m.day == calendar.monthrange(m.year, m.month)[1] for m in dated)
    if (ends or len(days) == 1) and (np.diff(months) != 0).all():
        return "months", 31 if ends else days.pop(), months
    first = dated[0]
    return "seconds", 1, np.array([(moment - first).total_seconds() for moment in dated])


def _months(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1
