"""The back-test once more, with training anew on the way: is it worth doing that often?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from torch import nn

from elman.tasks.forecast.coding.saved import model_of
from elman.tasks.forecast.laid import Origins
from elman.tasks.forecast.network.build import SeriesRecipe
from elman.tasks.forecast.network.fit import Again, SeriesTrained, train_for_back_test
from elman.tasks.forecast.origins import at_origins
from elman.tasks.forecast.prepared import PreparedSeries, prepared_series
from elman.tasks.interface import Stage
from elman.training.config import LoopConfig
from elman.training.problem import Fitted, Problem

__all__ = ["trained_again"]


def trained_again(
    prepared: PreparedSeries,
    recipe: SeriesRecipe,
    trained: SeriesTrained,
    times: int,
    stage: Stage,
    *,
    seed: int,
) -> Again:
    """Return the forecasts of the back-test by models that are trained anew within it.

    Its origins are cut into `times + 1` parts of each series. Those of the first are foretold by
    the model that is judged; those of each further part by one that has learnt from all values
    before it, window, ways and share chosen afresh. Parts without an origin of their own need none.

    Args:
        prepared: the series.
        recipe: what to train.
        trained: the model that is judged.
        times: how often at most.
        stage: runs the loop.
        seed: of all of them.
    """
    plan, origins = prepared.plan, prepared.origins
    begin = np.array(plan.begin)
    room = np.maximum(plan.laid.lengths - plan.horizon + 1 - begin, 0)  # origins of each series
    model = model_of(trained)
    said, done = model.numbers(prepared.test.steps, prepared.test.contexts), 0
    every = [begin + room * part // (times + 1) for part in range(times + 2)]
    for part in range(1, times + 1):
        cuts, ends = every[part][origins.series], every[part + 1][origins.series]
        rows = np.flatnonzero((origins.at >= cuts) & (origins.at < ends))
        if not len(rows) or (every[part] == begin).all():
            continue
        done += 1
        later = prepared_series(replace(plan, begin=tuple(every[part].tolist())))

        again = model_of(train_for_back_test(later, recipe, seed, _named(stage, part)))
        these = Origins(origins.series[rows], origins.at[rows])
        steps, contexts, _ = at_origins(plan.panel, later.codec, these)
        said[rows] = again.numbers(steps, contexts)
    return Again(said, done)


def _named(stage: Stage, part: int) -> Stage:
    """Return a stage whose checkpoints have names of their own."""

    def run(
        name: str, module: nn.Module, problem: Problem, config: LoopConfig, data: str
    ) -> Fitted:
        return stage(f"again-{part}-{name}", module, problem, config, data)

    return run
