"""One or several series, of one file and with steps of one length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from elman.data.series.covariates import Covariate
from elman.data.series.series import Series
from elman.data.tables.table import Reject

__all__ = ["Panel"]


@dataclass(frozen=True)
class Panel:
    """Series that one model learns from. Their lengths, and where they begin, may differ."""

    series: tuple[Series, ...]
    """Under names that are all different."""
    notes: tuple[str, ...] = ()
    """What was chosen, sorted or left out: whoever reads the file for a user passes them on."""
    columns: tuple[str, ...] = ()
    """Those of values, as the file names them; none of numbers that have no names."""
    id: str | None = None
    """The column that tells series apart."""
    covariates: tuple[Covariate, ...] = ()
    """What is known beside the values."""
    lines: tuple[int, ...] = ()
    """On which each begins, where they are read from a file."""
    left_out: tuple[Reject, ...] = ()
    """Series that the file has and this has not, each `named`, with the reason."""

    def __len__(self) -> int:
        return len(self.series)

    def __iter__(self) -> Iterator[Series]:
        return iter(self.series)

    @property
    def season(self) -> int:
        """Steps until the series repeat; 1 means no season."""
        return self.series[0].season

    @property
    def frequency(self) -> str:
        """What a step is, as "daily"; "unknown" without dates."""
        return self.series[0].frequency

    @property
    def left_out_said(self) -> str:
        """How many series are left out, and why the first is; nothing of none."""
        if not self.left_out:
            return ""
        first, n = self.left_out[0], len(self.left_out)
        those = f"{n:,} series are left out, the first" if n > 1 else "left out:"
        return f"{those} {first.named.get('unique_id', '')}: {first.reason.rstrip('.')}"

    @property
    def name(self) -> str:
        """Of the only series, or how many there are."""
        return self.series[0].name if len(self) == 1 else f"{len(self):,} series"
