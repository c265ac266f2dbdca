"""How a forecaster learns: the part of the task that needs torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from elman.errors import OptionError, did_you_mean
from elman.judging.yardstick import Numbers
from elman.runtime.model import Model
from elman.runtime.spec import CELLS
from elman.tasks.forecast.coding.alignment import alignment
from elman.tasks.forecast.coding.saved import model_of
from elman.tasks.forecast.network.again import trained_again
from elman.tasks.forecast.network.build import SeriesRecipe, recipe
from elman.tasks.forecast.network.fit import SeriesTrained, train_final, train_for_back_test
from elman.tasks.forecast.opponents import classical_opponents, naive_opponents
from elman.tasks.forecast.options import ForecastOptions
from elman.tasks.forecast.plan import Plan, SeriesData, panel_of, plan_of
from elman.tasks.forecast.prepared import PreparedSeries, prepared_series
from elman.tasks.forecast.shown.table import write_back_test
from elman.tasks.interface import Opponent, Stage, Trained
from elman.training.listener import Listener

__all__ = ["SeriesLearner"]


class SeriesLearner:
    """`tasks.interface.Learner` for one series.

    The network that is judged never sees the values it is judged on. The one that is saved is then
    trained afresh, in as many steps, on all values.
    """

    def read(
        self, data: SeriesData, options: ForecastOptions, place: Path, listener: Listener
    ) -> Plan:
        panel = panel_of(data, options)
        plan = plan_of(panel, options)
        for note in panel.notes:
            listener.say(note)
        return plan

    def recipe(self, rows: Plan, options: ForecastOptions) -> SeriesRecipe:
        return recipe(options)

    def prepare(
        self, rows: Plan, recipe: SeriesRecipe, place: Path, listener: Listener
    ) -> PreparedSeries:
        for line in rows.warnings:
            listener.warn(line)
        prepared = prepared_series(rows)
        if prepared.plan.features:
            listener.say(f"read of the dates: {', '.join(prepared.plan.features)}")
        return prepared

    def variants(
        self, names: Sequence[str], options: ForecastOptions
    ) -> dict[str, ForecastOptions]:
        for name in names:
            if name not in CELLS:
                raise OptionError(f'--models "{name}" is not known. {did_you_mean(name, CELLS)}')
        return {name: replace(options, cell=name, keep="recurrent") for name in names}

    def fit(
        self,
        prepared: PreparedSeries,
        recipe: SeriesRecipe,
        options: ForecastOptions,
        stage: Stage,
        *,
        seed: int,
    ) -> SeriesTrained:
        trained = train_for_back_test(prepared, recipe, seed, stage)
        model = model_of(trained)
        found = alignment(model, prepared.before())
        trained = replace(trained, facts={**trained.facts, "alignment": found})
        if options.refit:
            again = trained_again(prepared, recipe, trained, options.refit, stage, seed=seed)
            trained = replace(trained, again=again)
        return trained

    def refit(
        self,
        prepared: PreparedSeries,
        recipe: SeriesRecipe,
        trained: Trained,
        options: ForecastOptions,
        stage: Stage,
    ) -> Trained:
        if options.back_test is not None:
            write_back_test(prepared, trained, Path(options.back_test))
        return train_final(prepared, recipe, options.seed, trained, stage)

    def opponents(
        self,
        prepared: PreparedSeries,
        recipe: SeriesRecipe,
        trained: SeriesTrained,
        options: ForecastOptions,
        listener: Listener,
        *,
        thorough: bool,
    ) -> Iterator[Opponent]:
        plan, test = prepared.plan, prepared.test

        def said(other: Trained) -> Numbers:
            model = model_of(other)
            return model.numbers(test.steps, test.contexts)

        if trained.other is not None:
            other = trained.other
            called = "with the recurrence beside it"
            yield Opponent("with_recurrence", called, lambda: said(other), role="beyond")
        elif trained.linear is not None:
            linear = trained.linear
            yield Opponent(
                "linear", "the linear forecaster alone", lambda: said(linear), role="inside"
            )
        if (again := trained.again) is not None and again.times:
            called = f"trained anew {again.times} time{'s' if again.times > 1 else ''} on the way"
            yield Opponent("again", called, lambda: again.numbers, role="again")
        origins = prepared.origins
        yield from naive_opponents(plan.panel, origins, plan.horizon)
        yield from classical_opponents(plan.panel, origins, plan.horizon, plan.begin)

    def loss(self, model: Model) -> Callable[[Tensor, Tensor], Tensor] | None:
        return None
