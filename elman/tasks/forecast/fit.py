"""What is trained, and how: so long as the past says; for the back-test; then on all values."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from elman.data.split import begin_of_last
from elman.models.network import RecurrentNetwork
from elman.models.saved import tensors_of
from elman.nn.init import initialise
from elman.runtime.spec import NetworkSpec
from elman.tasks.forecast.options import ForecastOptions
from elman.tasks.forecast.prepared import PreparedSeries
from elman.tasks.forecast.windows import Windows
from elman.tasks.interface import Stage, Trained
from elman.training.config import LoopConfig

__all__ = ["SeriesRecipe", "recipe", "train_final", "train_for_back_test"]

_LOOP = LoopConfig(epochs=1, batch_size=32, learning_rate=3e-3, decay=False, average=0.98)


@dataclass(frozen=True)
class SeriesRecipe:
    """What to train."""

    cell: str
    hidden_size: int = 32
    num_layers: int = 1
    loop: LoopConfig = _LOOP
    """But for its passes."""
    epochs: int | None = None
    """Passes; None chooses them on the end of the past."""
    reading: tuple[()] = ()

    @property
    def facts(self) -> dict[str, Any]:
        return {"preset": None, "cell": self.cell}


def recipe(options: ForecastOptions) -> SeriesRecipe:
    """Return the one recipe there is, with what the user set of it."""
    said = {name: getattr(options, name) for name in ("hidden_size", "num_layers", "epochs")}
    said = {name: value for name, value in said.items() if value is not None}
    return SeriesRecipe(options.cell or "rnn", loop=options.trained(_LOOP), **said)


MOST_STEPS = 500
LEAST_STEPS = 100
HELD_OUT = 0.2
"""Share of the training values on which the number of passes is chosen."""


def train_for_back_test(
    prepared: PreparedSeries, recipe: SeriesRecipe, seed: int, stage: Stage
) -> Trained:
    """Choose the number of steps, then train on the values before the back-test alone."""
    plan, codec = prepared.plan, prepared.codec
    steps, score = _chosen_steps(prepared, recipe, seed, stage)
    problem = Windows(plan.past, codec)
    module = _network(recipe, plan.horizon, seed)
    loop = _loop(recipe, problem, steps, seed, 1 / 2)
    fitted = stage("back-test", module, problem, loop, plan.digest(recipe))
    return Trained(
        spec=module.spec,
        tensors=problem.folded(tensors_of(module)),
        input=codec.input,
        output={},
        runs=(fitted.progress,),
        validation=score,
        facts={"steps": steps},
    )


def train_final(
    prepared: PreparedSeries, recipe: SeriesRecipe, seed: int, steps: int, stage: Stage
) -> Trained:
    """Train what is saved: afresh, in as many steps, on all values."""
    plan, codec = prepared.plan, prepared.codec
    series = plan.series
    problem = Windows(series.values, codec)
    module = _network(recipe, plan.horizon, seed)
    loop = _loop(recipe, problem, steps, seed)
    fitted = stage("final", module, problem, loop, plan.digest(recipe))
    kept = max(len(series.values) - plan.window, 0)
    return Trained(
        spec=module.spec,
        tensors=problem.folded(tensors_of(module)),
        input=dataclasses.replace(
            codec.input,
            recent=tuple(None if v != v else v for v in series.values[kept:].tolist()),
            calendar=series.calendar,
            first=series.first + kept,
            non_negative=bool(np.nanmin(series.values) >= 0),
        ),
        output={},
        runs=(fitted.progress,),
    )


def _chosen_steps(
    prepared: PreparedSeries, recipe: SeriesRecipe, seed: int, stage: Stage
) -> tuple[int, float]:
    """Return after how many steps the averaged weights forecast the end of the past best."""
    plan, codec, past = prepared.plan, prepared.codec, prepared.plan.past
    cut = begin_of_last(len(past), fraction=HELD_OUT, at_least=plan.horizon)
    cut = max(cut, plan.window + plan.horizon + 4)
    if cut + plan.horizon > len(past):
        return LEAST_STEPS, math.nan  # too short to hold anything out
    problem = Windows(past[:cut], codec, validation=Windows(past[cut - plan.window :], codec))
    per_epoch = _per_epoch(recipe, len(problem.lengths))
    loop = _loop(recipe, problem, MOST_STEPS, seed, share=1 / 3)
    module = _network(recipe, plan.horizon, seed)
    history = stage("choose", module, problem, loop, plan.digest(recipe)).progress.history
    enough = [h for h in history if h["epoch"] * per_epoch >= LEAST_STEPS] or history[-1:]
    if recipe.epochs is not None:
        enough = history[-1:]
    best = min(enough, key=lambda h: h["score"])
    return int(best["epoch"]) * per_epoch, best["score"]


def _per_epoch(recipe: SeriesRecipe, windows: int) -> int:
    return max(1, math.ceil(windows / recipe.loop.batch_size))


def _loop(
    recipe: SeriesRecipe, problem: Windows, steps: int, seed: int, share: float = 1.0
) -> LoopConfig:
    """Return a loop of about that many optimizer steps that keeps the last averaged weights.

    `share` is that of the time left under a time limit.
    """
    per_epoch = _per_epoch(recipe, len(problem.lengths))
    if recipe.epochs is not None:
        steps = recipe.epochs * per_epoch
    return dataclasses.replace(
        recipe.loop,
        epochs=max(1, round(steps / per_epoch)),
        warmup=20 / max(steps, 40),
        seed=seed,
        time_share=share,
    )


def _network(recipe: SeriesRecipe, horizon: int, seed: int) -> RecurrentNetwork:
    """Return a network whose first forecast is exactly the shortcut's."""
    torch.manual_seed(seed)
    spec = NetworkSpec(
        cell=recipe.cell,  # type: ignore[arg-type]
        hidden_size=recipe.hidden_size,
        num_layers=recipe.num_layers,
        outputs=horizon,
        pools=("last",),
    )
    module = RecurrentNetwork(spec)
    initialise(module.rnn)
    nn.init.zeros_(module.fc.weight)
    nn.init.zeros_(module.fc.bias)
    return module
