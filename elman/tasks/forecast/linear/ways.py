"""Which ridge regressions foretell best: each is judged at origins it has not learnt from.

They differ in what they read (how many values, as they are or their logarithms), in what they are
drawn to when there is little to learn from (the last value, the value a season before, its mean
over the window, that with the growth of a year, or exponential smoothing), and in the penalty. The
best few are averaged, which is a weighted sum again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from elman.tasks.forecast.coding.channels import NO_CHANNELS, Channels
from elman.tasks.forecast.laid import Laid
from elman.tasks.forecast.linear.span import Span, spans_of
from elman.tasks.forecast.linear.weights import Rows, Way, start_of

__all__ = ["best_ways"]

Floats = NDArray[np.float64]

_MULTIPLES = (1, 2, 3, 5, 7, 14, 28)
"""Windows, in seasons."""
_WITHOUT_SEASON = (4, 8, 16, 32, 64, 128)
_LONGEST = 1024
_PERIODS = (1, 7)
"""Of what a regression is drawn to, in seasons: hours of a day repeat after a week as well."""
_SMOOTHINGS = (0.1, 0.3, 0.6)
_PENALTIES = (*(10.0 ** (k / 2) for k in range(-8, 7)), 1e9)
"""In units of the mean square of a window; with the last nothing is learnt."""
_SMOOTHED = (4, 200)
"""Values of a window in which smoothing is tried; a longer one has enough to learn from."""
_LONG = 1000
"""Values to learn from, with which coarser steps of the penalty do."""
_AVERAGED = 5
_NEAR = 1.02
"""Of the least error: windows that are as good are all read, for they differ in what they see."""
_BESIDE = (0.3, 1.0, 3.0, 10.0)
"""Sizes of covariates beside values: of ten times the size a hundredth of the penalty."""
_OF_DATES = (1.0, 10.0)
_HELPS = 0.99
"""Share of the error to which what nobody asked for has to bring it."""
_POWERS = (0.0, 0.5, 1.0)


def best_ways(
    laid: Laid,
    horizon: int,
    season: int,
    window: int | None = None,
    channels: Channels = NO_CHANNELS,
    fewer: Channels | None = None,
) -> tuple[list[Way], Channels]:
    """Return the few best ways, the best first, those of different windows before others.

    All are of logarithms, or none.

    Args:
        laid: all that may be learnt from.
        horizon: steps ahead.
        season: steps in a season.
        window: values that are read; None chooses.
        channels: what may be read beside the values.
        fewer: the same without what is read only where it helps.

    Returns:
        The ways, and which of the channels they read.
    """
    spans = spans_of(laid, horizon, season)
    alone = _means([_judged(span, window) for span in spans])
    known, mean = channels, _with_channels(alone, spans, channels)
    if fewer is not None:
        without = _with_channels(alone, spans, fewer)
        if not min(mean.values()) < _HELPS * min(without.values()):
            known, mean = fewer, without
    elif channels.told:  # somebody asked for them
        mean = {way: error for way, error in mean.items() if way.beside} or mean
    ways = _ordered(mean)
    near = [way for way in ways if mean[way] <= _NEAR * mean[ways[0]]]
    windows = {way.window: way for way in reversed(near)}  # of each the best
    first = sorted(windows.values(), key=mean.__getitem__)
    return list(dict.fromkeys([*first, *ways]))[:_AVERAGED], known


def _with_channels(
    alone: dict[Way, float], spans: Sequence[Span], channels: Channels
) -> dict[Way, float]:
    """Return the mean errors of ways that read values alone, and of some that read more.

    What is known beside a series makes it another: the best of each window may win then.
    """
    if not channels.width and not channels.told:
        return alone
    ways = _ordered(alone)
    sizes: Sequence[float] = _BESIDE
    tried = ways[:_AVERAGED] + list({way.window: way for way in reversed(ways)}.values())
    if not channels.width:
        sizes = _OF_DATES
    tried = list(dict.fromkeys(tried))
    spans = [replace(span, channels=channels) for span in spans]
    return alone | _means([_beside(span, tried, sizes) for span in spans])


def _ordered(mean: dict[Way, float]) -> list[Way]:
    """Return the best way of every kind, the best first, all of logarithms or none."""
    ranked = sorted(mean, key=mean.__getitem__)
    best = {_kind(way): way for way in reversed(ranked)}
    same = [way for way in best.values() if way.logarithm == ranked[0].logarithm]
    return sorted(same, key=mean.__getitem__)


def _kind(way: Way) -> Way:
    """Return what is the same of ways that differ in sizes alone."""
    return replace(way, penalty=0.0, power=0.0, beside=0.0)


def _means(each: Sequence[Iterable[tuple[Way, float]]]) -> dict[Way, float]:
    """Return the mean error of every way that was judged each time."""
    errors: dict[Way, list[float]] = {}
    for judged in each:
        for way, error in judged:
            errors.setdefault(way, []).append(error)
    most = max(map(len, errors.values()), default=0)
    return {way: float(np.mean(e)) for way, e in errors.items() if len(e) == most}


def _judged(span: Span, window: int | None) -> Iterator[tuple[Way, float]]:
    """Yield each way with its mean error in a span."""
    penalties = _PENALTIES[1::2] if span.several or span.room > _LONG else _PENALTIES
    for logarithm in (False, True) if span.positive else (False,):
        for L in _windows(span.season, span.room) if window is None else [window]:
            for centre in ("mean", "last"):
                kind = Way(logarithm, L, centre, "centre")
                learnt, asked = span.learnt(kind), span.asked(kind)
                if asked is None:
                    continue
                for power in _POWERS if span.several and learnt is not None else (0.0,):
                    rows = None if learnt is None else learnt.weighed(power)
                    for way in _kinds(replace(kind, power=power), span.season):
                        for penalty, weights in _solved(rows, way, span, penalties):
                            yield replace(way, penalty=penalty), asked.score(weights)


def _beside(span: Span, ways: Sequence[Way], sizes: Sequence[float]) -> Iterator[tuple[Way, float]]:
    """Yield some ways that read covariates as well, with their mean error in a span."""
    for way in ways:
        for beside in sizes:
            wider = replace(way, beside=beside)
            learnt, asked = span.learnt(wider), span.asked(wider)
            if asked is None or learnt is None:
                continue
            rows = learnt.weighed(way.power)
            for penalty, weights in _solved(rows, wider, span, _PENALTIES[1::2]):
                yield replace(wider, penalty=penalty), asked.score(weights)


def _solved(
    rows: Rows | None, way: Way, span: Span, penalties: Sequence[float]
) -> Iterator[tuple[float, Floats]]:
    """Yield the weights `(L + Z, H)` of every penalty; of no rows what the way is drawn to."""
    drawn = start_of(way, span.horizon, span.channels.read(span.horizon))
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
            for smoothing in _SMOOTHINGS if _SMOOTHED[0] <= way.window <= _SMOOTHED[1] else ():
                yield replace(way, drawn_to=name, period=period, smoothing=smoothing)
