"""Ridge regressions from the values of a window to all values ahead, in closed form.

What is learnt is what lies beyond a plain forecast, so that with a large penalty the plain forecast
is left. A window is set against its mean or its last value before it is weighed, so a level that
was never seen is carried on, and a row counts by how much its window varies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from elman.tasks.forecast.coding.channels import NO_CHANNELS, Channels
from elman.tasks.forecast.coding.scaling import FLOOR
from elman.tasks.forecast.laid import Laid, Origins

__all__ = ["Rows", "Way", "as_read", "drawn_to", "rows_of", "start_of", "weights_of"]

Floats = NDArray[np.float64]

_ENOUGH = 50
"""Rows without a gap from which penalties can be told apart."""
_MOST_ROWS = 40_000
_MOST_FLOATS = 2e7
"""Of rows that are held at a time."""


@dataclass(frozen=True)
class Way:
    """One ridge regression."""

    logarithm: bool
    window: int
    centre: str
    """`mean` or `last`: what a window is set against."""
    drawn_to: str
    """`centre`, `last`, `season`, `phase`, `growth`, `level` or `theta`; see `drawn_to`."""
    period: int = 1
    """Steps of the season that it is drawn to."""
    smoothing: float = 1.0
    """Weight of the newest value in a level."""
    power: float = 0.0
    """Of how much a window varies, in units of the naive error of its series: what rows of several
    series count by. With 0 those that vary count alike, with 1 those whose errors do."""
    beside: float = 0.0
    """How large covariates are beside values: the larger, the less they are penalised."""
    penalty: float = 0.0


@dataclass(frozen=True)
class Rows:
    """Windows in their own units, and what came after them."""

    x: Floats
    """`(R, L)`"""
    y: Floats
    """`(R, H)`, NaN where nobody measured."""
    centre: Floats
    """`(R, 1)`"""
    scale: Floats
    """`(R, 1)`"""
    units: Floats
    """`(R, 1)` the naive error of its series."""

    def weighed(self, power: float) -> Rows:
        """Return rows that count by a power of their scale."""
        if not power:
            return self
        weight = (self.scale / self.units) ** power
        weight /= np.sqrt(np.mean(weight**2))
        return replace(self, x=self.x * weight, y=self.y * weight)

    def beyond(self, drawn: Floats, penalties: Sequence[float]) -> list[Floats]:
        """Return what is learnt beyond `drawn` `(L, H)` with each penalty.

        Several penalties are set side by side on rows of which no step is missing, or, if those are
        few, on all, with nothing beyond `drawn` where one is; a single one uses all there is of
        each step.
        """
        if len(penalties) == 1 and not np.isfinite(self.y).all():
            return [self._each_step(drawn, penalties[0])]
        square, values, vectors, cross, n = self._solvable
        if cross is None:
            left = np.nan_to_num(self.y - self.x @ drawn)
            found = self.x.T @ left / n
        else:
            found = cross - square @ drawn
        along = vectors.T @ found
        return [vectors @ (along / (values[:, None] + penalty)) for penalty in penalties]

    @cached_property
    def _solvable(self) -> tuple[Floats, Floats, Floats, Floats | None, int]:
        """Return x'x/n, its eigenvalues and -vectors, x'y/n (None with gaps), and n."""
        x, y = self.x, self.y
        whole = np.isfinite(y).all(1)
        if not whole.all() and whole.sum() >= _ENOUGH:
            x, y = x[whole], y[whole]
        n = len(x)
        square = x.T @ x / n
        cross = x.T @ y / n if np.isfinite(y).all() else None
        return square, *np.linalg.eigh(square), cross, n

    def _each_step(self, drawn: Floats, penalty: float) -> Floats:
        """Solve each step ahead on the rows that have it."""
        left = self.y - self.x @ drawn
        learnt, whole = np.zeros_like(drawn), self.x.T @ self.x
        for step, column in enumerate(left.T):
            there = np.isfinite(column)
            if not there.any():
                continue
            lacks, n = self.x[~there], int(there.sum())
            square = (whole - lacks.T @ lacks) / n + penalty * np.eye(len(whole))
            learnt[:, step] = np.linalg.solve(square, self.x[there].T @ column[there] / n)
        return learnt


def rows_of(
    laid: Laid,
    origins: Origins,
    way: Way,
    horizon: int,
    season: int,
    channels: Channels = NO_CHANNELS,
) -> Rows | None:
    """Return the rows of some origins, of values as the way reads them; None of none."""
    L = way.window
    origins = origins.some(min(_MOST_ROWS, int(_MOST_FLOATS / (L + horizon))))
    if not len(origins.at):
        return None
    spread = FLOOR * laid.spread()
    x = laid.windows(origins, L, 1)
    if (origins.at < L).any():
        mean = np.nanmean(x, axis=1, keepdims=True)
        x = np.where(np.isnan(x), mean, x)  # before the first value
    y = laid.ahead(origins, horizon)
    mean = x.mean(1, keepdims=True)
    centre = mean if way.centre == "mean" else x[:, -1:]
    floor = np.where(spread > 0, spread, 1.0)[origins.series][:, None]
    scale = np.abs(x - mean).mean(1, keepdims=True) + floor
    units = laid.moves(season)[origins.series][:, None]
    x = (x - centre) / scale
    if way.beside:
        known = _known(laid, origins, channels, horizon)
        x = np.concatenate([x, way.beside * known * (floor / FLOOR / scale)], axis=1)
    return Rows(x, (y - centre) / scale, centre, scale, units)


def _known(laid: Laid, origins: Origins, channels: Channels, horizon: int) -> Floats:
    """Return what is known beside the values at each origin, `(R, Z)`."""
    times, columns = channels.read_at(horizon)
    rows = laid.around(origins, channels.lags, horizon)[:, times + channels.lags, columns]
    return np.concatenate([rows, laid.told(origins)], axis=1)


def weights_of(
    laid: Laid,
    ways: Sequence[Way],
    horizon: int,
    season: int,
    channels: Channels = NO_CHANNELS,
) -> Floats:
    """Return the average of some ways as weights of a window, each column of sum one.

    Args:
        laid: what is learnt from.
        ways: as of `best_ways`.
        horizon: steps ahead.
        season: steps in a season.
        channels: covariates that are read beside the values.

    Returns:
        `(L + Z, H)`, the values first, then what `channels.read_at` reads and the dates tell.
    """
    longest = max(way.window for way in ways)
    beside = channels.read(horizon)
    total = np.zeros((longest + beside, horizon))
    for way in ways:
        L, read = way.window, as_read(laid, way.logarithm)
        begin = np.minimum(L, read.lengths // 2)
        rows = rows_of(read, read.origins(horizon, L, begin), way, horizon, season, channels)
        learnt = start_of(way, horizon, beside)
        if rows is not None:
            learnt = learnt + rows.weighed(way.power).beyond(learnt, [way.penalty])[0]
        values, known = learnt[:L], learnt[L:]
        # what a column's sum lacks falls to what the window was set against
        lacks = 1.0 - values.sum(0)
        values = values + (lacks / L if way.centre == "mean" else np.eye(L)[-1][:, None] * lacks)
        total[longest - L : longest] += values
        if way.beside:
            total[longest:] += way.beside * known
    return total / len(ways)


def start_of(way: Way, horizon: int, beside: int) -> Floats:
    """Return the weights that a regression is drawn to; of covariates none."""
    drawn = drawn_to(way, horizon)
    return np.concatenate([drawn, np.zeros((beside if way.beside else 0, horizon))])


def as_read(laid: Laid, logarithm: bool) -> Laid:
    """Return the values, or their logarithms: of what is not positive that of a tenth of the least
    that is."""
    if not logarithm:
        return laid
    positive = np.where(laid.values > 0, laid.values, np.nan)
    least = float(np.nanmin(positive)) / 10
    gone = np.isnan(positive) & np.isfinite(laid.values)
    return replace(laid, values=np.log(np.where(gone, least, positive)))


def drawn_to(way: Way, horizon: int) -> Floats:
    """Return the weights that a regression is drawn to, `(L, H)`.

    `centre`: what the window is set against. `last`: its last value. `season`: the value a whole
    period before; `phase`: the mean of all such in the window; `growth`: the first, moved by how
    far the mean of the last period is above the period before it. `level`: simple exponential
    smoothing of the values without their season, and the season again; `theta`: that with half the
    slope of their straight trend (Assimakopoulos & Nikolopoulos 2000; Hyndman & Billah 2003). Both
    are weighted sums, for season and slope are taken from the window by least squares.
    """
    if way.drawn_to in ("level", "theta"):
        return _smoothed(way, horizon)
    window, season = way.window, way.period
    weights, ahead = np.zeros((window, horizon)), np.arange(horizon)
    if way.drawn_to == "last":
        weights[-1] = 1.0
    if way.drawn_to in ("season", "growth"):
        weights[window - season + ahead % season, ahead] = 1.0
    if way.drawn_to == "growth":
        weights[-season:] += 1.0 / season
        weights[-2 * season : -season] -= 1.0 / season
    if way.drawn_to == "phase":
        for before in range(1, window // season + 1):
            weights[window - before * season + ahead % season, ahead] += season / (
                window // season * season
            )
    return weights


def _smoothed(way: Way, horizon: int) -> Floats:
    """Return the weights of exponential smoothing, `(L, H)`."""
    L, m, a = way.window, way.period, way.smoothing
    t, ahead = np.arange(L), np.arange(1, horizon + 1)
    straight = np.stack([np.ones(L), t - t.mean()], 1)
    fitted = np.linalg.pinv(straight)  # (2, L): level and slope of the window
    seasons = np.zeros((m, L))
    if m > 1:
        phases = (t[:, None] % m == np.arange(m)).astype(np.float64)  # (L, m)
        phases /= phases.sum(0)
        seasons = phases.T @ (np.eye(L) - straight @ fitted)
        seasons -= seasons.mean(0)
    adjusted = np.eye(L) - seasons[t % m]  # (L, L): values without their season
    decay = a * (1 - a) ** t[::-1]
    decay[0] = (1 - a) ** (L - 1)
    said = np.tile(decay @ adjusted, (horizon, 1)) + seasons[(L - 1 + ahead) % m]
    if way.drawn_to == "theta":
        steps = ahead - 1 + (1 - (1 - a) ** L) / a
        said += 0.5 * steps[:, None] * (fitted[1] @ adjusted)
    return np.asarray(said.T)
