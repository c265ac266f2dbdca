"""Fields become numbers, as several countries write them; what is missing stays missing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import numpy as np

from elman.errors import DataError

__all__ = [
    "MAX_MAGNITUDE",
    "MISSING",
    "RowError",
    "Where",
    "is_number",
    "looks_like_number",
    "parse_values",
]

MAX_MAGNITUDE = 1e100
"""Larger numbers overflow as soon as something squares them."""

MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-", "--", "#n/a", "missing", "nat", "<na>"}

Where = Callable[[int], str]
"""Names the place of the i-th row in a message."""


class RowError(DataError):
    """Rows of series are at fault: the message is of the first, and each has its reason."""

    def __init__(
        self, where: Where, rows: Sequence[int], reason: Callable[[int], str], column: str = ""
    ) -> None:
        super().__init__(f"{where(rows[0])}: {reason(rows[0])}")
        self.rows = rows
        self.reason = reason
        self.column = column
        """In which the fault is, and in no other."""


_AROUND = re.compile(r"^[$€£¥₹]\s*|\s*(?:[$€£¥₹%]|EUR|USD|GBP|CHF|kr|zł)$")
"""What may stand beside a number without changing it; of percentages all are, or none."""

_WAYS = ((",", "."), (".", ","), (" ", ","), (" ", "."))
"""What divides thousands and decimals: English, German, French, and as the SI has it."""


def is_number(text: str) -> bool:
    """Say whether a field is a number as programs write it."""
    try:
        return "_" not in text and math.isfinite(float(text))
    except ValueError:
        return False


def looks_like_number(text: str) -> bool:
    """Say whether a field is a number as people write it."""
    return is_number(text) or any(_read(_bare(text), *way) is not None for way in _WAYS)


def parse_values(
    fields: Sequence[str], column: str, where: Where, notes: list[str] | None = None
) -> np.ndarray:
    """Return numbers `(N,)`, NaN where a value is missing.

    Args:
        fields: as written.
        column: their name.
        where: names a row.
        notes: takes a sentence if they are not written as programs write them.

    Raises:
        DataError: a field is no number, or could be two; it names the first.
    """
    missing = np.array([field.lower() in MISSING for field in fields], bool)
    given = [field for field, absent in zip(fields, missing, strict=True) if not absent]
    numbers = np.full(len(fields), np.nan)
    if all(map(is_number, given)):
        numbers[~missing] = [float(field) for field in given]
    else:
        numbers[~missing] = _as_people_write(fields, missing, column, where, notes)
    large = np.flatnonzero(np.abs(np.nan_to_num(numbers)) > MAX_MAGNITUDE)
    if len(large):
        raise RowError(
            where,
            large.tolist(),
            lambda i: (
                f'{fields[i][:40]} in column "{column}" is beyond {MAX_MAGNITUDE:g}. '
                "Use a larger unit."
            ),
            column,
        )
    return numbers


def _as_people_write(
    fields: Sequence[str], missing: np.ndarray, column: str, where: Where, notes: list[str] | None
) -> list[float]:
    """Read the fields that are not missing in the one way that all of them can be read."""
    places = np.flatnonzero(~missing).tolist()
    bare = [_bare(fields[i]) for i in places]
    percent = [fields[i].strip().endswith("%") for i in places]
    read = [[_read(text, *way) for text in bare] for way in _WAYS]
    whole = [values for values in read if None not in values]
    if not whole or len(set(percent)) > 1:
        alien = [n for n, ways in enumerate(zip(*read, strict=True)) if set(ways) == {None}]
        # where each is a number by itself: the first that the commonest way cannot read
        best = min(read, key=lambda values: values.count(None))
        alien += [n for n, value in enumerate(best) if value is None]
        alien += [n for n, one in enumerate(percent) if one != percent[0]]
        raise RowError(
            where,
            [places[n] for n in dict.fromkeys(alien)],
            lambda i: (
                f'"{fields[i][:40]}" in column "{column}" is no finite number, or not '
                "written as the others are. Write all of them like 1234.5 (no unit), or leave a "
                "field empty if its value is missing."
            ),
            column,
        )
    ways = {places[n]: set(values) for n, values in enumerate(zip(*whole, strict=True))}
    if several := [i for i, values in ways.items() if len(values) > 1]:

        def said(i: int) -> str:
            one, other = sorted(value for value in ways[i] if value is not None)[:2]
            return (
                f'"{fields[i][:40]}" in column "{column}" may be {one:g} or {other:g}, '
                "and no other field says which. Write numbers like 1234.5."
            )

        raise RowError(where, several, said, column)
    if notes is not None:
        notes.append(f'numbers of "{column}": {fields[places[0]][:40]} is read as {whole[0][0]:g}')
    return [value for value in whole[0] if value is not None]


def _bare(text: str) -> str:
    """Return a field without a currency or a per cent sign."""
    return _AROUND.sub("", _AROUND.sub("", text.strip()))


def _read(text: str, thousands: str, decimal: str) -> float | None:
    """Read a number whose thousands and decimals are divided so; None where it is not one."""
    spaces = thousands == " "
    divide = r"[ '\u00a0\u202f]" if spaces else re.escape(thousands)
    shape = (
        rf"[+-]?(\d{{1,3}}(?:{divide}\d{{3}})+|\d*)(?:{re.escape(decimal)}(\d*))?([eE][+-]?\d+)?"
    )
    found = re.fullmatch(shape, text)
    if not found or not (found[1] or found[2]):
        return None
    sign = "-" if text.startswith("-") else ""
    digits = re.sub(divide, "", found[1])
    return float(f"{sign}{digits or 0}.{found[2] or 0}{found[3] or ''}")
