"""A file of dated numbers becomes one evenly spaced series, and its dates can be continued.

The value and the date column are found by name and content, gaps are counted and filled, and
whatever was chosen, filled or left out is said in `Series.notes`; what would have to be guessed is
refused with file and line.
But: one series a file, one value a step; no business-day calendars.
"""

from __future__ import annotations

import calendar
import math
import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject, Table
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["SEASONS", "Series", "next_dates", "read_series"]

SEASONS = {
    "yearly": 1,
    "quarterly": 4,
    "monthly": 12,
    "weekly": 52,
    "daily": 7,
    "hourly": 24,
    "half-hourly": 48,
}
"""Steps after which a series of this frequency is expected to repeat."""

MIN_VALUES = 20
MAX_FILLED_SHARE = 0.05
MAX_MAGNITUDE = 1e100
"""Larger numbers overflow as soon as something squares them."""

SEASON_CORRELATION = 0.3
"""Autocorrelation of the differences below which a series counts as having no season."""
NEAR_STRONGEST = 0.9
"""Multiples of a season correlate about as well; the first within this share of the best wins."""

MISSING = {"", "na", "n/a", "nan", "null", "none", "?"}
VALUE_NAMES = ("value", "values", "y", "target")
DATE_NAMES = ("date", "datetime", "timestamp", "time", "ds", "month", "day", "week", "year")
COUNTER_NAMES = {"t", "step", "index", "idx", "i", "n", "no", "id", "period", "time"}

COUNT = "a number"
"""The form of a date column that only counts steps."""

DAY_FORMS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%Y-%m", "%Y/%m", "%m/%Y", "%b %Y", "%d %b %Y"),
)
DIGIT_FORMS = ("%Y", "%Y%m", "%Y%m%d")
"""Plain digits, which a value may be too: read as dates only under a name that says so."""
CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%SZ")
FORMS = (
    *DAY_FORMS,
    *DIGIT_FORMS,
    *(f"{day}{gap}{clock}" for day in DAY_FORMS[:7] for gap in " T" for clock in CLOCKS),
)

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

Where = Callable[[int], str]
"""Names the place of the i-th row in a message."""


@dataclass(frozen=True)
class Series:
    """Numbers at even steps."""

    name: str
    dates: tuple[str, ...] | None
    """One a value, as written in the file; None where the file has no dates."""
    values: np.ndarray
    """`(N,)` float64, finite."""
    season: int
    """Steps until the series repeats; 1 means no season."""
    frequency: str
    """One of SEASONS, or "unknown"."""
    notes: tuple[str, ...]
    """What was chosen, filled or left out: whoever reads the file for a user passes them on."""


def read_series(
    path: str | os.PathLike[str],
    *,
    date: str | None = None,
    value: str | None = None,
    season: int | None = None,
) -> Series:
    """Read one series from a table with a header, or from a file of one number per line.

    Args:
        path: csv or tsv (also .gz), or what else `open_table` reads.
        date: the column of dates; found by content when left out.
        value: the column of numbers; found when left out, if there is only one.
        season: steps in a season, 1 for none; told from the dates, or else from the
            autocorrelation, when left out.

    Raises:
        DataError: the file does not hold an evenly spaced series of finite numbers.
        OptionError: a column or season that cannot be, or several columns to choose from.
    """
    path = Path(path)
    columns, lines = _read_columns(open_table(path))

    def where(i: int) -> str:
        return f"{path}, line {lines[i]}"

    for option, column in (("date", date), ("value", value)):
        if column is not None and column not in columns:
            hint = did_you_mean(column, columns)
            raise OptionError(f'--{option}: {path} has no column "{column}". {hint}')
    if date is not None and date == value:
        raise OptionError(f'date and value are both "{date}". Name two different columns.')
    date = date if date is not None else _find_date(columns, value)
    value = value if value is not None else _find_value(path, columns, date)
    notes = [f'values: column "{value}"' if len(columns) > 1 else f"values: {len(lines)} lines"]
    numbers = _parse_values(columns[value], value, where)
    present = np.flatnonzero(np.isfinite(numbers))
    if len(present) < MIN_VALUES:
        raise DataError(
            f"{path}: {len(present)} values; a series needs at least {MIN_VALUES}. Add rows."
        )
    kept = slice(int(present[0]), int(present[-1]) + 1)
    outside = len(numbers) - (kept.stop - kept.start)
    if outside:
        notes.append(f"{outside} rows without a value at the start or the end were left out")
    dates: tuple[str, ...] | None = None
    frequency, positions = "unknown", np.arange(kept.stop - kept.start)
    if date is None:
        notes.append("dates: none, so the rows count as evenly spaced")
    else:
        written = columns[date][kept]
        rhythm = _find_rhythm(written, lambda i: where(i + kept.start))
        frequency, positions = rhythm.frequency, rhythm.positions
        dates = rhythm.every(written)
        notes.append(f'dates: column "{date}", {frequency} steps')
    values = _fill(path, numbers[kept], positions, dates, notes)
    season = _check_season(season, len(values), frequency, values, notes)
    return Series(value, dates, values, season, frequency, tuple(notes))


