"""A column of dates: of what calendar it is, or where in a known one its rows lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from elman.data.series.calendar import Calendar, Fit, fits
from elman.data.series.columns import date_forms
from elman.data.series.dates import parse_date, write_date
from elman.data.series.values import Where
from elman.errors import DataError

__all__ = ["calendar_of", "within"]

MOST_STEPS, SPARSEST = 1000, 10
"""So many steps in all, and for each date that is given, may lie between the first and the last."""
_FEWEST = 8
"""Dates that show the steps they are apart."""


def within(
    calendar: Calendar, fields: Sequence[str], column: str, where: Where, *, last: int = 0
) -> Fit:
    """Return where dates lie in a calendar that is known.

    Args:
        calendar: whose dates they are.
        fields: as written, each once.
        column: their name.
        where: names a row.
        last: the step up to which the calendar is known to go on.

    Raises:
        DataError: a date is none of the calendar's, or their steps are others.
    """
    if len(fields) >= _FEWEST:
        own = calendar_of(fields, column, where).calendar
        if "unknown" not in (own.frequency, calendar.frequency) and (
            own.frequency != calendar.frequency
        ):
            raise DataError(
                f"{where(0)}: the rows have {own.frequency} steps, and the model learnt from "
                f"{calendar.frequency} ones. Give values of the same steps, or train anew."
            )
    places = {calendar.date(n): n for n in range(last + MOST_STEPS + len(fields))}
    forms = date_forms(fields, column)
    positions = np.zeros(len(fields), np.int64)
    for i, field in enumerate(fields):
        place = places.get(field)
        for form in forms if place is None else ():
            moment = parse_date(field, form)
            if moment is not None and not isinstance(moment, float) and place is None:
                place = places.get(write_date(moment, calendar.form))
        if place is None:
            raise DataError(
                f'{where(i)}: "{field[:40]}" does not go on from the {calendar.frequency} dates up '
                f"to {calendar.date(last)}, or comes more than {MOST_STEPS} steps after."
            )
        positions[i] = place
    return Fit(calendar, positions)


def calendar_of(fields: Sequence[str], column: str, where: Where) -> Fit:
    """Return the calendar of a column of dates.

    01/02/2003 may be read in two ways: the right one is that which leaves the fewest dates out.

    Raises:
        DataError: they are no dates, or not at even steps; it names the first that does not fit.
    """
    forms = date_forms(fields, column)
    if not forms:
        raise DataError(
            f'{where(0)}: "{fields[0][:40]}" is no date in a form known here. Write dates like '
            "2003-02-01, 2003-02 or 2003-02-01 13:30."
        )
    good: list[Fit] = []
    faults: list[str] = []
    for form in forms:
        moments = [parse_date(field, form) for field in fields]
        if None in moments:
            i = moments.index(None)
            faults.append(
                f'{where(i)}: "{fields[i][:40]}" is no date of the form {form} that the column '
                "has. Mend it, or leave out the row."
            )
            continue
        for fit in fits([moment for moment in moments if moment is not None], form):
            fault = _fault(fit, fields, where)
            if fault is None:
                good.append(fit)
            else:
                faults.append(fault)
    if not good:
        raise DataError(faults[0])
    return min(good, key=lambda fit: int(fit.positions.max()))


def _fault(fit: Fit, fields: Sequence[str], where: Where) -> str | None:
    """Say why dates are not of a calendar; None where they are."""
    calendar, positions = fit.calendar, fit.positions
    steps = int(positions.max())
    if fit.odd is not None:
        i = fit.odd
        if fit.twice:
            first = where(int(np.flatnonzero(positions == positions[i])[0]))
            return (
                f'{where(i)}: "{fields[i][:40]}" is the same date as {first}. Leave one row a '
                "date, or name the column that tells series apart: --id."
            )
        return (
            f'{where(i)}: "{fields[i][:40]}" is not a whole number of steps after '
            f'"{fields[int(positions.argmin())][:40]}"; most rows are {_step(calendar)} apart. '
            "Bring the rows to even steps first."
        )
    if steps > MOST_STEPS + SPARSEST * len(fields):
        i = int(positions.argmax())
        return (
            f'{where(i)}: "{fields[i][:40]}" is {steps} steps of {_step(calendar)} after the first '
            f"of {len(fields)} dates. Leave out the rows that stand apart."
        )
    return None


def _step(calendar: Calendar) -> str:
    units = {"workdays": "working days", "counts": ""}
    return f"{calendar.step:g} {units.get(calendar.unit, calendar.unit)}".strip()
