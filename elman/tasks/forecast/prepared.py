"""Series as they are learnt: their codec chosen on the past, their test the origins after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from elman.data.series.series import Series
from elman.errors import DataError
from elman.runtime.model import Model
from elman.tasks.forecast.coding.codec import SeriesCodec, series_codec_of
from elman.tasks.forecast.coding.ends import ends_of, floor_of
from elman.tasks.forecast.coding.input import SeriesInput
from elman.tasks.forecast.coding.scaling import FLOORS, Scaling
from elman.tasks.forecast.laid import Laid, Origins
from elman.tasks.forecast.linear.ways import best_ways
from elman.tasks.forecast.linear.weights import Way, as_read
from elman.tasks.forecast.origins import MOST_ORIGINS, at_origins, yardstick_at
from elman.tasks.forecast.plan import Plan
from elman.tasks.interface import Beside, Labelled

__all__ = ["PreparedSeries", "codec_of", "prepared_series"]

_MOST_STEPS = 14
"""Steps that the network takes through a window: more forget, and cost as much each."""


@dataclass(frozen=True)
class PreparedSeries:
    """What there is to learn, and what to be judged on."""

    plan: Plan
    codec: SeriesCodec
    ways: tuple[Way, ...]
    """Of the linear forecaster."""

    @cached_property
    def origins(self) -> Origins:
        """Where forecasts of the back-test are made."""
        plan = self.plan
        found = plan.laid.origins(plan.horizon, self.codec.window, np.array(plan.begin))
        if not len(found.at):
            held = len(plan.laid.values) - sum(plan.begin)
            raise DataError(f"none of the {held} values to judge by is there; hold out more")
        return found.some(MOST_ORIGINS) if len(plan.panel) > 1 else found

    @cached_property
    def test(self) -> Labelled:
        """The back-test: rolling origins over the values that were held out."""
        plan, origins = self.plan, self.origins
        steps, contexts, wanted = at_origins(plan.panel, self.codec, origins)
        said = self._said()
        return Labelled(
            said=said,
            facts={"notes": [said]},
            steps=steps,
            contexts=contexts,
            yardstick=yardstick_at(
                plan.panel, origins, plan.horizon, plan.begin, self.codec, contexts
            ),
            wanted=wanted,
        )

    def before(self) -> Series:
        """Return a series as it is known at the first origin, covariates ahead included."""
        n, at = int(self.origins.series[0]), int(self.origins.at[0])
        return self.plan.panel.series[n].until(at, self.plan.horizon)

    def _said(self) -> str:
        plan, origins = self.plan, self.origins
        counted = len(origins.at)
        several = f"{counted:,} origin{'s' if counted > 1 else ''}"
        ahead = f"{plan.horizon} step{'s' if plan.horizon > 1 else ''} ahead each"
        held = np.concatenate([s.values[b:] for s, b in zip(plan.panel, plan.begin, strict=True)])
        if len(plan.panel) == 1:
            said = f"the last {len(held)} values, {several}, {ahead}"
        else:
            judged = len(np.unique(origins.series))
            said = f"the last values of {judged:,} series, {len(held):,} in all, {several}, {ahead}"
            if judged < len(plan.panel):
                said += f"; {len(plan.panel) - judged:,} series are too short to be judged"
        if missing := int(np.isnan(held).sum()):
            said += f"; {missing} of them are missing and judge nothing"
        return said

    def beside(self, other: Model) -> Beside | str:
        """The same origins; both models have learnt from them, and are compared as they are."""
        plan, codec = self.plan, series_codec_of(other)
        if codec.input.horizon != plan.horizon:
            return f"it reaches {codec.input.horizon} steps ahead, this run {plan.horizon}"
        ours, theirs = (tuple(one.ends.names) for one in (self.codec, codec))
        if ours != theirs:
            name = codec.input.value_column
            if len(theirs) > 1 or len(ours) > 1:
                return "it forecasts other series"
            return f'it forecasts "{name}", this run "{plan.panel.name}"'
        if codec.input.channels.covariates != plan.channels.covariates:
            return "it reads other covariates, or other categories of them"
        steps, contexts, wanted = at_origins(plan.panel, codec, self.origins)
        yardstick = yardstick_at(
            plan.panel, self.origins, plan.horizon, plan.begin, codec, contexts
        )
        rows = Labelled("", steps, contexts, yardstick, wanted)
        return Beside(np.arange(len(steps)), rows, ", both trained on all values")

    @property
    def facts(self) -> dict[str, Any]:
        """What the report says of the series."""
        plan, input = self.plan, self.codec.input
        return {
            "horizon": plan.horizon,
            "window": input.window,
            "season": plan.panel.season,
            "logarithm": input.scaling.logarithm,
            "non_negative": input.non_negative,
            "calendar": list(plan.features),
            "rows": {
                "series": len(plan.panel),
                "values": len(plan.laid.values),
                "train": sum(plan.begin),
            },
            "warnings": plan.warnings,
        }


def prepared_series(plan: Plan) -> PreparedSeries:
    """Choose how the linear forecaster reads, by the past; the network reads the same window."""
    past, panel = plan.past, plan.panel
    fewer = replace(plan.channels, features=()) if plan.on_trial and plan.features else None
    ways, channels = best_ways(past, plan.horizon, panel.season, plan.window, plan.channels, fewer)
    plan = replace(plan, features=channels.features)
    logarithm = ways[0].logarithm
    window = max(plan.channels.lags, *(way.window for way in ways))
    codec = codec_of(plan, past, logarithm, window)
    return PreparedSeries(plan, codec, tuple(ways))


def codec_of(
    plan: Plan, laid: Laid, logarithm: bool, window: int, floors: Sequence[float] = ()
) -> SeriesCodec:
    """Return the codec of some values: the ends of the series are theirs.

    Args:
        plan: whose series they are.
        laid: of each the first values.
        logarithm: whether logarithms are read.
        window: values that a forecast reads.
        floors: of each series; by default a share of the spread of these values.
    """
    panel = plan.panel
    spreads = as_read(laid, logarithm).spread()
    floors = floors or [min(floor_of(float(spread)), FLOORS[1]) for spread in spreads]
    series = [
        replace(one, values=one.values[:n])
        for one, n in zip(panel, laid.lengths.tolist(), strict=True)
    ]
    ends = ends_of(replace(panel, series=tuple(series)), window, floors)
    lowest = min(ends.lowest)
    columns = panel.columns or (panel.name,)
    input = SeriesInput(
        value_column=", ".join(columns),
        window=window,
        horizon=plan.horizon,
        scaling=Scaling(
            floors[0], "none", panel.season, logarithm, ends.lowest[0] / 10 if logarithm else 0.0
        ),
        frequency=panel.frequency,
        calendar=panel.series[0].calendar,
        segment=-(-window // _MOST_STEPS),
        non_negative=lowest >= 0,
        columns=columns,
        id_column=panel.id,
        channels=plan.channels,
    )
    return SeriesCodec(input, ends)