def next_dates(series: Series, n: int) -> tuple[str, ...]:
    """Continue the dates of a series by `n` steps, in the form it uses.

    A series without dates is continued by the number of the step, counted from 1.
    """
    if series.dates is None:
        return tuple(str(len(series.values) + i) for i in range(1, n + 1))
    dates = series.dates
    rhythm = _find_rhythm(dates, lambda i: f'{series.name}, date {i + 1} ("{dates[i]}")')
    return tuple(rhythm.date(int(rhythm.positions[-1]) + i) for i in range(1, n + 1))


# Columns


def _read_columns(table: Table) -> tuple[dict[str, list[str]], list[int]]:
    """All fields as text, by column, and the line of each row."""
    columns: dict[str, list[str]] = {name: [] for name in table.columns}
    lines: list[int] = []
    numeric = [name for name in columns if _is_number(name)]
    if len(columns) == 1 and numeric:
        # a bare list of numbers: what was taken for the header is the first of them
        columns = {table.path.name.split(".")[0]: numeric}
        lines = [1]
    elif numeric:
        raise DataError(
            f'{table.path}, line 1: "{numeric[0]}" is a number where a column name was expected. '
            "Put a header above the data, for example date,value."
        )
    for row in table.rows():
        if isinstance(row, Reject):
            raise DataError(f"{table.path}, line {row.line}: {row.reason}. Mend the line.")
        lines.append(row.line)
        for name, column in zip(table.columns, columns.values(), strict=True):
            field = row.fields.get(name)
            column.append("" if field is None else str(field).strip())
    if not lines:
        raise DataError(f"{table.path}: no rows below the header. Expected dates and numbers.")
    return columns, lines


def _find_date(columns: dict[str, list[str]], value: str | None) -> str | None:
    """The column of dates: by content, names decide between several; else a step counter."""
    others = [name for name in columns if name != value]
    dated = [name for name in others if _guess_forms(columns[name], digits=_says_date(name))]
    named = [name for wanted in DATE_NAMES for name in dated if name.lower() == wanted]
    if dated:
        return (named or dated)[0]
    if len(columns) == 1:
        return None
    for place, name in enumerate(columns):
        numbers = [float(field) for field in columns[name] if _is_number(field)]
        steps = set(np.diff(numbers))
        even = len(numbers) == len(columns[name]) and len(steps) == 1 and min(steps) > 0
        likely = name.lower() in COUNTER_NAMES or (place == 0 and len(columns) == 2)
        if name in others and even and likely:
            return name
    return None


def _find_value(path: Path, columns: dict[str, list[str]], date: str | None) -> str:
    """The only column of numbers, or the only one with a name from VALUE_NAMES."""
    numbers = {
        name: 2 * sum(map(_is_number, fields)) > sum(f.lower() not in MISSING for f in fields)
        for name, fields in columns.items()
    }
    found = [name for name in columns if name != date and numbers[name]]
    found = [name for name in found if name.lower() not in COUNTER_NAMES] or found
    named = [name for name in found if name.lower() in VALUE_NAMES]
    if len(found) == 1 or len(named) == 1:
        return (named or found)[0]
    if found:
        raise OptionError(
            f"{path} has {len(found)} columns of numbers. Name one as value: {', '.join(found)}."
        )
    raise DataError(f"{path}: no column of numbers among {', '.join(columns)}. Expected one.")


def _says_date(name: str) -> bool:
    return not set(re.split(r"[^a-z]+", name.lower())).isdisjoint(DATE_NAMES)


# Values


def _is_number(text: str) -> bool:
    try:
        return "_" not in text and math.isfinite(float(text))
    except ValueError:
        return False


def _parse_values(fields: Sequence[str], column: str, where: Where) -> np.ndarray:
    """Numbers, NaN where a value is missing, `(N,)`."""
    numbers = np.full(len(fields), np.nan)
    for i, field in enumerate(fields):
        if field.lower() in MISSING:
            continue
        if not _is_number(field):
            raise DataError(
                f'{where(i)}: "{field[:40]}" in column "{column}" is no finite number. Write it '
                "like 1234.5 (no thousands separator, no unit), or leave it empty if it is missing."
            )
        numbers[i] = float(field)
        if abs(numbers[i]) > MAX_MAGNITUDE:
            raise DataError(
                f'{where(i)}: {field[:40]} in column "{column}" is beyond {MAX_MAGNITUDE:g}. '
                "Use a larger unit."
            )
    return numbers


def _fill(
    path: Path,
    numbers: np.ndarray,
    positions: np.ndarray,
    dates: tuple[str, ...] | None,
    notes: list[str],
) -> np.ndarray:
    """Interpolate missing values and the steps between `positions`; refuse more than a few."""
    present = np.isfinite(numbers)
    steps = np.arange(positions[-1] + 1)
    blank, skipped = int((~present).sum()), len(steps) - len(positions)
    if blank + skipped > MAX_FILLED_SHARE * len(steps):
        raise DataError(
            f"{path}: {blank} values and {skipped} dates are missing out of {len(steps)} steps; at "
            f"most {MAX_FILLED_SHARE:.0%} are filled in. Complete the file, or leave out the date "
            "column if its rows are to count as evenly spaced (business days, for example)."
        )
    if blank:
        notes.append(f"{blank} missing values were filled by linear interpolation")
    if skipped and dates is not None:
        first = dates[int(np.setdiff1d(steps, positions)[0])]
        notes.append(f"{skipped} missing dates were filled by linear interpolation, first {first}")
    filled: np.ndarray = np.interp(steps, positions[present], numbers[present])
    return filled  # (N,)


