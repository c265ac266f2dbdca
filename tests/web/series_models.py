"""Forecasters with random weights, and what Python says with them; calendars and their dates."""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from elman.artifact import Artifact, encode
from elman.data.series.calendar import Calendar
from elman.data.series.covariates import Covariate
from elman.data.series.dates import COUNT, FORMS
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import shapes_of_all
from elman.tasks.forecast.coding.channels import Channels
from elman.tasks.forecast.coding.ends import Ends
from elman.tasks.forecast.coding.input import SeriesInput
from elman.tasks.forecast.coding.intervals import Spread
from elman.tasks.forecast.coding.saved import series_codec
from elman.tasks.forecast.coding.scaling import Scaling
from elman.web.packed import PRECISIONS, Precision, packed, rounded
from tests.web.networks import random_tensors

__all__ = ["calendar_cases", "series_case", "series_cases"]

H, L = 5, 17
NAN = float("nan")
HOURLY = Calendar("%Y-%m-%d %H:%M%z", "seconds", 3600, "2024-03-29T03:00:00", zone="Europe/Berlin")
MONTHLY = Calendar("%d.%m.%Y", "months", 1, "2021-01-29", day=32)
WORKDAYS = Calendar("%a, %d %b %Y", "workdays", 1, "2024-01-04", week="1111100")
DAILY = Calendar("%Y-%m-%d", "seconds", 86_400, "2023-11-30")
BESIDE = Channels(
    (
        Covariate("price", "past"),
        Covariate("day", "future", ("mon", "sat", "sun")),
        Covariate("size", "static"),
    ),
    mean=(5.0, 0.3, 0.2, 0.4, 11.0),
    spread=(2.5, 0.5, 0.4, 0.6, 3.0),
    lags=4,
    features=("weekday",),
)
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "plain": ({"cell": "gru"}, {}, {"calendar": DAILY}),
    "logarithm-panel": (
        {"cell": "lstm", "num_layers": 2, "members": 2},
        {"logarithm": True, "least": 0.01},
        {"calendar": MONTHLY, "segment": 3},
    ),
    "told": (
        {"cell": "none", "hidden_size": 0, "num_layers": 0},
        {},
        {
            "calendar": HOURLY,
            "segment": 2,
            "channels": Channels(features=("yearday", "hour", "weekday")),
        },
    ),
    "panel": (
        {"cell": "rnn", "linear": -1},
        {},
        {"calendar": WORKDAYS, "channels": Channels(features=("weekday",))},
    ),
    "covariates": (
        {"cell": "gru", "linear": -1},
        {},
        {"calendar": DAILY, "segment": 2, "channels": BESIDE},
    ),
    "covariates-panel": (
        {"cell": "rnn"},
        {},
        {
            "calendar": MONTHLY,
            "channels": Channels((Covariate("price", "past"),), (5.0,), (2.5,), 3),
        },
    ),
    "counts": ({"cell": "gru"}, {}, {"calendar": Calendar(COUNT, "counts", 0.1, "2.3")}),
    "last": ({"cell": "gru"}, {"shortcut": "last"}, {}),
    "season": ({"cell": "gru"}, {"shortcut": "season", "season": 4}, {"segment": 4}),
    "phase": ({"cell": "rnn"}, {"shortcut": "phase", "season": 5}, {"recent": True}),
}


def series_cases() -> list[dict[str, Any]]:
    """Return a model of each kind, in one precision or another."""
    return [
        series_case(name, _saved(name, seed), PRECISIONS[2 - seed % 3])
        for seed, name in enumerate(KINDS)
    ]


def series_case(name: str, saved: Artifact, precision: Precision) -> dict[str, Any]:
    """Return a packed model, what follows each of its series, and what follows other values."""
    model = Model.of(rounded(saved, precision), series_codec)
    codec: Any = model.codec
    kept = [codec.recent(n) for n in range(len(codec.ends))]
    case: dict[str, Any] = {
        "name": f"{name} {precision}",
        "packed": packed(saved, precision, ("series.json",)),
        "kept": [
            {
                "name": series.name,
                "values": _plain(series.values),
                "dates": [series.date(n) for n in range(len(series.values))]
                if series.calendar
                else [],
                "said": asdict(said),
            }
            for series, said in zip(kept, model.predict(kept), strict=True)
        ],
        "after": [_after(model, n) for n in range(len(kept))],
    }
    if codec.input.channels.width:  # values alone are refused, here and there
        return case
    items, stream = list(_items(codec.window)), model.stream()
    return case | {
        "items": [
            {"values": _plain(values), "said": asdict(said)}
            for values, said in zip(items, model.predict(items), strict=True)
        ],
        "stream": [asdict(stream.feed(value)) for value in np.round(items[2], 3).tolist()],
    }


