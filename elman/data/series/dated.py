"""A column of dates: of what calendar it is, or where in a known one its rows lie."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from elman.data.series.calendar import Calendar, Fit, fits
from elman.data.series.columns import date_forms, once
from elman.data.series.dates import parse_date, write_date
from elman.data.series.values import RowError, Where
from elman.errors import DataError

__all__ = ["calendar_of", "of_different", "within"]

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
            raise RowError(
                where,
                [i],
                lambda i: (
                    f'"{fields[i][:40]}" does not go on from the {calendar.frequency} dates up to '
                    f"{calendar.date(last)}, or comes more than {MOST_STEPS} steps after."
                ),
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
        raise RowError(
            where,
            range(len(fields)),
            lambda i: (
                f'"{fields[i][:40]}" is no date in a form known here. Write dates like 2003-02-01, '
                "2003-02 or 2003-02-01 13:30."
            ),
        )
    good: list[Fit] = []
    faults: list[RowError] = []
    for form in forms:
        moments = [parse_date(field, form) for field in fields]
        if None in moments:
            alien = [i for i, moment in enumerate(moments) if moment is None]
            faults.append(RowError(where, alien, partial(_no_date, fields, form)))
            continue
        for fit in fits([moment for moment in moments if moment is not None], form):
            fault = _fault(fit, fields, where)
            if fault is None:
                good.append(fit)
            else:
                faults.append(fault)
    if not good:
        raise faults[0]
    return min(good, key=lambda fit: int(fit.positions.max()))


def of_different(
    fields: list[str], column: str, where: Where, known: tuple[Calendar, int] | None
) -> Fit:
    """Return the calendar of dates that several series share, and where in it each row lies."""
    first = {field: i for i, field in reversed(list(enumerate(fields)))}
    different = once(fields)

    def of(i: int) -> str:
        return where(first[different[i]])

    try:
        if known is None:
            fit = calendar_of(different, column, of)
        else:
            fit = within(known[0], different, column, of, last=known[1])
    except RowError as fault:
        alien, said = {different[i]: i for i in fault.rows}, fault.reason
        rows = [i for i, field in enumerate(fields) if field in alien]
        raise RowError(where, rows, lambda i: said(alien[fields[i]])) from None
    places = dict(zip(different, fit.positions.tolist(), strict=True))
    return Fit(fit.calendar, np.array([places[field] for field in fields]))


def _no_date(fields: Sequence[str], form: str, i: int) -> str:
    return (
        f'"{fields[i][:40]}" is no date of the form {form} that the column has. Mend it, or leave '
        "out the row."
    )


def _fault(fit: Fit, fields: Sequence[str], where: Where) -> RowError | None:
    """Return why dates are not of a calendar; None where they are."""
    calendar, positions = fit.calendar, fit.positions
    steps = int(positions.max())
    if fit.odd is not None:
        i = fit.odd
        if fit.twice:
            first = where(int(np.flatnonzero(positions == positions[i])[0]))
            said = (
                f"is the same date as {first}. Leave one row a date, or name the column that tells "
                "series apart: --id."
            )
        else:
            said = (
                f'is not a whole number of steps after "{fields[int(positions.argmin())][:40]}"; '
                f"most rows are {_step(calendar)} apart. Bring the rows to even steps first."
            )
        return RowError(where, [i], lambda i: f'"{fields[i][:40]}" {said}')
    if steps > MOST_STEPS + SPARSEST * len(fields):
        said = (
            f"is {steps} steps of {_step(calendar)} after the first of {len(fields)} dates. Leave "
            "out the rows that stand apart."
        )
        return RowError(where, [int(positions.argmax())], lambda i: f'"{fields[i][:40]}" {said}')
    return None


def _step(calendar: Calendar) -> str:
    units = {"workdays": "working days", "counts": ""}
    return f"{calendar.step:g} {units.get(calendar.unit, calendar.unit)}".strip()
