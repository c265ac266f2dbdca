"""A column of dates becomes an even calendar, which can be continued.

A calendar counts: a date is a whole number of steps after the first. Its unit is an amount of time
(a week, a day, ten minutes), working days, months with a rule for the day, or a plain number.

Where the clock changes twice a year, steps shorter than a day are steps of time, not of the clock:
two rows of two o'clock in October are an hour apart.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from elman.data.series.clocks import is_zone, read_as, zone_of
from elman.data.series.dates import FORMS, write_date

__all__ = ["Calendar", "Fit", "fits"]

Moment = datetime | float
Unit = Literal["seconds", "workdays", "months", "counts"]

_DAY = 86_400
_NAMES = {
    ("months", 1): "monthly",
    ("months", 3): "quarterly",
    ("months", 12): "yearly",
    ("workdays", 1): "working-daily",
    ("seconds", 7 * _DAY): "weekly",
    ("seconds", _DAY): "daily",
    ("seconds", 3600): "hourly",
    ("seconds", 1800): "half-hourly",
}
_FIRST_WORKDAY, _LAST, _LAST_WORKDAY = 0, 31, 32
"""Rules for the day of a month that are no day of it."""
_FARTHEST = 2.0**60
"""Steps that no series has, and that a whole number can hold."""
_LEAST_WORKDAYS = 10
"""Dates without which the days that are missing from a week say nothing."""


@dataclass(frozen=True)
class Calendar:
    """An even sequence of dates: how it is written, where it starts, how far it steps."""

    form: str
    unit: Unit
    step: float
    """In seconds, months or numbers; working days go one by one."""
    start: str
    """The first date in ISO form, as the clock on the wall says, or in UTC for steps of less than a
    day in a `zone`; or the first number."""
    day: int = 1
    """Of the month for months: a day, or its last where it has none; 31 is its last, 32 and 0 its
    last and its first from Monday to Friday."""
    week: str = ""
    """Days of the unit workdays, from Monday on, as "1111100"."""
    zone: str = ""
    """Name or offset of the zone the dates are in, if they say so or a change of clocks does."""

    @property
    def frequency(self) -> str:
        """What a step is, in a word; "unknown" of counts."""
        if (self.unit, self.step) in _NAMES:
            return _NAMES[self.unit, int(self.step)]
        if self.unit == "counts":
            return "unknown"
        if self.unit == "months":
            return f"{self.step:g}-monthly"
        for length, name in ((_DAY, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
            if self.step % length == 0:
                return f"{self.step / length:g}-{name}"
        return f"{self.step:g}-second"

    @property
    def dated(self) -> bool:
        """Whether its steps are dates, not numbers."""
        return self.unit != "counts"

    @property
    def known(self) -> bool:
        """Whether form and zone are among those that `fits` gives; a file may say anything."""
        return self.form in FORMS and is_zone(self.zone)

    def date(self, position: int) -> str:
        """Write the date that many steps after the first.

        Raises:
            OverflowError, ValueError: there are no dates any more.
        """
        if self.unit == "counts":
            return f"{float(self.start) + position * self.step:.15g}"
        return write_date(self.moment(position), self.form)

    def moment(self, position: int) -> datetime:
        """Return the date that many steps after the first; a calendar of counts has none.

        Raises:
            OverflowError, ValueError: there are no dates any more.
        """
        start = datetime.fromisoformat(self.start)
        if self.unit == "seconds":
            moment = start + timedelta(seconds=position * self.step)
            if self.zone and self.step < _DAY:
                moment = moment.replace(tzinfo=timezone.utc).astimezone(zone_of(self.zone))
        elif self.unit == "workdays":
            first = np.datetime64(start.date(), "D")
            day = np.busday_offset(first, position, weekmask=self.week).astype(datetime)
            moment = datetime.combine(day, start.time())
        else:
            year, month = divmod(_months(start) + position * int(self.step), 12)
            moment = start.replace(year=year, month=month + 1, day=_day(year, month + 1, self.day))
        if self.zone and moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone_of(self.zone))
        return moment


@dataclass(frozen=True)
class Fit:
    """A calendar, and where in it the given dates lie."""

    calendar: Calendar
    positions: NDArray[np.int64]
    """Steps after the first, in the order the dates were given."""
    odd: int | None = None
    """The first date that is no whole number of steps after the first, or is there twice."""

    @property
    def twice(self) -> bool:
        """Whether the odd date is there twice."""
        return self.odd is not None and self.positions[self.odd] in self.positions[: self.odd]


def fits(moments: Sequence[Moment], form: str) -> Iterator[Fit]:
    """Yield what calendars dates may be of, the likelier first.

    Args:
        moments: in any order; with their offsets if they were written with any.
        form: how they are written.
    """
    numbers = [moment for moment in moments if not isinstance(moment, datetime)]
    if numbers:
        ticks = np.array(numbers)
        with np.errstate(over="ignore"):
            step = _usual(np.diff(np.unique(ticks)))
        yield _placed(Calendar(form, "counts", step, f"{ticks.min():.17g}"), ticks / step)
        return
    dated = [moment for moment in moments if isinstance(moment, datetime)]
    for zone, wall, utc in read_as(dated):
        yield from _fits(wall, utc, form, zone)


def _fits(wall: Sequence[datetime], utc: Sequence[datetime], form: str, zone: str) -> Iterator[Fit]:
    """Yield calendars of dates by the clock on the wall, and the same in UTC."""
    ordered = sorted(set(wall))
    clocks = {moment.time() for moment in ordered}
    first = ordered[0].isoformat()
    months = np.array([_months(moment) for moment in ordered])
    if len(clocks) == 1 and len(ordered) > 1 and (np.diff(months) > 0).all():
        for day in _days(ordered):
            step = _usual(np.diff(months))
            ticks = np.array([_months(moment) for moment in wall]) / step
            odd = np.array([m.day != _day(m.year, m.month, day) for m in wall])
            yield _placed(
                Calendar(form, "months", step, first, day=day, zone=zone), ticks + odd / 2
            )
    week = _week(ordered)
    if len(clocks) == 1 and week:
        days = np.array([moment.date() for moment in wall], "datetime64[D]")
        count = np.busday_count(days.min(), days, weekmask=week).astype(np.float64)
        yield _placed(Calendar(form, "workdays", 1, first, week=week, zone=zone), count)
    for moments in (utc, wall) if zone else (wall,):
        begin = min(moments)
        seconds = np.array([(moment - begin).total_seconds() for moment in moments])
        step = _usual(np.diff(np.unique(seconds)))
        if moments is wall or step < _DAY:
            start = begin.isoformat()
            yield _placed(Calendar(form, "seconds", step, start, zone=zone), seconds / step)


def _placed(calendar: Calendar, ticks: NDArray[np.float64]) -> Fit:
    """Return a calendar with its dates in steps, and the first that does not fit."""
    exact = np.minimum(np.nan_to_num(ticks - ticks.min(), posinf=_FARTHEST), _FARTHEST)
    positions = np.rint(exact).astype(np.int64)
    wrong = abs(exact - positions) > 1e-6
    again = np.ones(len(positions), bool)
    again[np.unique(positions, return_index=True)[1]] = False
    odd = np.flatnonzero(wrong | again)
    return Fit(calendar, positions, int(odd[0]) if len(odd) else None)


def _usual(gaps: NDArray[np.floating | np.integer]) -> float:
    """Return the step that is there most often; 1 of none."""
    counted = Counter(gaps.tolist()).most_common()
    return float(min((gap for gap, n in counted if n == counted[0][1]), default=1.0))


def _days(ordered: Sequence[datetime]) -> list[int]:
    """Return the rules by which the days of a month may be chosen."""
    highest = max(moment.day for moment in ordered)
    rules = (highest, _LAST, _LAST_WORKDAY, _FIRST_WORKDAY)
    return [
        rule
        for rule in dict.fromkeys(rules)
        if sum(m.day == _day(m.year, m.month, rule) for m in ordered) > 0.9 * len(ordered)
    ]


def _week(ordered: Sequence[datetime]) -> str:
    """Return the days of a week that lacks one or two, as "1111100"; else nothing."""
    there = {moment.weekday() for moment in ordered}
    gaps = Counter((b - a).days for a, b in pairwise(ordered))
    if len(ordered) < _LEAST_WORKDAYS or len(there) not in (5, 6) or gaps.most_common(1)[0][0] != 1:
        return ""
    return "".join(str(int(day in there)) for day in range(7))


def _day(year: int, month: int, rule: int) -> int:
    """Return the day of a month by a rule of `Calendar.day`."""
    weekday, length = monthrange(year, month)
    if rule == _FIRST_WORKDAY:
        return {5: 3, 6: 2}.get(weekday, 1)
    if rule == _LAST_WORKDAY:
        last = (weekday + length - 1) % 7
        return length - max(last - 4, 0)
    return min(rule, length)


def _months(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1
