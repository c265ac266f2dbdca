"""What a forecaster says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Forecast", "Interval"]


@dataclass(frozen=True)
class Interval:
    """Where the next values lie with the probability that was asked for, each by itself."""

    lower: tuple[float, ...]
    upper: tuple[float, ...]


@dataclass(frozen=True)
class Forecast:
    """The next values of a series, first the nearest; `dates` where the series has any."""

    values: tuple[float, ...]
    dates: tuple[str, ...] = ()
    name: str = ""
    """Of the series, where it has one."""
    intervals: Mapping[str, Interval] = field(default_factory=dict)
    """By level in per cent, as "80"."""
