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
from numpy.typing import NDArray
from torch import nn

from elman.artifact import encode
from elman.data.split import begin_of_last
from elman.models.saved import tensors_of
from elman.runtime.spec import NO_CELL, NetworkSpec
from elman.tasks.forecast.coding.ends import PART
from elman.tasks.forecast.coding.intervals import NOT_KNOWN, Spread, spread_of
from elman.tasks.forecast.coding.saved import model_of
from elman.tasks.forecast.laid import Laid
from elman.tasks.forecast.linear.weights import weights_of
from elman.tasks.forecast.network.build import MEMBER_SEEDS, SeriesRecipe
from elman.tasks.forecast.network.windows import Windows
from elman.tasks.forecast.prepared import PreparedSeries, codec_of
from elman.tasks.interface import Stage, Trained
from elman.training.problem import Progress

__all__ = ["SeriesTrained", "train_final", "train_for_back_test"]

Floats = NDArray[np.float64]
Tensors = dict[str, NDArray[np.float32]]


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
    share: float = 1.0
    """Of what it says that is added."""
    runs: tuple[Progress, ...] = ()
    linear: Spread = NOT_KNOWN
    """How far off the linear forecaster is."""
    both: Spread = NOT_KNOWN
    """The same with the recurrence beside it."""


LEAST_STEPS = 100
HELD_OUT = 0.2
"""Share of the training values on which the number of passes is chosen."""

_SHARES = (0.25, 0.5, 0.75, 1.0)
"""Of what a recurrence says, among which the end of the past chooses."""
_FEWEST_BLOCKS = 4
"""Stretches of held-out values that can speak for a recurrence."""
_MOST_WINDOWS, _MOST_HELD = 40_960, 8000
"""Of several series that are learnt from, and chosen by."""


def train_for_back_test(
    prepared: PreparedSeries, recipe: SeriesRecipe, seed: int, stage: Stage
) -> SeriesTrained:
    """Choose steps and whether the recurrence is kept; train on the values before the back-test."""
    plan = prepared.plan
    weights = _weights(prepared, plan.past)
    choice = _chosen(prepared, recipe, seed, stage)
    alone = dataclasses.replace(
        _linear(prepared, weights),
        output=choice.linear,
        validation=1.0,
        facts={"kept": "linear", "steps": choice.steps},
    )
    if recipe.keep == "simple":
        return alone
    problem = _windows(prepared, plan.past, weights)
    spec, tensors, runs = _network(prepared, recipe, problem, choice, seed, stage, "back-test")
    both = SeriesTrained(
        spec=spec,
        tensors=tensors | _own(weights),
        input=prepared.codec.input,
        output=choice.both,
        parts=alone.parts,
        runs=(*choice.runs, *runs),
        validation=choice.score,
        facts={"kept": "recurrent", "steps": choice.steps, "share": choice.share},
        linear=alone,
    )
    if choice.worth or recipe.keep == "recurrent":
        return both
    score = min(choice.score, 1.0)
    return dataclasses.replace(alone, runs=both.runs, validation=score, other=both)


def train_final(
    prepared: PreparedSeries,
    recipe: SeriesRecipe,
    seed: int,
    trained: Trained,
    stage: Stage,
) -> SeriesTrained:
    """Train what is saved: afresh, in as many steps, on all values.

    How far off it may be is what the judged model was off in the back-test.
    """
    plan, test = prepared.plan, prepared.test
    model = model_of(trained)
    numbers = model.numbers(test.steps, test.contexts)
    contexts: Any = test.contexts
    truth = plan.laid.ahead(prepared.origins, plan.horizon)
    residuals = prepared.codec.residuals(numbers, truth, contexts)
    judged = prepared.codec
    logarithm = judged.input.scaling.logarithm
    codec = codec_of(plan, plan.laid, logarithm, judged.window, judged.ends.floor)
    whole = dataclasses.replace(prepared, codec=codec)
    weights = _weights(whole, plan.laid)
    spread = spread_of(residuals, test.yardstick.block)
    final = dataclasses.replace(_linear(whole, weights), output=spread)
    if trained.facts["kept"] == "linear":
        return final
    problem = _windows(whole, plan.laid, weights)
    choice = _Choice(trained.facts["steps"], math.nan, worth=True, share=trained.facts["share"])
    spec, tensors, runs = _network(whole, recipe, problem, choice, seed, stage, "final")
    own = _own(weights)
    return dataclasses.replace(
        final, spec=spec, tensors=tensors | own, runs=tuple(runs), called=trained.called
    )


