"""A column of times becomes numbers that sort: the way of writing that reads most of it is taken.

    numbers       1.5, 20240131
    ISO dates     2024-01-31, 2024-01-31T08:00:00.25+01:00
    other dates   31/1/2024, Jan 31, 2024 8:00 PM: every form of `data.series.dates`
    clocks        8:00, 0:59:30.5, 8:00 PM
    one number    t10, step 3, 40 ms: the same text around it in every row

1/2/2024 may be two days: that one counts under which fewer rows stand before an earlier one. A
clock that goes back by more than half a day has passed midnight.

But: what is written in no such way is refused, not sorted as text, where 10:00 comes before 8:00.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timezone
from itertools import pairwise

from elman.data.series.dates import guess_forms, parse_date
from elman.data.series.values import is_number

__all__ = ["Moment", "UnknownTimesError", "is_clock", "moments_of", "order_of"]

Moment = int | float
"""What sorts: a number, or a time in billionths of a second."""
_Way = Callable[[str], Moment | None]

_DATES, _CLOCKS = 2, 3
"""Kinds of ways that have a rule of their own."""

_SECOND = 1_000_000_000
_HALF_A_DAY = 12 * 3600 * _SECOND
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9})\d*)?)?)?"
    r"\s?(Z|UTC|[+-]\d\d:?\d\d)?"
)
_CLOCK = re.compile(r"(\d+):([0-5]?\d)(?::([0-5]?\d))?(?:[.,](\d{1,9})\d*)?\s?([AaPp]\.?[Mm]\.?)?")
_ONE_NUMBER = re.compile(r"(\D*?)(\d+(?:\.\d+)?)(\D*)")


class UnknownTimesError(ValueError):
    """No way of writing times reads most of a column."""


def is_clock(text: str) -> bool:
    """Whether a time says nothing of its day."""
    return _CLOCK.fullmatch(text) is not None


def moments_of(signals: Sequence[Sequence[str]]) -> list[list[Moment | None]]:
    """Return of each signal's times, as they stand in the file, what sorts them.

    A time that the way of most cannot read is None.

    Raises:
        UnknownTimesError: there is no such way, or two that sort the rows in different orders.
    """
    texts = list(dict.fromkeys(text for times in signals for text in times))
    found = []
    for kind, way in _ways(texts):
        read = {text: way(text) for text in texts}
        count = sum(moment is not None for moment in read.values())
        if 2 * count <= len(texts):
            continue
        moments = [[read[text] for text in times] for times in signals]
        if kind == _CLOCKS:
            moments = [_over_midnight(row) for row in moments]
        # of dates alone there may be two readings; which one is right, the order of rows says
        backs = sum(map(_backs, moments)) if kind == _DATES else 0
        found.append(((-count, kind, backs), moments))
        if count == len(texts) and not backs:
            break
    if not found:
        raise UnknownTimesError("no time in a form known here")
    best, moments = min(found, key=lambda each: each[0])
    orders = [[*map(order_of, rows)] for rank, rows in found if rank == best]
    if best[-1] and any(order != orders[0] for order in orders):
        raise UnknownTimesError("a date that may be read with the day or with the month first")
    return moments


def _ways(texts: Sequence[str]) -> Iterator[tuple[int, _Way]]:
    """Yield ways of reading with their kind, the plainer first."""
    yield 0, _number
    yield 1, _iso
    some = [text for text in texts[:: max(1, len(texts) // 1000)] if not is_number(text)]
    for form in guess_forms(some, digits=False):
        yield _DATES, lambda text, form=form: _dated(text, form)  # type: ignore[misc]
    for parts in (2, 3):
        yield _CLOCKS, lambda text, parts=parts: _clock(text, parts)  # type: ignore[misc]
    shapes = Counter(
        (match[1], match[3]) for text in texts if (match := _ONE_NUMBER.fullmatch(text))
    )
    if shapes:
        (shape, _), *_ = shapes.most_common(1)
        yield 4, lambda text: _one_number(text, shape)


def _number(text: str) -> Moment | None:
    if not is_number(text):
        return None
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)


def _iso(text: str) -> Moment | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    day, clock, second, fraction, zone = match.groups()
    zone = {None: "", "Z": "+00:00", "UTC": "+00:00"}.get(zone, zone)
    if len(zone) == 5:
        zone = f"{zone[:3]}:{zone[3:]}"
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}:{second or '00'}{zone}")
    except ValueError:
        return None
    return _since(moment) + int((fraction or "0").ljust(9, "0"))


def _dated(text: str, form: str) -> Moment | None:
    moment = parse_date(text, form)
    return _since(moment) if isinstance(moment, datetime) else moment


def _since(moment: datetime) -> int:
    """Return a moment in billionths of a second since 1970; without a zone as if in UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    gap = aware - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (gap.days * 86_400 + gap.seconds) * _SECOND + gap.microseconds * 1000


def _clock(text: str, parts: int) -> Moment | None:
    """Read 8:00 or 8:00:30, of so many parts; of two with a fraction, and above 23, minutes."""
    match = _CLOCK.fullmatch(text)
    if match is None or (match[3] is None) != (parts == 2):
        return None
    first, *others = (int(part) for part in match.group(1, 2, 3) if part is not None)
    if match[5]:
        if not 1 <= first <= 12:
            return None
        first = first % 12 + (12 if match[5][0] in "pP" else 0)
    minutes = 60 * first + others[0]
    seconds = 60 * minutes + (others[1] if len(others) > 1 else 0)
    # of two parts the last may be minutes or seconds: a fraction belongs to it, either way
    unit = _SECOND * (60 if parts == 2 else 1)
    return seconds * _SECOND + int((match[4] or "0").ljust(9, "0")) * (unit // _SECOND)


def _one_number(text: str, shape: tuple[str, str]) -> Moment | None:
    match = _ONE_NUMBER.fullmatch(text)
    return float(match[2]) if match and (match[1], match[3]) == shape else None


def _over_midnight(moments: list[Moment | None]) -> list[Moment | None]:
    """Count on where a clock passes midnight, if the rows then stand in order."""
    days, before, counted = 0, None, list[Moment | None]()
    for moment in moments:
        if moment is not None:
            if before is not None and before - moment > _HALF_A_DAY:
                days += 2 * _HALF_A_DAY
            before = moment
        counted.append(None if moment is None else moment + days)
    return moments if _backs(counted) else counted


def _backs(moments: Sequence[Moment | None]) -> int:
    """How many times stand behind a later one."""
    there = [moment for moment in moments if moment is not None]
    return sum(later < earlier for earlier, later in pairwise(there))


def order_of(moments: Sequence[Moment | None]) -> list[int]:
    """Return the rows that have a time, by it; those of one time as they stand."""
    there = [(moment, n) for n, moment in enumerate(moments) if moment is not None]
    return [n for _, n in sorted(there)]
