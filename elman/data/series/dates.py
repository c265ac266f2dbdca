"""How dates are written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from elman.data.series.values import is_number

__all__ = ["COUNT", "guess_forms", "parse_date"]

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


def guess_forms(fields: Sequence[str], *, digits: bool) -> list[str]:
    """The forms in which most of a sample can be read, the best first."""
    sample = fields[:: max(1, len(fields) // 60)]
    forms = [form for form in FORMS if digits or form not in DIGIT_FORMS]
    score = {form: sum(parse_date(f, form) is not None for f in sample) for form in forms}
    good = [form for form in forms if score[form] > len(sample) / 2]
    return sorted(good, key=lambda form: -score[form])


def parse_date(text: str, form: str) -> datetime | float | None:
    if form == COUNT:
        return float(text) if is_number(text) else None
    if form in DIGIT_FORMS and len(text) != len(datetime(2000, 1, 1).strftime(form)):
        return None
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None