# Dates


@dataclass(frozen=True)
class _Rhythm:
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


def _months(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1


def _parse_date(text: str, form: str) -> datetime | float | None:
    if form == COUNT:
        return float(text) if _is_number(text) else None
    if form in DIGIT_FORMS and len(text) != len(datetime(2000, 1, 1).strftime(form)):
        return None
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _guess_forms(fields: Sequence[str], *, digits: bool) -> list[str]:
    """The forms in which most of a sample can be read, the best first."""
    sample = fields[:: max(1, len(fields) // 60)]
    forms = [form for form in FORMS if digits or form not in DIGIT_FORMS]
    score = {form: sum(_parse_date(f, form) is not None for f in sample) for form in forms}
    good = [form for form in forms if score[form] > len(sample) / 2]
    return sorted(good, key=lambda form: -score[form])


def _find_rhythm(fields: Sequence[str], where: Where) -> _Rhythm:
    """Read a column of dates; where day and month could change places, both are tried."""
    forms = _guess_forms(fields, digits=True)
    if all(map(_is_number, fields)):
        # 1995, 1996, … are years, but 0, 1, … 4031 only count, although most look like years
        forms = [f for f in forms if all(_parse_date(x, f) for x in fields)] or [COUNT]
    if not forms:
        raise DataError(
            f'{where(0)}: "{fields[0][:40]}" is no date in a form known here. Write dates like '
            "2003-02-01, 2003-02 or 2003-02-01 13:30."
        )
    fitting: list[_Rhythm] = []
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


def _fit_rhythm(fields: Sequence[str], form: str, where: Where) -> _Rhythm:
    """Read every date in one form and count the steps between them."""
    moments: list[datetime | float] = []
    for i, field in enumerate(fields):
        moment = _parse_date(field, form)
        if moment is None:
            raise DataError(
                f'{where(i)}: "{field[:40]}" is no date of the form {form} that the column has. '
                "Mend it, or leave out the row."
            )
        moments.append(moment)
    unit, day, ticks = _ticks(moments)
    gaps = np.diff(ticks)
    if (gaps <= 0).any():
        i = int(np.flatnonzero(gaps <= 0)[0]) + 1
        what = "the same date as" if gaps[i - 1] == 0 else "earlier than"
        raise DataError(
            f'{where(i)}: "{fields[i]}" is {what} the row before ("{fields[i - 1]}"). Sort the '
            "file by date, with one row a date (one series a file)."
        )
    step = Counter(gaps.tolist()).most_common(1)[0][0]
    exact = (ticks - ticks[0]) / step
    positions = np.rint(exact).astype(np.int64)
    odd = np.flatnonzero((abs(exact - positions) > 1e-6) | (np.diff(positions, prepend=-1) < 1))
    if len(odd):
        i = int(odd[0])
        raise DataError(
            f'{where(i)}: "{fields[i]}" is not a whole number of steps after "{fields[0]}"; most '
            f"rows are {step:g} {unit} apart. Bring the rows to even steps first."
        )
    return _Rhythm(form, unit, step, moments[0], day, positions)


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


# Season


def _check_season(
    season: int | None, n: int, frequency: str, values: np.ndarray, notes: list[str]
) -> int:
    """The season that was asked for, or that of the frequency, or that of the autocorrelation."""
    if season is not None:
        if not 1 <= season <= n // 2:
            raise OptionError(
                f"season is {season}; with {n} values it must be from 1 (none) to {n // 2}."
            )
        return season
    found, source = SEASONS.get(frequency, 0), f"{frequency} dates"
    if not found:
        found, source = _strongest_season(values), "autocorrelation"
    if found > n // 2:
        notes.append(f"season: 1, because two seasons of {found} do not fit into {n} values")
        return 1
    notes.append(f"season: {found}, from the {source}")
    return found


def _strongest_season(values: np.ndarray) -> int:
    """The lag at which the differences of the series repeat best; 1 where they do not."""
    moves = np.diff(values)
    moves -= moves.mean()
    power = float(moves @ moves)
    n = len(moves)
    if power == 0:
        return 1
    spectrum = np.abs(np.fft.rfft(moves, 2 * n)) ** 2
    r = np.fft.irfft(spectrum)[: n // 3 + 2] / power  # (lags,)
    lags = np.arange(2, len(r) - 1)
    peaks = lags[(r[lags] > r[lags - 1]) & (r[lags] >= r[lags + 1])]
    if not len(peaks) or r[peaks].max() < SEASON_CORRELATION:
        return 1
    return int(peaks[r[peaks] >= NEAR_STRONGEST * r[peaks].max()][0])
