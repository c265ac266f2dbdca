"""A series as it is learnt: its codec chosen on the past, its test the origins after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from elman.judging.values.yardstick import rolling
from elman.runtime.model import Model
from elman.tasks.forecast.codec import SeriesCodec, SeriesInput, series_codec_of
from elman.tasks.forecast.linear import Way, best_ways
from elman.tasks.forecast.origins import at_origins
from elman.tasks.forecast.plan import Plan
from elman.tasks.forecast.scaling import FLOOR, FLOORS, Scaling
from elman.tasks.interface import Beside, Labelled

__all__ = ["PreparedSeries", "prepared_series"]

_MOST_STEPS = 14
"""Steps that the network takes through a window: more forget, and cost as much each."""


@dataclass(frozen=True)
class PreparedSeries:
    """What there is to learn, and what to be judged on."""

    plan: Plan
    codec: SeriesCodec
    ways: tuple[Way, ...]
    """Of the linear forecaster."""

    @property
    def test(self) -> Labelled:
        """The back-test: rolling origins over the values that were held out."""
        plan, series = self.plan, self.plan.series
        origins, yardstick = self._origins(self.codec)
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
        plan, codec = self.plan, series_codec_of(other)
        if codec.input.horizon != plan.horizon:
            return f"it reaches {codec.input.horizon} steps ahead, this run {plan.horizon}"
        if codec.input.value_column != plan.series.name:
            return f'it forecasts "{codec.input.value_column}", this run "{plan.series.name}"'
        origins, yardstick = self._origins(self.codec)
        steps, contexts, wanted = at_origins(plan.series.values, codec, origins)
        theirs = Labelled("", steps, contexts, yardstick, wanted)
        return Beside(np.arange(len(steps)), theirs, ", both trained on all values")

    def _origins(self, codec: SeriesCodec) -> Any:
        plan, series = self.plan, self.plan.series
        return rolling(series.values, plan.begin, plan.horizon, series.season, codec.window)

    @property
    def facts(self) -> dict[str, Any]:
        """What the report says of the series."""
        plan, input = self.plan, self.codec.input
        return {
            "horizon": plan.horizon,
            "window": input.window,
            "season": plan.series.season,
            "logarithm": input.scaling.logarithm,
            "non_negative": input.non_negative,
            "rows": {"values": len(plan.series.values), "train": plan.begin},
            "warnings": plan.warnings,
        }


def prepared_series(plan: Plan) -> PreparedSeries:
    """Choose how the linear forecaster reads, by the past; the network reads the same window."""
    past, series = plan.past, plan.series
    ways = best_ways(past, plan.horizon, series.season, plan.window)
    logarithm, window = ways[0].logarithm, max(way.window for way in ways)
    lowest = float(np.nanmin(past))
    spread = float(np.nanstd(np.log(past) if logarithm else past))
    floor = FLOOR * spread if FLOOR * spread >= FLOORS[0] else 1.0
    scaling = Scaling(floor, "none", series.season, logarithm, lowest / 10 if logarithm else 0.0)
    input = SeriesInput(
        value_column=series.name,
        window=window,
        horizon=plan.horizon,
        scaling=scaling,
        frequency=series.frequency,
        recent=(1.0,),
        calendar=series.calendar,
        non_negative=lowest >= 0,
        segment=-(-window // _MOST_STEPS),
    )
    return PreparedSeries(plan, SeriesCodec(input), tuple(ways))
