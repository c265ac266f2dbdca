"""Which calendar features a forecaster reads: those it is told, or those the dates can teach."""

from __future__ import annotations

from elman.data.series.calendar import Calendar
from elman.data.series.panel import Panel
from elman.data.series.phases import FEATURES
from elman.errors import OptionError, did_you_mean
from elman.tasks.forecast.options import ForecastOptions

__all__ = ["features_of"]

NONE = "none"
"""What the option is set to for no features."""

_DAY = 86_400
_LEAST_DAYS, _LONGEST_STEP = 730, 14 * _DAY
"""Days in the past without which the day of the year is not tried, and a step above which."""


def features_of(options: ForecastOptions, panel: Panel, values: int) -> tuple[str, ...]:
    """Return the features that were asked for, or else those that are worth trying.

    Args:
        options: `calendar` names them.
        panel: the series, of one calendar.
        values: of the longest, in the past.

    Raises:
        OptionError: one is unknown or named twice, or the series have no dates.
    """
    dates = panel.series[0].dated
    if options.calendar == NONE:
        return ()
    if options.calendar is None:
        return () if dates is None else _worth_trying(dates, values)
    said = [name.strip() for name in options.calendar.split(",")]
    for n, name in enumerate(said):
        if name not in FEATURES:
            raise OptionError(
                f'--calendar: no feature "{name}". {did_you_mean(name, [*FEATURES, NONE])}'
            )
        if name in said[:n]:
            raise OptionError(f'--calendar: the feature "{name}" is named twice. Name it once.')
    if dates is None and panel.series[0].calendar is not None:
        raise OptionError(
            f"--calendar {options.calendar}: the dates of {panel.name} are plain numbers, and no "
            "calendar tells a day of them. Leave the option out."
        )
    if dates is None:
        raise OptionError(
            f"--calendar {options.calendar}: {panel.name} has no dates. Name their column with "
            "--date, or leave the option out."
        )
    return tuple(said)


def _worth_trying(dates: Calendar, values: int) -> tuple[str, ...]:
    """Return the day of the year, where a window does not hold one; day and week it holds."""
    if dates.unit == "months":
        return ()
    week = dates.week.count("1") or 7
    step = 7 * _DAY / week if dates.unit == "workdays" else dates.step
    return ("yearday",) if step <= _LONGEST_STEP and values * step / _DAY >= _LEAST_DAYS else ()
