"""What is trained, and how: so long as the past says; for the back-test; then on all values.

The linear forecaster stands in the network, and the recurrence learns what it leaves over. The end
of the past says for how long, and whether it is worth having.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from elman.data.split import begin_of_last
from elman.models.network import RecurrentNetwork
from elman.models.saved import tensors_of
from elman.nn.init import initialise
from elman.runtime.spec import NO_CELL, NetworkSpec
from elman.tasks.forecast.linear import weights_of
from elman.tasks.forecast.network.windows import Windows
from elman.tasks.forecast.options import ForecastOptions
from elman.tasks.forecast.prepared import PreparedSeries
from elman.tasks.interface import Stage, Trained
from elman.training.config import LoopConfig
from elman.training.problem import Progress

__all__ = ["SeriesRecipe", "SeriesTrained", "recipe", "train_final", "train_for_back_test"]

Floats = NDArray[np.float64]
Tensors = dict[str, NDArray[np.float32]]

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
    keep: str = "best"
    reading: tuple[()] = ()

    @property
    def facts(self) -> dict[str, Any]:
        return {"preset": None, "cell": self.cell}


def recipe(options: ForecastOptions) -> SeriesRecipe:
    """Return the one recipe there is, with what the user set of it."""
    said = {name: getattr(options, name) for name in ("hidden_size", "num_layers", "epochs")}
    said = {name: value for name, value in said.items() if value is not None}
    loop = options.trained(_LOOP)
    return SeriesRecipe(options.cell or "gru", loop=loop, keep=options.keep, **said)


@dataclass(frozen=True)
class SeriesTrained(Trained):
    """A trained forecaster, and what it was chosen over."""

    linear: Trained | None = None
    """The linear forecaster of the same values, where a recurrence stands beside it."""
    other: Trained | None = None
    """With the recurrence beside the linear forecaster, where that alone is kept."""


class _Choice(NamedTuple):
    """What the end of the past says."""

    steps: int
    score: float
    """Mean error left, in units of that of the linear forecaster."""
    worth: bool
    """Whether the recurrence makes the error smaller, by more than one standard error."""
    runs: tuple[Progress, ...] = ()


MOST_STEPS = 500
LEAST_STEPS = 100
HELD_OUT = 0.2
"""Share of the training values on which the number of passes is chosen."""

_FEWEST_BLOCKS = 4
"""Stretches of held-out values that can speak for a recurrence."""


def train_for_back_test(
    prepared: PreparedSeries, recipe: SeriesRecipe, seed: int, stage: Stage
) -> SeriesTrained:
    """Choose steps and whether the recurrence is kept; train on the values before the back-test."""
    plan, codec = prepared.plan, prepared.codec
    weights = _weights(prepared, plan.past)
    if recipe.keep == "simple":
        return dataclasses.replace(_linear(prepared, weights), facts={"kept": "linear", "steps": 0})
    choice = _chosen(prepared, recipe, seed, stage)
    problem = Windows(plan.past, codec, weights)
    spec, tensors, run = _network(prepared, recipe, problem, choice.steps, seed, stage, "back-test")
    both = SeriesTrained(
        spec=spec,
        tensors=tensors | _own(prepared, weights),
        input=codec.input,
        output={},
        runs=(*choice.runs, run),
        validation=choice.score,
        facts={"kept": "recurrent", "steps": choice.steps},
        linear=_linear(prepared, weights),
    )
    if choice.worth or recipe.keep == "recurrent":
        return both
    alone = _linear(prepared, weights)
    facts = {"kept": "linear", "steps": choice.steps}
    return dataclasses.replace(
        alone, runs=both.runs, validation=min(choice.score, 1.0), facts=facts, other=both
    )


def train_final(
    prepared: PreparedSeries,
    recipe: SeriesRecipe,
    seed: int,
    trained: Trained,
    stage: Stage,
) -> SeriesTrained:
    """Train what is saved: afresh, in as many steps, on all values."""
    codec, series = prepared.codec, prepared.plan.series
    weights = _weights(prepared, series.values)
    kept = max(len(series.values) - codec.window, 0)
    input = dataclasses.replace(
        codec.input,
        recent=tuple(None if v != v else v for v in series.values[kept:].tolist()),
        calendar=series.calendar,
        first=series.first + kept,
        non_negative=bool(np.nanmin(series.values) >= 0),
    )
    final = dataclasses.replace(_linear(prepared, weights), input=input)
    if trained.facts["kept"] == "linear":
        return final
    problem, steps = Windows(series.values, codec, weights), trained.facts["steps"]
    spec, tensors, run = _network(prepared, recipe, problem, steps, seed, stage, "final")
    own = _own(prepared, weights)
    return dataclasses.replace(
        final, spec=spec, tensors=tensors | own, runs=(run,), called=trained.called
    )


def _chosen(prepared: PreparedSeries, recipe: SeriesRecipe, seed: int, stage: Stage) -> _Choice:
    """Ask the end of the past for how long to train, and whether it is worth it."""
    plan, codec, past = prepared.plan, prepared.codec, prepared.plan.past
    cut = begin_of_last(len(past), fraction=HELD_OUT, at_least=plan.horizon)
    cut = max(cut, codec.window + plan.horizon + 4)
    held = past[cut - codec.window :]
    if cut + plan.horizon > len(past) or not np.isfinite(held[codec.window :]).any():
        return _Choice(LEAST_STEPS, math.nan, worth=False)  # too short to hold anything out
    weights = _weights(prepared, past[:cut])
    validation = Windows(held, codec, weights)
    problem = Windows(past[:cut], codec, weights, validation)
    per_epoch = _per_epoch(recipe, len(problem.lengths))
    loop = _loop(recipe, problem, MOST_STEPS, seed, share=1 / 3)
    module = _module(prepared, recipe, seed)
    progress = stage("choose", module, problem, loop, plan.digest(recipe)).progress
    enough = [h for h in progress.history if h["epoch"] * per_epoch >= LEAST_STEPS]
    enough = enough or progress.history[-1:]
    if recipe.epochs is not None:
        enough = progress.history[-1:]
    best = min(enough, key=lambda h: h["score"])
    gain = validation.errors(None, 1.0) - validation.errors(module, problem.unit)
    worth = _is_worth(np.nanmean(gain, axis=1), 2 * plan.horizon)
    return _Choice(int(best["epoch"]) * per_epoch, best["score"], worth, (progress,))


def _is_worth(gain: Floats, block: int) -> bool:
    """Say whether a gain at neighbouring origins is more than one standard error of its mean."""
    blocks = np.array_split(gain, max(len(gain) // block, 1))
    means = np.array([part.mean() for part in blocks])
    if len(means) < _FEWEST_BLOCKS:
        return False
    return bool(means.mean() > means.std(ddof=1) / np.sqrt(len(means)))


def _weights(prepared: PreparedSeries, values: Floats) -> Floats:
    plan = prepared.plan
    return weights_of(values, prepared.ways, plan.horizon, plan.series.season)


def _linear(prepared: PreparedSeries, weights: Floats) -> SeriesTrained:
    """Return the linear forecaster as a model of its own."""
    own = _own(prepared, weights)
    spec = NetworkSpec(
        cell=NO_CELL,
        hidden_size=0,
        num_layers=0,
        pools=(),
        outputs=prepared.plan.horizon,
        input_size=prepared.codec.input.segment,
        linear=len(own["linear.weight"]),
    )
    return SeriesTrained(
        spec, own, prepared.codec.input, {}, called="the linear forecaster's error"
    )


def _own(prepared: PreparedSeries, weights: Floats) -> Tensors:
    """Return the weights as the network's linear part, which reads whole steps."""
    window, segment = prepared.codec.window, prepared.codec.input.segment
    floats = -(-window // segment) * segment
    whole = np.zeros((floats, weights.shape[1]), np.float32)
    whole[floats - len(weights) :] = weights
    return {"linear.weight": whole, "linear.bias": np.zeros(weights.shape[1], np.float32)}


def _network(
    prepared: PreparedSeries,
    recipe: SeriesRecipe,
    problem: Windows,
    steps: int,
    seed: int,
    stage: Stage,
    called: str,
) -> tuple[NetworkSpec, Tensors, Progress]:
    """Train a recurrence on what the linear forecaster leaves over."""
    module = _module(prepared, recipe, seed)
    loop = _loop(recipe, problem, steps, seed, 1 / 2 if called == "back-test" else 1.0)
    fitted = stage(called, module, problem, loop, prepared.plan.digest(recipe))
    window, segment = prepared.codec.window, prepared.codec.input.segment
    spec = dataclasses.replace(module.spec, linear=-(-window // segment) * segment)
    return spec, problem.folded(tensors_of(module)), fitted.progress


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


def _module(prepared: PreparedSeries, recipe: SeriesRecipe, seed: int) -> RecurrentNetwork:
    """Return a network that says nothing at first: the forecast is the linear one."""
    torch.manual_seed(seed)
    spec = NetworkSpec(
        cell=recipe.cell,  # type: ignore[arg-type]
        hidden_size=recipe.hidden_size,
        num_layers=recipe.num_layers,
        outputs=prepared.plan.horizon,
        input_size=prepared.codec.input.segment,
        pools=("last",),
    )
    module = RecurrentNetwork(spec)
    initialise(module.rnn)
    nn.init.zeros_(module.fc.weight)
    nn.init.zeros_(module.fc.bias)
    return module
