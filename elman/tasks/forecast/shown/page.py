"""Forecasts as charts: on a terminal, and as a page of HTML."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from elman.data.series.series import Series
from elman.draw.chart import Fan
from elman.draw.html import escape, page
from elman.draw.svg import SHADES, fan_chart
from elman.judging.values.answer import Forecast

__all__ = ["DRAWN", "fan_of", "known", "page_of", "recent", "told"]

_SEASONS, _HORIZONS, _LEAST, _MOST = 2, 3, 24, 400
"""Of the past that is shown: seasons, horizons, values at least and at most."""
DRAWN = 60
"""Series that a page draws, and whose past a report has."""

_STYLE = (
    "<style>.fan{width:100%;height:auto;font:12px system-ui,sans-serif}.fan .grid{stroke:#ddd}"
    ".fan path.past,.fan path.ahead{fill:none;stroke-width:1.6}.fan path.past{stroke:#555}"
    ".fan path.ahead{stroke:#0b63b0;stroke-width:2}.fan circle.past{fill:#555}"
    ".fan circle.ahead{fill:#0b63b0}.fan circle.hidden{opacity:0}"
    "table{border-collapse:collapse;font-size:.85rem}"
    "td,th{padding:.15rem .7rem;text-align:right;border-bottom:1px solid #ddd}"
    ".key span{display:inline-block;width:1.1em;height:.8em;margin:0 .35em 0 1em}"
    "@media screen and (prefers-color-scheme:dark){body{color:#ddd;background:#181a1d}"
    ".fan text{fill:#ccc}"
    ".fan .grid,td,th{stroke:#3a3d42;border-color:#3a3d42}.fan path.past{stroke:#bbb}"
    ".fan circle.past{fill:#bbb}.fan path.ahead{stroke:#4aa3f0}.fan circle.ahead{fill:#4aa3f0}"
    ".fan path[fill]{fill-opacity:.3}}</style>"
)


def known(value: float) -> float | None:
    """Return a number, or None for one that nobody knows, as JSON has it."""
    return value if math.isfinite(value) else None


def told(item: Any, forecast: Forecast) -> dict[str, Any]:
    """Return a forecast as reports have it, and the end of the series it follows, if given."""
    found = asdict(forecast)
    if item is not None:
        found["recent"] = recent(item, len(forecast.values))
    found["intervals"] = {
        level: {"lower": [*map(known, one.lower)], "upper": [*map(known, one.upper)]}
        for level, one in forecast.intervals.items()
    }
    return found


def recent(item: Any, horizon: int) -> dict[str, Any]:
    """Return the last values of a series, with their dates, as many as a chart shows.

    None stands where one is missing, as JSON has it.
    """
    series = item if isinstance(item, Series) else None
    values = list(item) if series is None else series.values.tolist()
    season = 1 if series is None else series.season
    shown = max(_SEASONS * season, _HORIZONS * horizon, _LEAST)
    begin = max(len(values) - min(shown, _MOST), 0)
    dates = (
        []
        if series is None or series.calendar is None
        else [series.date(n) for n in range(begin, len(values))]
    )
    return {"values": [*map(known, values[begin:])], "dates": dates}


def fan_of(forecast: dict[str, Any]) -> Fan:
    """Return what is drawn of one forecast of `answered`."""
    past, ahead = _numbers(forecast["recent"]["values"]), forecast["values"]
    before = forecast["recent"]["dates"] or [str(n + 1 - len(past)) for n in range(len(past))]
    after = forecast["dates"] or [f"+{n + 1}" for n in range(len(ahead))]
    widest = sorted(forecast["intervals"].items(), key=lambda one: -float(one[0]))[:2]
    bands = [(level, _numbers(one["lower"]), _numbers(one["upper"])) for level, one in widest]
    return Fan(forecast["name"], past, ahead, bands, [*before, *after])


def _numbers(values: Sequence[float | None]) -> list[float]:
    return [math.nan if value is None else value for value in values]


def page_of(report: dict[str, Any]) -> str:
    """Return forecasts as a page: a chart and a table of each, nothing asked of the network."""
    forecasts: Sequence[dict[str, Any]] = report.get("forecasts") or [report]
    parts = [_STYLE, f"<h1>Forecast {escape(report['said'])}</h1>"]
    for forecast in forecasts[:DRAWN]:
        fan = fan_of(forecast)
        title = f"<h2>{escape(forecast['name'])}</h2>" if len(forecasts) > 1 else ""
        parts.append(title + _key(fan) + fan_chart(fan) + _table(forecast, fan))
    if len(forecasts) > DRAWN:
        parts.append(
            f"<p>{len(forecasts) - DRAWN:,} further series are not drawn; a .csv, .jsonl or "
            ".parquet file has all.</p>"
        )
    return page("elman predict", "".join(parts))


def _key(fan: Fan) -> str:
    shades = SHADES[-len(fan.bands) :] if fan.bands else ()
    bands = "".join(
        f'<span style="background:{shade}"></span>{escape(name)} %'
        for shade, (name, _, _) in zip(shades, fan.bands, strict=True)
    )
    return f'<p class="key">grey what was, blue the forecast{bands}</p>'


def _cell(value: float | None) -> str:
    return "<td>–</td>" if value is None else f"<td>{value:.6g}</td>"


def _table(forecast: dict[str, Any], fan: Fan) -> str:
    levels = forecast["intervals"]
    heads = ["", "forecast", *(f"{side} {level} %" for level in levels for side in ("from", "to"))]
    columns = [forecast["values"]]
    columns += [levels[level][end] for level in levels for end in ("lower", "upper")]
    names = fan.labels[len(fan.past) :]
    rows = "".join(
        f"<tr><th>{escape(names[n])}</th>{''.join(_cell(c[n]) for c in columns)}</tr>"
        for n in range(len(names))
    )
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    return f"<details open><summary>values</summary><table><tr>{head}</tr>{rows}</table></details>"
