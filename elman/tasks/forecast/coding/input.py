"""What a forecaster keeps of how it reads, and of the scale of one window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.data.series.calendar import Calendar
from elman.errors import ArtifactError, OptionError
from elman.tasks.forecast.coding.channels import NO_CHANNELS, Channels
from elman.tasks.forecast.coding.ends import LARGEST
from elman.tasks.forecast.coding.scaling import FLOORS, Scaling

__all__ = ["Scale", "SeriesInput"]

Floats = NDArray[np.float64]

LONGEST = 2**20
"""Steps of a window, and of a season."""


@dataclass(frozen=True)
class SeriesInput:
    """The `input` section of a forecaster's model.json; `series.json` has where series stopped."""

    value_column: str
    """Of several "a, b": as they are said."""
    window: int
    horizon: int
    scaling: Scaling
    """Its floor and least value are those of the first series; each has its own."""
    frequency: str
    recent: tuple[float | None, ...] = ()
    """Of models that were saved before they could have several series, as `first`."""
    recent_dates: tuple[str, ...] = ()
    """Of models that were saved before they had a calendar."""
    kind: Literal["series"] = "series"
    calendar: Calendar | None = None
    first: int = 0
    segment: int = 1
    """Values of a window that are one step of the network."""
    non_negative: bool = False
    """No value of the series is below 0, and no forecast is; of several each by itself."""
    columns: tuple[str, ...] = ()
    """Of values, as the file named them."""
    id_column: str | None = None
    """What told series apart."""
    channels: Channels = NO_CHANNELS
    """What is read beside the values."""

    def check(self) -> None:
        """Refuse what no model was saved with.

        Raises:
            ArtifactError: it names the field.
        """
        scaling = self.scaling
        sane = 1 <= self.window <= LONGEST and 1 <= scaling.season <= LONGEST
        sane = sane and 0 <= scaling.least <= LARGEST
        sane = sane and (scaling.least > 0 or not scaling.logarithm)
        if not sane or not FLOORS[0] <= scaling.floor <= FLOORS[1]:
            raise ArtifactError("model.json: input: window, season or floor is impossible")
        if self.recent_dates and len(self.recent_dates) != len(self.recent):
            raise ArtifactError(
                "model.json: input.recent_dates: not one date for each recent value"
            )
        if self.calendar is not None and not self.calendar.known:
            raise ArtifactError("model.json: input.calendar: no form or zone that is known")
        self.channels.check()

    @property
    def values(self) -> tuple[str, ...]:
        """The columns of values, as the file named them."""
        return self.columns or (self.value_column,)

    def named(self, columns: Sequence[str]) -> dict[str, Any]:
        """Return how `read_panel` finds the columns that the model learnt from, if all are there.

        Args:
            columns: of the table.
        """
        found: dict[str, Any] = {}
        if all(name in columns for name in self.values):
            found["value"] = ",".join(self.values)
        if self.id_column in columns:
            found["id"] = str(self.id_column)
        if covariates := self.channels.covariates:
            if lacks := [one.name for one in covariates if one.name not in columns]:
                raise OptionError(
                    f"this model reads {', '.join(lacks)} beside the values, and the columns are "
                    f"{', '.join(columns)}. Add what is missing."
                )
            found["covariates"] = covariates
        return found

    @property
    def step(self) -> int:
        """Floats of one step of the network."""
        return self.segment * (1 + self.channels.width)

    @property
    def floats(self) -> int:
        """Floats of all steps of a window."""
        return self.channels.floats(self.window, self.segment, self.horizon)


class Scale(NamedTuple):
    """What a window's forecast needs besides the network's outputs."""

    scaling: Scaling
    centre: float
    scale: float
    ahead: Floats
    """`(H,)` the shortcut's forecast, in the window's units."""
    dates: tuple[str, ...]
    """Of the values to come, where the series has dates."""
    name: str = ""
    place: int = 0
    """How many values of the series came before."""
    non_negative: bool = False

    def left_over(self, truth: Floats) -> Floats:
        """Return what the network's outputs would have to be for this truth `(H,)`."""
        return self.scaling.there(truth, self.centre, self.scale) - self.ahead

    def forecast(self, outputs: Floats) -> Floats:
        """Return what the network's outputs `(H,)` say, in units of the series."""
        said = self.scaling.back(self.ahead + outputs, self.centre, self.scale)
        return np.maximum(said, self._lowest)

    def moved(self, forecast: Floats, by: Floats) -> Floats:
        """Return a forecast `(H,)` moved by so much in the window's units."""
        there = self.scaling.there(forecast, self.centre, self.scale) + by
        return np.maximum(self.scaling.back(there, self.centre, self.scale), self._lowest)

    @property
    def _lowest(self) -> float:
        return 0.0 if self.non_negative else -np.inf
