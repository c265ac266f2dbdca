"""Files of dates and values, as the tests of series write them."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from elman.data.series.read import read_panel
from elman.data.series.series import Series

__all__ = [
    "N",
    "dates_of",
    "days",
    "hours",
    "months",
    "read_series",
    "swapped",
    "table",
    "write",
]

N = 40


def write(folder: Path, text: str | bytes, name: str = "s.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table(dates: list[str], values: list[object] | None = None) -> str:
    values = list(range(len(dates))) if values is None else values
    rows = "".join(f"{d},{v}\n" for d, v in zip(dates, values, strict=True))
    return f"date,sales\n{rows}"


def months(n: int = N) -> list[str]:
    return [f"{1949 + i // 12}-{1 + i % 12:02d}" for i in range(n)]


def days(n: int = N, step: int = 1, form: str = "%Y-%m-%d") -> list[str]:
    return [(date(2003, 12, 20) + timedelta(days=step * i)).strftime(form) for i in range(n)]


def hours(n: int = N) -> list[str]:
    return [f"2003-02-{1 + i // 24:02d} {i % 24:02d}:00" for i in range(n)]


def swapped(items: list[str], i: int, new: str) -> list[str]:
    return [*items[:i], new, *items[i + 1 :]]


def dates_of(series) -> list[str]:
    """Every date of a series, as it writes them."""
    return [series.date(n) for n in range(len(series.values))]


@dataclass(frozen=True)
class One(Series):
    """A series with the notes of its file."""

    notes: tuple[str, ...] = ()


def read_series(path: Path, **options) -> One:
    """The only series of a file."""
    panel = read_panel(path, **options)
    (series,) = panel
    return One(**vars(series), notes=panel.notes)
