"""A series as it is learnt: its codec chosen on the past, its test the origins after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from elman.judging.values.yardstick import measured, rolling
from elman.runtime.model import Model
from elman.tasks.forecast.codec import SeriesCodec, SeriesInput, series_codec_of
from elman.tasks.forecast.origins import at_origins
from elman.tasks.forecast.plan import Plan
from elman.tasks.interface import Beside, Labelled

__all__ = ["PreparedSeries", "prepared_series"]


@dataclass(frozen=True)
class PreparedSeries:
    """What there is to learn, and what to be judged on."""

    plan: Plan
    codec: SeriesCodec

    @property
    def test(self) -> Labelled:
        """The back-test: rolling origins over the values that were held out."""
        plan, series = self.plan, self.plan.series
        origins, yardstick = rolling(
            series.values, plan.begin, plan.horizon, series.season, plan.window
        )
        steps, contexts, wanted = at_origins(series.values, self.codec, origins)
        several = f"{len(origins)} origin{'s' if len(origins) > 1 else ''}"
        held = series.values[plan.begin :]
        said = f"the last {len(held)} values, {several}, {plan.horizon} steps ahead each"
        if missing := int(np.isnan(held).sum()):
            said += f"; {missing} of them are missing and judge nothing"
        return Labelled(
            said=said,
            facts={"notes": [said]},
            steps=steps,
            contexts=contexts,
            yardstick=yardstick,
            wanted=wanted,
        )

    def beside(self, other: Model) -> Beside | str:
        """The same origins; both models have learnt from them, and are compared as they are."""
        plan, series, codec = self.plan, self.plan.series, series_codec_of(other)
        if codec.input.horizon != plan.horizon:
            return f"it reaches {codec.input.horizon} steps ahead, this run {plan.horizon}"
        if codec.input.value_column != series.name:
            return f'it forecasts "{codec.input.value_column}", this run "{series.name}"'
        origins, yardstick = rolling(
            series.values, plan.begin, plan.horizon, series.season, plan.window
        )
        steps, contexts, wanted = at_origins(series.values, codec, origins)
        theirs = Labelled("", steps, contexts, yardstick, wanted)
        return Beside(np.arange(len(steps)), theirs, ", both trained on all values")

    @property
    def facts(self) -> dict[str, Any]:
        """What the report says of the series."""
        plan = self.plan
        return {
            "horizon": plan.horizon,
            "window": plan.window,
            "season": plan.series.season,
            "non_negative": self.codec.input.non_negative,
            "shortcut": self.codec.input.scaling.shortcut,
            "rows": {"values": len(plan.series.values), "train": plan.begin},
            "warnings": plan.warnings,
        }


def prepared_series(plan: Plan) -> PreparedSeries:
    """Take the shortcut that leaves the least over all windows of the past."""
    origins = measured(plan.past, plan.horizon, plan.window, plan.window)

    def left(codec: SeriesCodec) -> float:
        return float(np.nanmean(np.abs(at_origins(plan.past, codec, origins).wanted))) or 1.0

    codecs = [
        SeriesCodec(
            SeriesInput(
                value_column=plan.series.name,
                window=plan.window,
                horizon=plan.horizon,
                scaling=scaling,
                frequency=plan.series.frequency,
                calendar=plan.series.calendar,
                recent=(0.0,),
                non_negative=bool(np.nanmin(plan.past) >= 0),
            )
        )
        for scaling in plan.scalings()
    ]
    return PreparedSeries(plan, min(codecs, key=left))
