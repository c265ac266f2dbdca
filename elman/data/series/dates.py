"""How dates are written: the forms that are known, and which of them a column has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache

from elman.data.series.values import is_number

__all__ = ["COUNT", "EPOCHS", "FORMS", "QUARTERS", "guess_forms", "parse_date", "write_date"]

COUNT = "a number"
"""The form of a date column that only counts steps."""

EPOCHS = {"seconds since 1970": 1.0, "milliseconds since 1970": 1e3}
"""Forms of stamps that count time, and how many of their units are a second."""

QUARTERS = ("%YQ%q", "%Y-Q%q", "%Y Q%q", "Q%q %Y", "Q%q-%Y", "Q%q/%Y")
"""Forms of quarters; %q is the number of one, which the standard library does not know."""

_WEEKS = ("%G-W%V", "%GW%V", "%G-W%V-%u")
_DAYS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y"),
    *("%m-%d-%Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y"),
    *("%b %d, %Y", "%b %d %Y", "%d %B %Y", "%B %d, %Y", "%a, %d %b %Y", "%a %d %b %Y"),
)
_MONTHS = (
    *("%Y-%m", "%Y/%m", "%m/%Y", "%m-%Y", "%m.%Y", "%b %Y", "%B %Y", "%b-%Y", "%b-%y", "%b %y"),
    *("%Y %b", "%Y-%b", "%YM%m", "%Y-M%m"),
)
_DIGITS = ("%Y", "%Y%m", "%Y%m%d", "%Y%m%d%H", "%Y%m%d%H%M")
"""Plain digits, which a value may be too: read as dates only under a name that says so."""
_CLOCKS = (
    *("%H:%M:%SZ", "%H:%M:%S.%fZ", "%H:%MZ", "%H:%M", "%H:%M:%S", "%H:%M:%S.%f"),
    *("%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%H.%M"),
    *("%H:%M%z", "%H:%M:%S%z", "%H:%M:%S.%f%z", "%H:%M %z", "%H:%M:%S %z", "%H:%M:%S UTC"),
)
_ZONES = (
    "Z",
    *(f"{sign}0{more}" for sign in "+-" for more in ("", ":0", ":0:0", ".0", ":0.0", ":0:0.0")),
)
"""What %z may be, by its shape."""
_MAY_BE_DATE = re.compile(r"(?=.*\d)[\w\s.,:/+-]{4,40}")
_SAMPLE = 60
_EPOCH_RANGE = (3e8, 4e9)
"""Seconds since 1970 of 1979 and 2096: what a plain number must lie between to be a time."""


def _forms() -> Iterator[str]:
    yield from (*_DAYS, *_MONTHS, *_WEEKS, *QUARTERS, *_DIGITS)
    for day in _DAYS:
        for clock in _CLOCKS:
            yield f"{day} {clock}"
            if day == "%Y-%m-%d":
                yield f"{day}T{clock}"
    yield from (f"{day}, {clock}" for day in _DAYS[:7] for clock in _CLOCKS)


FORMS = (*_forms(), *EPOCHS, COUNT)
"""Every form a date may have."""


def guess_forms(fields: Sequence[str], *, digits: bool) -> list[str]:
    """Return the forms in which most of a sample can be read, the best first.

    Args:
        fields: as written.
        digits: whether plain digits may be dates, which a column of another name cannot be.
    """
    sample = [field for field in fields[:: max(1, len(fields) // _SAMPLE)] if field]
    if not sample:
        return []
    if all(map(is_number, sample)):
        forms: list[str] = [*(_DIGITS if digits else ()), *(EPOCHS if digits else ())]
    else:
        if not any(map(_MAY_BE_DATE.fullmatch, sample[:3])):
            return []
        # one of three: the first may be a note, or written otherwise
        some = {sample[0], sample[len(sample) // 2], sample[-1]}
        likely = {form for field in some for form in _forms_by_shape().get(_shape(field), ())}
        forms = [
            form
            for form in FORMS
            if form in likely and any(parse_date(field, form) for field in some)
        ]
    score = {form: sum(parse_date(f, form) is not None for f in sample) for form in forms}
    good = [form for form in forms if score[form] > len(sample) / 2]
    return sorted(good, key=lambda form: -score[form])


def _shape(text: str) -> str:
    """Return a text with one 0 for digits that stand together, one a for letters, and no blanks.

    A date has the shape of its form, and few forms share one; the standard library takes longer for
    all of them than it takes to read a table.
    """
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", re.sub(r"\s+", "", text)))


@cache
def _forms_by_shape() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for form in FORMS[: -len(EPOCHS) - 1]:
        for zone in _ZONES if "%z" in form else ("",):
            written = re.sub("%[abBp]", "a", form.replace("%z", zone))
            found.setdefault(_shape(re.sub("%[a-zA-Z]", "0", written)), []).append(form)
    return found


def parse_date(text: str, form: str) -> datetime | float | None:
    """Read a date in a form; None where it is none. With an offset if it is written with one."""
    if form == COUNT:
        return float(text) if is_number(text) else None
    if form in EPOCHS:
        return _from_epoch(text, EPOCHS[form])
    if form in QUARTERS:
        return _quarter(text, form)
    if form in _DIGITS and len(text) != len(datetime(2000, 1, 1).strftime(form)):
        return None
    try:
        if form in _WEEKS[:2]:
            return datetime.strptime(f"{text}-1", f"{form}-%u")
        return datetime.strptime(text, form)
    except ValueError:
        return None


def write_date(moment: datetime, form: str) -> str:
    """Write a date in a form, as `parse_date` reads it."""
    if form in EPOCHS:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        return f"{aware.timestamp() * EPOCHS[form]:.15g}"
    if form in QUARTERS:
        form = form.replace("%q", str((moment.month + 2) // 3))
    written = moment.strftime(form)
    if "%f" in form:
        written = re.sub(r"(\.\d{3})\d{3}", r"\1", written)  # milliseconds, as most write them
    if form.endswith("%z") and moment.tzinfo is not None:
        return written[:-2] + ":" + written[-2:]
    return written


def _from_epoch(text: str, units: float) -> datetime | None:
    if not is_number(text) or not _EPOCH_RANGE[0] <= float(text) / units <= _EPOCH_RANGE[1]:
        return None
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=float(text) / units)


def _quarter(text: str, form: str) -> datetime | None:
    pattern = re.escape(form).replace("%Y", r"(?P<year>\d{4})").replace("%q", "(?P<q>[1-4])")
    found = re.fullmatch(pattern, text.strip(), re.IGNORECASE)
    return datetime(int(found["year"]), 3 * int(found["q"]) - 2, 1) if found else None
