"""Newer values for a saved forecaster, which goes on from them without learning anew."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.series.panel import Panel
from elman.data.series.series import Series
from elman.errors import DataError
from elman.figures import counted
from elman.runtime.model import Model
from elman.tasks.forecast.coding.codec import SeriesCodec, series_codec_of
from elman.tasks.forecast.coding.ends import End, Ends, ends_of, floor_of
from elman.tasks.forecast.coding.scaling import FLOORS
from elman.tasks.forecast.labelled import panel_for
from elman.tasks.forecast.options import ForecastOptions

__all__ = ["renewed"]

Floats = NDArray[np.float64]


def renewed(model: Model, data: Any, options: ForecastOptions) -> tuple[Ends, list[str]]:
    """Return where the series stop with newer values, and what a person should know.

    Dates say where the new values belong; without dates they follow those that are known, which a
    longer file may repeat. A series that the model has not met is added to several.

    Raises:
        DataError: the values do not go on from where a series stopped.
    """
    codec = series_codec_of(model)
    each = [codec.recent(n) for n in range(len(codec.ends))]
    calendar = each[0].calendar
    last = max(one.first + len(one.values) - 1 for one in each)
    none = dataclasses.replace(options, season=1)  # the model's counts, whatever is found in these
    panel = panel_for(model, data, none, None if calendar is None else (calendar, last))
    said, ends = list(panel.notes), list(codec.ends)
    places = {end.name: n for n, end in enumerate(ends)}
    several = len(ends) > 1
    if not several and len(panel) > 1:
        raise DataError(
            f"{len(panel)} series, and the model has one: {ends[0].name}. Name its column: --value."
        )
    added = newer = ahead = 0
    for series in panel:
        if several and series.name not in places:
            ends.append(_first_seen(series, codec))
            added += 1
            continue
        n = places[series.name] if several else 0
        ends[n], new, known = _joined(codec, n, series)
        newer += new
        ahead += known
    found = [counted(newer, "newer value")] if newer else []
    found += [f"{added:,} new series"] if added else []
    found += [f"covariates of {counted(ahead, 'further step')}"] if ahead else []
    said.append(", ".join(found) or "nothing in it is newer than what the model has")
    return _columns(ends, bool(codec.input.channels.width)), said


def _joined(codec: SeriesCodec, n: int, series: Series) -> tuple[End, int, int]:
    """Return an end with the newer values of its series, their number, and that of steps to come.

    Those are steps of which covariates are known that were not before.
    """
    end, known = codec.ends[n], codec.recent(n)
    N, begin = len(known.values), _place(known, series)
    cut = max(-begin, 0)  # what came before all that is known
    begin += cut
    values = np.full(max(N, begin + len(series.values) - cut), np.nan)
    values[:N] = known.values
    given = series.values[cut:]
    new = values[begin : begin + len(given)]
    new[:] = np.where(np.isfinite(given), given, new)
    last = int(np.flatnonzero(np.isfinite(values))[-1]) + 1
    beside, ahead = None, 0
    if known.beside is not None and series.beside is not None:
        further, width = series.beside[cut:], known.beside.shape[1]
        beside = np.full((max(len(known.beside), begin + len(further)), width), np.nan)
        beside[: len(known.beside)] = known.beside
        beside[begin : begin + len(further)] = further
        ahead = max(len(beside) - max(len(known.beside), last), 0)
    whole = Series(end.name, values[:last], known.season, known.calendar, known.first, beside)
    ends = ends_of(Panel((whole,)), codec.window, [end.floor])
    newer = int(np.isfinite(values[N:last]).sum())
    return ends[0]._replace(lowest=min(end.lowest, ends.lowest[0])), newer, ahead


def _place(known: Series, series: Series) -> int:
    """Return how many steps after the first known value a series begins; below 0 if before."""
    N = len(known.values)
    if known.calendar is None or series.calendar is None:
        for end in range(len(series.values), N - 1, -1):
            if np.array_equal(series.values[end - N : end], known.values, equal_nan=True):
                return N - end
        return N
    return series.first - known.first


def _first_seen(series: Series, codec: SeriesCodec) -> End:
    """Return the end of a series that the model has not met."""
    read = series.values
    if codec.input.scaling.logarithm:
        read = np.log(np.maximum(read, max(float(np.nanmin(read)), FLOORS[0]) / 10))
    floor = min(floor_of(float(np.nanstd(read))), FLOORS[1])
    return ends_of(Panel((series,)), codec.window, [floor])[0]


def _columns(ends: list[End], known: bool) -> Ends:
    """Return ends as the file has them."""

    def text(numbers: Floats) -> str:
        return " ".join(map(repr, numbers.tolist()))

    return Ends(
        names=tuple(end.name for end in ends),
        values=tuple(text(end.values) for end in ends),
        first=tuple(end.first for end in ends),
        floor=tuple(end.floor for end in ends),
        lowest=tuple(end.lowest for end in ends),
        known=tuple(text(end.known) for end in ends) if known else (),
    )
