"""Which ridge regressions foretell best: each is judged at origins it has not learnt from.

They differ in what they read (how many values, as they are or their logarithms), in what they are
drawn to when there is little to learn from (the last value, the value a season before, its mean
over the window, that with the growth of a year, or exponential smoothing), and in the penalty. The
best few are averaged, which is a weighted sum again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from elman.tasks.forecast.laid import Laid
from elman.tasks.forecast.linear.weights import Rows, Way, as_read, drawn_to, rows_of

__all__ = ["best_ways"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MULTIPLES = (1, 2, 3, 5, 7, 14, 28)
"""Windows, in seasons."""
_WITHOUT_SEASON = (4, 8, 16, 32, 64, 128)
_LONGEST = 1024
_PERIODS = (1, 7)
"""Of what a regression is drawn to, in seasons: hours of a day repeat after a week as well."""
_SMOOTHINGS = (0.1, 0.3, 0.6)
_PENALTIES = (*(10.0 ** (k / 2) for k in range(-8, 7)), 1e9)
"""In units of the mean square of a window; with the last nothing is learnt."""
_LEAST_SMOOTHED = 4
_AVERAGED = 5
_SPANS = 3
"""Times at which the ways are judged by what came next."""
_MOST_ROWS, _MOST_JUDGED = 8000, 2000
_SEVERAL = 5
"""Series from which on one has enough to learn from in the others."""
_POWERS = (0.0, 0.5, 1.0)


def best_ways(laid: Laid, horizon: int, season: int, window: int | None = None) -> list[Way]:
    """Return the few best ways, the best first, all of logarithms or none.

    Args:
        laid: all that may be learnt from.
        horizon: steps ahead.
        season: steps in a season.
        window: values that are read; None chooses.
    """
    N = laid.lengths
    if len(laid) < _SEVERAL:
        # late enough for windows of two seasons, with as many rows to learn from
        begin = np.minimum(max(4 * season, 4) + horizon, N - 2 * horizon)
        begin = np.maximum(begin, np.where(N > 3000, N // 2, 3 * N // 10))
    else:
        begin = N - np.maximum(N // 4, horizon)  # the others have rows to learn from
    begin = np.minimum(begin, N - horizon)
    spans = _SPANS if len(laid) < _SEVERAL else _SPANS - 1
    edges = np.linspace(begin, N - horizon, spans + 1).astype(int)  # (spans + 1, S)
    errors: dict[Way, list[float]] = {}
    for cut, last in pairwise(edges):
        for way, error in _judged(laid, horizon, season, window, cut, last + horizon):
            errors.setdefault(way, []).append(error)
    most = max(map(len, errors.values()))
    mean = {way: float(np.mean(e)) for way, e in errors.items() if len(e) == most}
    ranked = sorted(mean, key=mean.__getitem__)
    kinds = {
        replace(way, penalty=0.0, power=0.0): way for way in reversed(ranked)
    }  # of each kind the best
    same = [way for way in kinds.values() if way.logarithm == ranked[0].logarithm]
    return sorted(same, key=mean.__getitem__)[:_AVERAGED]


def _judged(
    laid: Laid, horizon: int, season: int, window: int | None, cut: Ints, end: Ints
) -> Iterator[tuple[Way, float]]:
    """Yield each way with its mean error at the origins from `cut` on, learnt from before it.

    Errors are in units of the naive error of each series; those of several series are multiplied by
    those in shares of their values, as both count in the M4 competition (Makridakis 2020).
    """
    cut, end = np.clip(cut, 0, laid.lengths), np.clip(end, 0, laid.lengths)
    known = laid.before(end)
    unit = known.moves(season)
    typical = int(np.median(cut[cut > 0])) if (cut > 0).any() else 1
    several = len(laid) >= _SEVERAL
    penalties = _PENALTIES[1::2] if several else _PENALTIES
    room = typical - horizon if several else (typical - horizon) // 2
    judged = _MOST_JUDGED // 2 if several else _MOST_JUDGED
    positive = bool(np.nanmin(known.values) > 0)
    for logarithm in (False, True) if positive else (False,):
        for L in _windows(season, room) if window is None else [window]:
            for centre in ("mean", "last"):
                kind = Way(logarithm, L, centre, "centre")
                read = as_read(known, logarithm)
                past = read.before(cut)
                origins = past.origins(horizon, L, np.minimum(L, past.lengths // 2))
                learnt = rows_of(past, origins.some(_MOST_ROWS), kind, horizon, season)
                origins = read.origins(horizon, L, np.maximum(cut, 1)).some(judged)
                asked = rows_of(read, origins, kind, horizon, season)
                if asked is None:
                    continue
                truth = asked.y * asked.scale + asked.centre
                truth = np.exp(truth) if logarithm else truth
                units = unit[origins.series][:, None]
                for power in _POWERS if several and learnt is not None else (0.0,):
                    rows = None if learnt is None else learnt.weighed(power)
                    for way in _kinds(replace(kind, power=power), season):
                        for penalty, weights in _solved(rows, way, horizon, penalties):
                            said = (asked.x @ weights) * asked.scale + asked.centre
                            said = np.exp(np.minimum(said, 50)) if logarithm else said
                            error = np.abs(said - truth)
                            score = float(np.nanmean(error / units))
                            if several and positive:
                                score *= float(np.nanmean(error / (np.abs(said) + truth)))
                            yield replace(way, penalty=penalty), score


def _solved(
    rows: Rows | None, way: Way, horizon: int, penalties: Sequence[float]
) -> Iterator[tuple[float, Floats]]:
    """Yield the weights `(L, H)` of every penalty; of no rows what the way is drawn to."""
    drawn = drawn_to(way, horizon)
    if rows is None:
        yield from ((penalty, drawn) for penalty in penalties)
        return
    for penalty, more in zip(penalties, rows.beyond(drawn, penalties), strict=True):
        yield penalty, drawn + more


def _windows(season: int, most: int) -> list[int]:
    multiples = [season * k for k in _MULTIPLES] if season > 1 else list(_WITHOUT_SEASON)
    fitting = [L for L in multiples if 4 <= L <= min(most, _LONGEST)]
    return fitting or [max(1, min(most, 8))]


def _kinds(way: Way, season: int) -> Iterator[Way]:
    """Yield a way with all it may be drawn to."""
    yield way
    if way.centre != "last":
        yield replace(way, drawn_to="last")
    for period in [season * k for k in _PERIODS if season > 1]:
        for name, least in (("season", period), ("phase", 2 * period), ("growth", 2 * period)):
            if least <= way.window:
                yield replace(way, drawn_to=name, period=period)
    for period in sorted({1, season}) if 2 * season <= way.window else [1]:
        for name in ("level", "theta"):
            for smoothing in _SMOOTHINGS if way.window >= _LEAST_SMOOTHED else ():
                yield replace(way, drawn_to=name, period=period, smoothing=smoothing)
