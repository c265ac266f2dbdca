"""How figures are written in sentences."""

from __future__ import annotations

import math

from elman.judging.estimate import Estimate

__all__ = ["number", "percents", "said", "steps"]


def said(estimate: Estimate, digits: int = 1) -> str:
    """Return `12.3 [10.1, 15.0]`; ∞ where there is no end."""
    value, low, high = (number(each, digits) for each in estimate)
    return f"{value} [{low}, {high}]"


def steps(estimate: Estimate) -> str:
    """Return `12 steps [8, 16]`."""
    value, low, high = (number(each, 0) for each in estimate)
    return f"{value} {'step' if estimate.value == 1 else 'steps'} [{low}, {high}]"


def percents(estimate: Estimate) -> str:
    """Return hundredths as `97.5% [95.0, 99.0]`."""
    value, low, high = estimate
    return f"{value:.1f}% [{low:.1f}, {high:.1f}]"


def number(value: float, digits: int) -> str:
    """Return a number with so many digits after the point, or as many that it is not 0."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if math.isnan(value):
        return "–"
    small = value != 0 and abs(value) < 0.5 * 10**-digits
    return f"{value:.{digits}g}" if small and digits else f"{value:.{digits}f}"
