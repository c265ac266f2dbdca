"""The options of forecasting."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from elman.errors import OptionError
from elman.files import check_target
from elman.tasks.options import DATA, Options, option

if TYPE_CHECKING:
    from elman.data.series.covariates import Kind

__all__ = ["OPTIONS", "ForecastOptions"]

MOST_REFITS = 100

SERIES = (*DATA, "predict", "drift", "update")
"""Commands that choose the columns of a series."""


@dataclass(frozen=True)
class ForecastOptions(Options):
    """The next values of numeric series."""

    date: str | None = option(None, "date column", commands=SERIES, column=True)
    value: str | None = option(
        None,
        "value column, or several, as a,b",
        commands=SERIES,
        column=True,
    )
    id: str | None = option(
        None,
        "column that tells series apart",
        commands=SERIES,
        column=True,
    )
    past_covariates: str | None = option(
        None, "columns known as the values are, as a,b", column=True, advanced=True
    )
    future_covariates: str | None = option(None, "columns known ahead as well, as a,b", column=True)
    static_covariates: str | None = option(
        None, "columns that say something of a whole series, as a,b", column=True, advanced=True
    )
    calendar: str | None = option(
        None,
        "what is read of the dates: hour, weekday, yearday, as a,b, or none; else what helps",
        advanced=True,
    )
    level: str | None = option(
        None, "intervals around a forecast, in per cent; by default 80,95", commands=("predict",)
    )
    steps: int | None = option(
        None,
        "how far to foretell, if not as far as the model was trained; it then goes on from its own "
        "forecasts",
        commands=("predict",),
    )
    horizon: int = option(1, "steps ahead that a forecast reaches")
    window: int | None = option(None, "how many past values one forecast reads", advanced=True)
    season: int | None = option(None, "steps in a season; else from the dates")
    holdout: int | None = option(None, "last values to judge by, else a tenth", advanced=True)

    back_test: str | None = option(
        None, "csv file for every forecast of the back-test", commands=("train",), advanced=True
    )

    refit: int = option(
        0,
        "times to train anew within the back-test, as a row beside",
        commands=("train",),
        advanced=True,
    )

    def check(self) -> None:
        super().check()
        if not 0 <= self.refit <= MOST_REFITS:
            raise OptionError(f"--refit {self.refit}: expected 0 to {MOST_REFITS} times")
        if self.refit and self.time_limit is not None:
            raise OptionError(
                "--refit with --time-limit: training anew would take the time from the model that "
                "is saved. Leave one of them out."
            )
        if self.back_test is not None:
            if not self.back_test.endswith(".csv"):
                raise OptionError(f"--back-test {self.back_test}: expected the name of a .csv file")
            check_target("--back-test", Path(self.back_test))
        if self.season is not None and self.season < 1:
            raise OptionError(f"--season {self.season}: expected 1 (none) or more steps")

    @property
    def covariates(self) -> dict[Kind, list[str]]:
        """The covariates that are columns, by kind; empty of none."""
        said: dict[Kind, str | None] = {
            "past": self.past_covariates,
            "future": self.future_covariates,
            "static": self.static_covariates,
        }
        return {
            kind: [name.strip() for name in names.split(",")]
            for kind, names in said.items()
            if names
        }


OPTIONS = ForecastOptions
