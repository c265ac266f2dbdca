"""The linear forecaster: every value ahead is a weighted sum of the window.

Ridge regressions from all values of a window to all values ahead, each in closed form. They differ
in what they read (how many values, as they are or their logarithms), in what they are drawn to when
there is little to learn from (the last value, the value a season before, its mean over the window,
or that with the growth of a year), and in the penalty. Each is judged at origins it has not learnt
from; the best few are averaged, which is a weighted sum again.

A window is set against its mean or its last value before it is weighed, so a level that was never
seen is carried on, and a row counts by how much its window varies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from elman.judging.values.yardstick import measured
from elman.tasks.forecast.scaling import FLOOR, bridged

__all__ = ["Way", "best_ways", "weights_of"]

Floats = NDArray[np.float64]

_MULTIPLES = (1, 2, 4, 7, 14, 28)
"""Windows, in seasons."""
_WITHOUT_SEASON = (4, 8, 16, 32, 64, 128)
_LONGEST = 1024
_PENALTIES = (*(10.0 ** (k / 2) for k in range(-8, 7)), 1e9)
"""In units of the mean square of a window; with the last nothing is learnt."""
_AVERAGED = 5
_SPANS = 3
"""Times at which the ways are judged by what came next."""
_MOST_ROWS, _MOST_JUDGED = 8000, 2000
_ENOUGH = 50
"""Rows without a gap from which penalties can be told apart."""


@dataclass(frozen=True)
class Way:
    """One ridge regression."""

    logarithm: bool
    window: int
    centre: str
    """`mean` or `last`: what a window is set against."""
    drawn_to: str
    """`centre`, `last`, `season`, `phase` or `growth`; see `_drawn_to`."""
    penalty: float = 0.0


@dataclass(frozen=True)
class _Rows:
    """Windows in their own units, and what came after them."""

    x: Floats
    y: Floats
    """NaN where nobody measured."""
    centre: Floats
    scale: Floats


def best_ways(values: Floats, horizon: int, season: int, window: int | None = None) -> list[Way]:
    """Return the few best ways, the best first, all of logarithms or none.

    Args:
        values: `(N,)` all that may be learnt from, NaN where one is missing.
        horizon: steps ahead.
        season: steps in a season.
        window: values that are read; None chooses.
    """
    N = len(values)
    # late enough for windows of two seasons, with as many rows to learn from
    roomy = min(max(4 * season, 4) + horizon, N - 2 * horizon)
    begin = min(max(roomy, N // 2 if N > 3000 else 3 * N // 10), N - horizon)
    edges = np.unique(np.linspace(begin, N - horizon, _SPANS + 1).astype(int))
    spans = [(int(a), int(b) + horizon) for a, b in pairwise(edges)]
    spans = spans or [(N - horizon, N)]
    errors: dict[Way, list[float]] = {}
    for cut, end in spans:
        moves = np.abs(np.diff(values[:end]))
        unit = float(moves[np.isfinite(moves)].mean()) if np.isfinite(moves).any() else 1.0
        unit = unit or 1.0
        for way, error in _judged(values, horizon, season, window, cut, end):
            errors.setdefault(way, []).append(error / unit)
    most = max(map(len, errors.values()))
    mean = {way: float(np.mean(e)) for way, e in errors.items() if len(e) == most}
    ranked = sorted(mean, key=mean.__getitem__)
    kinds = {replace(way, penalty=0.0): way for way in reversed(ranked)}  # of each kind the best
    same = [way for way in kinds.values() if way.logarithm == ranked[0].logarithm]
    return sorted(same, key=mean.__getitem__)[:_AVERAGED]


def weights_of(values: Floats, ways: Sequence[Way], horizon: int, season: int) -> Floats:
    """Return the average of some ways as `(L, H)` weights of a window, each column of sum one.

    Args:
        values: `(N,)` what is learnt from.
        ways: as of `best_ways`.
        horizon: steps ahead.
        season: steps in a season.
    """
    longest = max(way.window for way in ways)
    total = np.zeros((longest, horizon))
    for way in ways:
        L = way.window
        drawn = _drawn_to(way.drawn_to, L, horizon, season)
        rows = _rows(_as_read(values, way), L, horizon, range(L, len(values) + 1), way, _MOST_ROWS)
        learnt = drawn if rows is None else drawn + _solved(rows, drawn, [way.penalty])[0]
        # what a column's sum lacks falls to what the window was set against
        lacks = 1.0 - learnt.sum(0)
        learnt = learnt + (lacks / L if way.centre == "mean" else np.eye(L)[-1][:, None] * lacks)
        total[longest - L :] += learnt
    return total / len(ways)


def _judged(
    values: Floats, horizon: int, season: int, window: int | None, cut: int, end: int
) -> Iterator[tuple[Way, float]]:
    """Yield each way with its mean error at the origins from `cut` on, learnt from before it."""
    positive = bool(np.nanmin(values[:end]) > 0)
    truth_of = np.asarray(values[:end])
    for logarithm in (False, True) if positive else (False,):
        for L in _windows(season, (cut - horizon) // 2) if window is None else [window]:
            for centre in ("mean", "last"):
                kind = Way(logarithm, L, centre, "centre")
                read = _as_read(truth_of, kind)
                learnt = _rows(read[:cut], L, horizon, range(L, cut + 1), kind, _MOST_ROWS)
                asked = _rows(read, L, horizon, range(max(cut, L), end + 1), kind, _MOST_JUDGED)
                if asked is None:
                    continue
                truth = asked.y * asked.scale + asked.centre
                truth = np.exp(truth) if logarithm else truth
                for name in _names(L, season, centre):
                    drawn = _drawn_to(name, L, horizon, season)
                    solved = (
                        [np.zeros_like(drawn)] * len(_PENALTIES)
                        if learnt is None
                        else _solved(learnt, drawn, _PENALTIES)
                    )
                    for penalty, more in zip(_PENALTIES, solved, strict=True):
                        said = (asked.x @ (drawn + more)) * asked.scale + asked.centre
                        said = np.exp(np.minimum(said, 50)) if logarithm else said
                        error = float(np.nanmean(np.abs(said - truth)))
                        yield replace(kind, drawn_to=name, penalty=penalty), error


def _windows(season: int, most: int) -> list[int]:
    multiples = [season * k for k in _MULTIPLES] if season > 1 else list(_WITHOUT_SEASON)
    fitting = [L for L in multiples if 4 <= L <= min(most, _LONGEST)]
    return fitting or [max(1, min(most, 8))]


def _names(window: int, season: int, centre: str) -> list[str]:
    names = ["centre"] if centre == "last" else ["centre", "last"]
    if 1 < season <= window:
        names += ["season", "phase"]
    if 1 < season <= window // 2:
        names += ["growth"]
    return names


def _drawn_to(name: str, window: int, horizon: int, season: int) -> Floats:
    """Return the weights that a regression is drawn to, `(L, H)`.

    `centre`: what the window is set against. `last`: its last value. `season`: the value a whole
    season before; `phase`: the mean of all such in the window; `growth`: the first, moved by how
    far the mean of the last season is above the season before it.
    """
    weights, ahead = np.zeros((window, horizon)), np.arange(horizon)
    if name == "last":
        weights[-1] = 1.0
    if name in ("season", "growth"):
        weights[window - season + ahead % season, ahead] = 1.0
    if name == "growth":
        weights[-season:] += 1.0 / season
        weights[-2 * season : -season] -= 1.0 / season
    if name == "phase":
        for before in range(1, window // season + 1):
            weights[window - before * season + ahead % season, ahead] += season / (
                window // season * season
            )
    return weights


def _as_read(values: Floats, way: Way) -> Floats:
    return np.log(values) if way.logarithm else values


def _rows(
    values: Floats, window: int, horizon: int, origins: range, way: Way, most: int
) -> _Rows | None:
    """Return the rows of some origins whose window and horizon lie in `values`; None of none."""
    possible = measured(values, horizon, origins.start, window)
    chosen = possible[:: max(1, -(-len(possible) // most))]
    if not chosen:
        return None
    spread = float(np.nanstd(values)) * FLOOR or 1.0
    x = np.stack([bridged(values[o - window : o], 1) for o in chosen])
    y = np.stack([values[o : o + horizon] for o in chosen])
    mean = x.mean(1, keepdims=True)
    centre = mean if way.centre == "mean" else x[:, -1:]
    scale = np.abs(x - mean).mean(1, keepdims=True) + spread
    return _Rows((x - centre) / scale, (y - centre) / scale, centre, scale)


def _solved(rows: _Rows, drawn: Floats, penalties: Sequence[float]) -> list[Floats]:
    """Return what is learnt beyond `drawn` with each penalty, `(L, H)`.

    Several penalties are set side by side on rows of which no step is missing, or, if those are
    few, on all, with nothing beyond `drawn` where one is; a single one uses all there is of each
    step.
    """
    x, left = rows.x, rows.y - rows.x @ drawn
    whole = np.isfinite(left).all(1)
    if len(penalties) > 1:
        if whole.sum() >= _ENOUGH:
            x, left = x[whole], left[whole]
        left = np.nan_to_num(left)
    if np.isfinite(left).all():
        n = len(left)
        values, vectors = np.linalg.eigh(x.T @ x / n)
        along = vectors.T @ (x.T @ left / n)
        return [vectors @ (along / (values[:, None] + penalty)) for penalty in penalties]
    solved = [np.zeros_like(drawn) for _ in penalties]
    for step, column in enumerate(left.T):  # each step ahead has its own rows
        there = np.isfinite(column)
        if not there.any():
            continue
        own, n = x[there], int(there.sum())
        square, wanted = own.T @ own / n, own.T @ column[there] / n
        for weights, penalty in zip(solved, penalties, strict=True):
            ridge = square + penalty * np.eye(len(square))
            weights[:, step] = np.linalg.solve(ridge, wanted)
    return solved
