"""How figures are written, the same on every screen: shares as percentages, numbers of things."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["counted", "does", "figure", "percent", "percents", "the"]

_SHARES = ("accuracy", "macro_f1", "span_f1")


def counted(n: int, noun: str) -> str:
    """Return `1 signal`, `2,000 signals`, `3 classes`."""
    if n == 1:
        return f"1 {noun}"
    return f"{n:,} {noun}es" if noun.endswith("s") else f"{n:,} {noun}s"


def does(n: int, noun: str, verb: str) -> str:
    """Return `1 row repeats`, `2 rows repeat`."""
    return f"{counted(n, noun)} {verb}{'s' * (n == 1)}"


def the(n: int, noun: str, rest: str = "") -> str:
    """Return `the worst error`, `the 2 worst errors`, and what follows."""
    return f"the {noun if n == 1 else counted(n, noun)}{rest}"


def figure(name: str, value: float) -> str:
    """Return the figure of that name in reports: a share as a percentage, another with 4 digits."""
    return percent(value) if name in _SHARES else f"{value:.4g}"


def percent(share: float | None) -> str:
    """Return a share as `95.3%`; – where there is none."""
    return "–" if share is None else f"{share:.1%}"


def percents(ends: Sequence[float]) -> str:
    """Return the interval of a share as `94.1–96.3%`."""
    low, high = ends
    return f"{100 * low:.1f}–{percent(high)}"
