"""What stands beside the values of a window: covariates, as further floats of the steps.

A step of the network has, of each of its values' times, the value and then every column of the
covariates. After the window follow steps for what is known of the times to come; where a value or a
past covariate would stand in them is 0, the mean. What the dates tell comes last, of the first step
to come alone, for all others follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from elman.data.series.covariates import Covariate
from elman.data.series.phases import FEATURES, phases, width_of
from elman.data.series.series import Series
from elman.errors import ArtifactError, OptionError

__all__ = ["NO_CHANNELS", "Channels", "channels_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LAGS = 8
"""Steps back at which the linear forecaster reads covariates of a series without a season."""
_MOST_LAGS = 60
_WIDEST = 1e100


@dataclass(frozen=True)
class Channels:
    """How the covariates of series are read."""

    covariates: tuple[Covariate, ...] = ()
    mean: tuple[float, ...] = ()
    """Of each column."""
    spread: tuple[float, ...] = ()
    lags: int = 0
    """Steps back, from the last value on, at which the linear forecaster reads them."""
    features: tuple[str, ...] = ()
    """Of `phases.FEATURES`: what is told from the dates."""

    @cached_property
    def width(self) -> int:
        """Columns of floats."""
        return sum(covariate.width for covariate in self.covariates)

    @cached_property
    def told(self) -> int:
        """Floats that the dates give."""
        return sum(map(width_of, self.features))

    @cached_property
    def _kinds(self) -> list[str]:
        return [one.kind for one in self.covariates for _ in range(one.width)]

    @cached_property
    def known_ahead(self) -> NDArray[np.bool_]:
        """`(width,)` what is known of the steps to come."""
        return np.array([kind != "past" for kind in self._kinds], bool)

    def check(self) -> None:
        """Refuse what no covariates have.

        Raises:
            ArtifactError: it names the field.
        """
        known = all(name in FEATURES for name in self.features)
        if not known or len(set(self.features)) < len(self.features):
            raise ArtifactError("model.json: input.channels: no features of a calendar")
        columns = len(self.mean) == len(self.spread) == self.width
        sane = all(0 < spread <= _WIDEST for spread in self.spread)
        if not columns or not sane or not 0 <= self.lags <= _MOST_LAGS + 1:
            raise ArtifactError("model.json: input.channels: not one mean and spread a column")

    def scaled(self, beside: Floats | None, steps: int) -> Floats:
        """Return the columns `(steps, width)` of a series, in units of their spread; 0 if missing.

        Args:
            beside: `(N, width)` of at least as many steps, if all are known.
            steps: of the series, those to come included.
        """
        found = np.full((steps, self.width), np.nan)
        if beside is not None:
            found[: len(beside)] = beside[:steps]
        for column in np.flatnonzero(np.array(self._kinds) == "static"):
            there = found[np.isfinite(found[:, column]), column]
            found[:, column] = there[-1] if len(there) else np.nan  # at all times the same
        return np.asarray(np.nan_to_num((found - np.array(self.mean)) / np.array(self.spread)))

    def told_of(self, series: Series) -> Floats:
        """Return what the dates tell `(told,)` of the first step after a series; 0 of no dates."""
        if series.dated is None:
            return np.zeros(self.told)
        found: Floats = phases(series.dated, self.features, series.first + len(series.values), 1)[0]
        return found

    def need(self, name: str, beside: Floats | None, values: int, horizon: int) -> None:
        """Refuse to foretell where nothing is known of the steps to come.

        Raises:
            OptionError: it names the covariate.
        """
        ahead = self._named("future")
        if not self.width or (not ahead and beside is not None):
            return
        if beside is None:
            raise OptionError(
                f"{name or 'the values given'}: this model reads "
                f"{', '.join(one.name for one in self.covariates)} beside the values. Give a file "
                "or a frame that has these columns (elman predict --input FILE)."
            )
        kinds = np.array(self._kinds) == "future"
        lacks = horizon - int(np.isfinite(beside[values : values + horizon][:, kinds]).any(1).sum())
        if lacks > 0:
            raise OptionError(
                f"{name}: {', '.join(ahead)} must be known for the {horizon} steps to come, and "
                f"{lacks} of them have nothing. Add rows with these columns and without a value."
            )

    def held(self, series: Series, horizon: int) -> tuple[Series, tuple[str, ...]]:
        """Return a series that can be foretold, and the names of what was not known for that.

        What has to be known ahead and is not stays as it was last known.
        """
        values, ahead = len(series.values), np.array(self._kinds, object) == "future"
        if series.beside is None or not ahead.any():
            return series, ()
        whole = np.full((values + horizon, self.width), np.nan)
        whole[: len(series.beside)] = series.beside[: values + horizon]
        last, lacks = np.array(self.mean)[ahead], False
        for n, row in enumerate(whole):
            if np.isfinite(row[ahead]).any():
                last = row[ahead]
            elif n >= values:
                row[ahead], lacks = last, True
        return replace(series, beside=whole), tuple(self._named("future")) if lacks else ()

    def last_known(self, series: Series, horizon: int) -> int:
        """Return the last origin of a series from which all that has to be known ahead is known."""
        if series.beside is None or not self._named("future"):
            return len(series.values)
        ahead = np.array(self._kinds) == "future"
        known = np.flatnonzero(np.isfinite(series.beside[:, ahead]).any(1))
        return min(len(series.values), int(known[-1]) + 1 - horizon if len(known) else 0)

    def alone(self, what: str) -> None:
        """Refuse to do something with values alone where the model reads more.

        Raises:
            OptionError: it names the covariates.
        """
        if self.width:
            named = ", ".join(one.name for one in self.covariates)
            raise OptionError(
                f"{what} takes values alone, and this model reads {named} beside them. Leave the "
                "values out for the end of the training series; elman predict --input FILE reads "
                "others with their covariates."
            )

    def _named(self, kind: str) -> list[str]:
        return [one.name for one in self.covariates if one.kind == kind]

    def read_at(self, horizon: int) -> tuple[Ints, Ints]:
        """Return what the linear forecaster reads: times `(Z,)` and columns `(Z,)`.

        Time 0 is the first step to come. What stays the same is read once.
        """
        pairs = []
        for column, kind in enumerate(self._kinds):
            first, last = (-1, 0) if kind == "static" else (-self.lags, 0)
            last = horizon if kind == "future" else last
            pairs += [(time, column) for time in range(first, last)]
        times, columns = np.array(pairs, np.int64).reshape(-1, 2).T
        return times, columns

    def read(self, horizon: int) -> int:
        """Return how much the linear forecaster reads beside the values."""
        return len(self.read_at(horizon)[0]) + self.told

    def steps(self, x: Floats, beside: Floats, told: Floats, segment: int, horizon: int) -> Floats:
        """Return windows as steps of the network.

        Args:
            x: `(R, L)` scaled values.
            beside: `(R, L + H, width)` scaled covariates of the same times and of those to come.
            told: `(R, told)` of the first time to come.
            segment: times of one step.
            horizon: steps to come.

        Returns:
            `(R, T, segment · (1 + width))`.
        """
        R, L = x.shape
        before = -L % segment
        after = self.after(segment, horizon)
        whole = np.zeros((R, before + L + after, 1 + self.width))
        whole[:, before : before + L, 0] = x
        if self.width:
            whole[:, before : before + L, 1:] = beside[:, :L]
        if after:
            ahead = beside[:, L : L + horizon] * self.known_ahead
            whole[:, before + L : before + L + ahead.shape[1], 1:] = ahead
        parts = whole.reshape(R, -1, segment, 1 + self.width).transpose(0, 1, 3, 2)
        floats = parts.reshape(R, -1)
        if self.told:
            last = np.zeros((R, self._last(segment) * segment * (1 + self.width)))
            last[:, : self.told] = told
            floats = np.concatenate([floats, last], axis=1)
        return np.asarray(floats.reshape(R, -1, segment * (1 + self.width)))

    def after(self, segment: int, horizon: int) -> int:
        """Return how many times follow the window in the steps."""
        return -(-horizon // segment) * segment if self.known_ahead.any() else 0

    def _last(self, segment: int) -> int:
        """Return how many steps hold what the dates tell."""
        return -(-self.told // (segment * (1 + self.width)))

    def behind(self, segment: int, horizon: int) -> int:
        """Return how many steps follow those of the window."""
        return self.after(segment, horizon) // segment + self._last(segment)

    def places(self, times: Ints, columns: Ints, window: int, segment: int, horizon: int) -> Ints:
        """Return where a column of a time stands among all floats of the steps.

        Column 0 is the value, 1 and more are covariates; time 0 is the first step to come.
        """
        time = times + window + -window % segment
        step, within = time // segment, time % segment
        return np.asarray((step * (1 + self.width) + columns) * segment + within)

    def floats(self, window: int, segment: int, horizon: int) -> int:
        """Return how many floats all steps of a window have."""
        steps = -(-window // segment) + self.behind(segment, horizon)
        return steps * segment * (1 + self.width)

    def told_places(self, window: int, segment: int, horizon: int) -> Ints:
        """Return where what the dates tell stands among all floats of the steps."""
        begin = self.floats(window, segment, horizon)
        return begin - self._last(segment) * segment * (1 + self.width) + np.arange(self.told)


NO_CHANNELS = Channels()


def channels_of(
    covariates: tuple[Covariate, ...],
    beside: list[Floats],
    season: int,
    features: tuple[str, ...] = (),
) -> Channels:
    """Return how covariates are read, by what the past has of them.

    Args:
        covariates: of the series.
        beside: `(N, width)` of each series, up to the end of what may be learnt from.
        season: steps in a season.
        features: what is told from the dates.
    """
    if not covariates:
        return Channels(features=features)
    rows = np.concatenate(beside)
    there = np.isfinite(rows)
    count = np.maximum(there.sum(0), 1)
    mean = np.where(there, rows, 0.0).sum(0) / count
    spread = np.sqrt(np.where(there, (rows - mean) ** 2, 0.0).sum(0) / count)
    spread = np.where(spread > 1e-12 * np.maximum(np.abs(mean), 1e-100), spread, 1.0)
    lags = season + 1 if 1 < season <= _MOST_LAGS else _LAGS
    return Channels(covariates, tuple(mean.tolist()), tuple(spread.tolist()), lags, features)
