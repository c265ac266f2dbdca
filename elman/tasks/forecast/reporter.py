"""What a forecaster has on its page: the series and what follows, the back-test step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from elman.data.series.series import Series
from elman.runtime.model import Model
from elman.tasks.forecast.coding.codec import SeriesCodec, series_codec_of
from elman.tasks.forecast.shown.page import fan_of, told
from elman.tasks.reporter import Report, Shown
from elman.tasks.sections import apart, percent
from elman.web.blocks import Block, Curve, Facts, Fan, Line, Said, Section

__all__ = ["REPORTER"]

_DRAWN_SERIES = 6
_DRAWN_OPPONENTS = 4
_CHECKED, _CHECKED_VALUES = 4, 2_000


class SeriesReporter:
    """See `elman.tasks.reporter.Reporter`."""

    parts = ("series.json",)
    near = 0.005
    apart = staticmethod(apart)

    def differ(self, apart: float, rows: int, changed: int) -> str:
        return (
            f"forecasts with them are at most {100 * apart:.2g} % of the largest value from those "
            "of the saved model"
        )

    def shown(self, report: Report) -> Sequence[Shown]:
        found = [
            Shown("mae", "MAE", "value", higher_is_better=False),
            Shown("rmse", "RMSE", "value", higher_is_better=False),
            Shown("mape", "MAPE", "share", higher_is_better=False),
            Shown("mase", "MASE", "value", higher_is_better=False),
        ]
        if report["rows"].get("series", 1) > 1 and report["metrics"].get("mase") is not None:
            found.insert(0, found.pop())  # series of several sizes are compared in their own units
        return found

    def called(self, report: Report) -> str:
        linear = report.get("kept") == "linear"
        return "linear forecaster" if linear else f"{report['cell']} beside the linear one"

    def example(self, model: Model, report: Report) -> str:
        return ""

    def streams(self, model: Model) -> bool:
        return not series_codec_of(model).input.channels.covariates

    def typed(self, model: Model, report: Report) -> tuple[str, str]:
        codec = series_codec_of(model)
        if names := ", ".join(one.name for one in codec.input.channels.covariates):
            return "--input FILE", f"model.predict(frame)  # a table that also has {names}"
        newest = [value for value in codec.recent().values.tolist() if np.isfinite(value)][-3:]
        return "", f"model.predict([{newest}])  # the newest, last"

    def checked(self, model: Model, report: Report) -> Sequence[Any]:
        codec = series_codec_of(model)
        if codec.input.channels.covariates:
            return []  # the page does not read them
        values = codec.recent().values
        ends = [len(values) - n for n in range(_CHECKED) if len(values) - n >= codec.input.window]
        parts = [values[max(end - _CHECKED_VALUES, 0) : end] for end in ends]
        return [part.tolist() for part in parts if np.isfinite(part).all()]

    def sections(
        self, model: Model, report: Report, held_out: Mapping[str, Sequence[Any]]
    ) -> Sequence[Section]:
        fans = list(_fans(model))
        title = "What comes next" if len(fans) == 1 else "What comes next, of some series"
        found = [Section(title, [*_held(model), *fans])]
        lines = list(_by_step(report))
        blocks: list[Block] = []
        if lines and len(lines[0].y) > 1:
            caption = "On held-out values, which the model had not learnt from."
            blocks.append(Curve("steps ahead", "mean error", lines, caption=caption))
        coverage = report["held_out"].get("coverage", {})
        if coverage:
            facts = [
                (f"values within their interval of {level} %", percent(one["share"]))
                for level, one in coverage.items()
            ]
            blocks.append(Facts(facts))
        if blocks:
            found.append(Section("The back-test, step by step", blocks))
        return found


def _ends(codec: SeriesCodec) -> list[tuple[Series, tuple[str, ...]]]:
    """Return where the first series stopped, and what had to be held to go on from there."""
    horizon, drawn = codec.input.horizon, range(min(len(codec.ends), _DRAWN_SERIES))
    return [codec.input.channels.held(codec.recent(n), horizon) for n in drawn]


def _held(model: Model) -> Iterator[Said]:
    codec = series_codec_of(model)
    names = dict.fromkeys(name for _, held in _ends(codec) for name in held)
    if names:
        yield Said(
            f"Not known for the {codec.input.horizon} steps to come, and so held as they were last "
            f"known: {', '.join(names)}. Above they can be changed.",
            "quiet",
        )


def _fans(model: Model) -> Iterator[Fan]:
    """Draw what follows the series that the model goes on from, the first of several."""
    codec = series_codec_of(model)
    ends: list[Any] = [series for series, _ in _ends(codec)]
    for end, forecast in zip(ends, model.predict(ends), strict=True):
        fan = fan_of(told(end, forecast))
        yield Fan(fan.name or "the series", fan.labels, fan.past, fan.ahead, fan.bands)


def _by_step(report: Report) -> Iterator[Line]:
    """Return the error by steps ahead of the model and of its best opponents."""
    model = report["metrics"].get("by_step")
    if not model:
        return
    steps = list(range(1, len(model) + 1))
    yield Line("this model", steps, model)
    rivals = [
        one for one in report["baselines"].values() if len(one.get("by_step", ())) == len(model)
    ]
    for rival in sorted(rivals, key=lambda one: float(one["mae"]))[:_DRAWN_OPPONENTS]:
        yield Line(rival["called"], steps, rival["by_step"])


REPORTER = SeriesReporter()