def _after(model: Model, n: int) -> dict[str, Any]:
    """Return what follows a series if its last values were others, one more or one fewer.

    Nothing is known of the last step to come, so that what is read beside is held there.
    """
    codec: Any = model.codec
    series, channels = codec.recent(n), codec.input.channels
    more = 1 if n % 2 else -1
    kept, horizon = len(series.values), codec.input.horizon
    values = np.round(np.resize(series.values[-3:], kept + 1)[: kept + more], 3)
    beside = series.beside
    if beside is not None:
        rows = np.full((kept + horizon, channels.width), NAN)
        rows[:-1] = beside[: len(rows) - 1]
        beside = np.concatenate([rows[:more] * NAN, rows]) if more > 0 else rows[-more:]
    asked = replace(series, values=values, first=series.first - more, beside=beside)
    held, names = channels.held(asked, horizon)
    (said,) = model.predict([held])
    return {
        "values": _plain(values),
        "rows": None if series.beside is None else [_plain(row) for row in rows],
        "made": bool(names),
        "said": asdict(said),
    }


def calendar_cases() -> list[dict[str, Any]]:
    """Return dates of calendars of every form, unit and rule."""
    zones = ("", "UTC", "+3600", "-12600", "Europe/Berlin", "America/New_York")
    steps: list[tuple[Any, float, dict[str, Any]]] = [
        *(("seconds", step, {}) for step in (0.5, 60, 3600, 86_400, 7 * 86_400)),
        *(("months", 1, {"day": day}) for day in (0, 1, 29, 30, 31, 32)),
        *(("months", step, {"day": 31}) for step in (3, 12)),
        *(("workdays", 1, {"week": week}) for week in ("1111100", "1111110", "0111101")),
    ]
    form = "%Y-%m-%dT%H:%M:%S.%f%z"
    each = [
        Calendar(form, unit, step, "2023-10-27T01:45:00", zone=zone, **rules)
        for (unit, step, rules), zone in itertools.product(steps, zones)
    ]
    each += [Calendar(form, "seconds", 40_009.25, "2024-12-20", zone="UTC") for form in FORMS[:-1]]
    each += [Calendar(COUNT, "counts", step, start) for step, start in ((0.1, "2.3"), (2, "-7"))]
    positions = (0, 1, 2, 3, 7, 11, 12, 40, 46, 53, 121, 3653)
    return [
        {
            "calendar": encode(calendar),
            "positions": positions,
            "dates": [calendar.date(position) for position in positions],
        }
        for calendar in each
    ]


def _items(window: int) -> list[np.ndarray]:
    random = np.random.default_rng(9)
    t = np.arange(3 * window)
    long = 30 + 9 * np.sin(t / 2) + random.normal(size=len(t))
    gaps = long[:window].copy()
    gaps[[0, 3, 4, window - 1]] = NAN
    return [long, np.array([4.0]), long[: window + 3] - 10, gaps, long[:6], np.full(window, 2.5)]


def _plain(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]


def _known(channels: Channels, random: np.random.Generator) -> str:
    """Return rows of columns for a window and the steps to come, some of them missing."""
    rows = random.normal(3, 4, (L + H, channels.width))
    rows[random.random(rows.shape) < 0.2] = NAN
    rows[-1, 0] = NAN
    if channels.width > 1:
        rows[L:, 1] = np.arange(H)
    return " ".join(map(repr, rows.ravel().tolist()))


def _saved(name: str, seed: int) -> Artifact:
    network, scaled, read = KINDS[name]
    random = np.random.default_rng(seed)
    scaling: dict[str, Any] = {"floor": 0.3, "shortcut": "none", "season": 7, **scaled}
    recent = read.get("recent")
    own = {**read, "recent": tuple(random.normal(8, 3, L).tolist())} if recent else read
    input = SeriesInput("sales", L, H, Scaling(**scaling), "daily", **own)
    names = ("a", "b", "c") if "panel" in name else ("sales",)
    values = random.normal(20, 6, (len(names), L))
    values[:, 4] = NAN
    ends = Ends(
        names,
        tuple(" ".join(map(repr, row.tolist())) for row in values),
        tuple(range(40, 40 + len(names))),
        tuple(np.linspace(0.2, 0.4, len(names)).tolist()),
        tuple(np.linspace(0.5, -1, len(names)).tolist()),
        tuple(_known(input.channels, random) for _ in names) if input.channels.width else (),
    )
    quantiles = np.sort(random.normal(size=(H, 4)), axis=1)
    spread = Spread((0.025, 0.2, 0.8, 0.99), tuple(map(tuple, quantiles.tolist())))
    linear = 0 if network["cell"] not in ("none",) and "linear" not in network else input.floats
    sizes = {"outputs": H, "input_size": input.step, "linear": linear}
    spec = NetworkSpec(**{"hidden_size": 7, **network, **sizes})
    return Artifact(
        task="forecast",
        network=encode(spec),
        input=json.loads(json.dumps(encode(input))),
        output=encode(spread),
        training={},
        tensors=random_tensors(shapes_of_all(spec), seed),
        parts={} if recent else {"series.json": encode(ends)},
    )
