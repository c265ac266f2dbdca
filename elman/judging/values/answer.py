"""What a forecaster says."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Forecast"]


@dataclass(frozen=True)
class Forecast:
    """The next values, first the nearest; `dates` where the series has any."""

    values: tuple[float, ...]
    dates: tuple[str, ...] = ()