def _windows(
    prepared: PreparedSeries,
    laid: Laid,
    weights: Floats,
    begin: NDArray[np.int64] | None = None,
    validation: Windows | None = None,
) -> Windows:
    """Return the windows of some values: to learn from, or those from `begin` on, to choose by."""
    codec, H = prepared.codec, prepared.plan.horizon
    first = np.minimum(codec.window, laid.lengths // 2) if begin is None else begin
    origins = laid.origins(H, codec.window, first)
    if len(laid) > 1:
        origins = origins.some(_MOST_WINDOWS if begin is None else _MOST_HELD)
    return Windows(laid, origins, codec, weights, validation)


def _chosen(prepared: PreparedSeries, recipe: SeriesRecipe, seed: int, stage: Stage) -> _Choice:
    """Ask the end of the past for how long to train, whether it is worth it, and how far off."""
    plan, past = prepared.plan, prepared.plan.past
    H, L = plan.horizon, prepared.codec.window
    cuts = np.array(
        [begin_of_last(n, fraction=HELD_OUT, at_least=H) for n in past.lengths.tolist()]
    )
    cuts = np.maximum(cuts, np.minimum(L, past.lengths // 2) + H + 4)
    cuts = np.where(cuts + H > past.lengths, past.lengths, cuts)
    if not len(past.origins(H, L, cuts).at):
        return _Choice(LEAST_STEPS, math.nan, worth=False)  # too short to hold anything out
    before = past.before(cuts)
    weights = _weights(prepared, before)
    validation = _windows(prepared, past, weights, cuts)
    block = 2 * H
    linear = spread_of(validation.residuals(None, 1.0), block)
    if recipe.keep == "simple":
        return _Choice(0, 1.0, worth=False, linear=linear)
    problem = _windows(prepared, before, weights, validation=validation)
    if not len(problem.lengths):
        return _Choice(LEAST_STEPS, math.nan, worth=False, linear=linear)
    windows = len(problem.lengths)
    per_epoch = recipe.per_epoch(windows)
    loop = recipe.loop_for(windows, recipe.most_steps(windows), seed, share=1 / 3)
    module = recipe.module_for(prepared.codec, windows, seed)
    progress = stage("choose", module, problem, loop, plan.digest(recipe)).progress
    enough = [h for h in progress.history if h["epoch"] * per_epoch >= LEAST_STEPS]
    enough = enough or progress.history[-1:]
    if recipe.epochs is not None:
        enough = progress.history[-1:]
    best = min(enough, key=lambda h: h["score"])
    share, worth, score = _share(validation, module, problem.unit, block)
    both = spread_of(validation.residuals(module, share * problem.unit), block)
    steps = int(best["epoch"]) * per_epoch
    return _Choice(steps, score, worth, share, (progress,), linear, both)


def _share(
    validation: Windows, module: nn.Module, unit: float, block: int
) -> tuple[float, bool, float]:
    """Return how much of what a recurrence says is added, whether it is worth it, and the error.

    The share whose gain is surest: largest when one standard error is taken off, which is counted
    over stretches of origins, for neighbouring ones hang together. The error is in units of that of
    the linear forecaster.
    """
    alone = validation.errors(None, 1.0)
    _, stretch = np.unique(validation.stretches(block), return_inverse=True)
    found = []
    for share in _SHARES:
        error = validation.errors(module, share * unit)
        gain = np.nanmean(alone - error, axis=1)
        means = np.bincount(stretch, gain) / np.bincount(stretch)
        sure = len(means) >= _FEWEST_BLOCKS
        off = means.std(ddof=1) / np.sqrt(len(means)) if sure else 0.0
        score = float(np.nanmean(error) / (np.nanmean(alone) or 1.0))
        found.append((float(means.mean() - off), share, sure, score))
    surest, share, sure, score = max(found)
    return share, sure and surest > 0, score


def _linear(prepared: PreparedSeries, weights: Floats) -> SeriesTrained:
    """Return the linear forecaster as a model of its own."""
    own = _own(weights)
    spec = NetworkSpec(
        cell=NO_CELL,
        hidden_size=0,
        num_layers=0,
        pools=(),
        outputs=prepared.plan.horizon,
        input_size=prepared.codec.input.step,
        linear=len(own["linear.weight"]),
    )
    codec = prepared.codec
    return SeriesTrained(
        spec,
        own,
        codec.input,
        Spread(),
        called="the linear forecaster's error",
        parts={PART: encode(codec.ends)},
    )


def _weights(prepared: PreparedSeries, laid: Laid) -> Floats:
    """Return the linear forecaster of some values: weights of all floats of the steps."""
    input, plan = prepared.codec.input, prepared.plan
    channels, H, L = input.channels, plan.horizon, input.window
    weights = weights_of(laid, prepared.ways, H, plan.panel.season, channels)
    times, columns = channels.read_at(H)
    values = len(weights) - channels.read(H)
    times = np.concatenate([np.arange(-values, 0), times])
    columns = np.concatenate([np.zeros(values, np.int64), columns + 1])
    places = channels.places(times, columns, L, input.segment, H)
    told = channels.told_places(L, input.segment, H)
    whole = np.zeros((input.floats, H))
    whole[np.concatenate([places, told])] = weights
    return whole


def _own(weights: Floats) -> Tensors:
    """Return the weights as the network's linear part."""
    bias = np.zeros(weights.shape[1], np.float32)
    return {"linear.weight": weights.astype(np.float32), "linear.bias": bias}


def _network(
    prepared: PreparedSeries,
    recipe: SeriesRecipe,
    problem: Windows,
    choice: _Choice,
    seed: int,
    stage: Stage,
    called: str,
) -> tuple[NetworkSpec, Tensors, list[Progress]]:
    """Train the recurrences whose mean is added to the linear forecaster."""
    codec, digest = prepared.codec, prepared.plan.digest(recipe)
    members, windows = recipe.networks(len(codec.ends)), len(problem.lengths)
    share = 1 / 2 if called == "back-test" else 1.0
    tensors: Tensors = {}
    runs = []
    for member in range(members):
        own = seed + MEMBER_SEEDS * member
        module = recipe.module_for(codec, windows, own)
        loop = recipe.loop_for(windows, choice.steps, own, share / (members - share * member))
        stage_name = called if members == 1 else f"{called}-{member}"
        runs.append(stage(stage_name, module, problem, loop, digest).progress)
        prefix = "" if members == 1 else f"{member}."
        tensors |= {
            prefix + name: tensor
            for name, tensor in problem.folded(tensors_of(module), choice.share).items()
        }
    spec = dataclasses.replace(module.spec, linear=codec.input.floats, members=members)
    return spec, tensors, runs
