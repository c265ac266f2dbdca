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

from elman.artifact import encode
from elman.judging.yardstick import Numbers
from elman.models.saved import tensors_of
from elman.runtime.spec import NO_CELL, NetworkSpec
from elman.tasks.forecast.coding.ends import PART
from elman.tasks.forecast.coding.intervals import Spread, spread_of
from elman.tasks.forecast.coding.saved import model_of
from elman.tasks.forecast.network.build import MEMBER_SEEDS, SeriesRecipe
from elman.tasks.forecast.network.choose import Choice, chosen
from elman.tasks.forecast.network.windows import Windows, weights_for, windows_for
from elman.tasks.forecast.prepared import PreparedSeries, codec_of
from elman.tasks.interface import Stage, Trained
from elman.training.problem import Progress

__all__ = ["Again", "SeriesTrained", "train_final", "train_for_back_test"]

Floats = NDArray[np.float64]
Tensors = dict[str, NDArray[np.float32]]


class Again(NamedTuple):
    """The back-test with training anew within it."""

    numbers: Numbers
    """`(R, H)` of its origins."""
    times: int
    """How often it was trained."""


@dataclass(frozen=True)
class SeriesTrained(Trained):
    """A trained forecaster, and what it was chosen over."""

    linear: Trained | None = None
    """The linear forecaster of the same values, where a recurrence stands beside it."""
    other: Trained | None = None
    """With the recurrence beside the linear forecaster, where that alone is kept."""
    again: Again | None = None
    """Where that was asked."""


def train_for_back_test(
    prepared: PreparedSeries, recipe: SeriesRecipe, seed: int, stage: Stage
) -> SeriesTrained:
    """Choose steps and whether the recurrence is kept; train on the values before the back-test."""
    plan = prepared.plan
    weights = weights_for(prepared, plan.past)
    choice = chosen(prepared, recipe, seed, stage)
    alone = dataclasses.replace(
        _linear(prepared, weights),
        output=choice.linear,
        validation=1.0,
        facts={"kept": "linear", "steps": choice.steps, **_learnt(choice.runs)},
    )
    if recipe.keep == "simple":
        return alone
    problem = windows_for(prepared, plan.past, weights)
    spec, tensors, runs = _network(prepared, recipe, problem, choice, seed, stage, "back-test")
    both = SeriesTrained(
        spec=spec,
        tensors=tensors | _own(weights),
        input=prepared.codec.input,
        output=choice.both,
        parts=alone.parts,
        runs=(*choice.runs, *runs),
        validation=choice.score,
        facts={**alone.facts, "kept": "recurrent", "share": choice.share},
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
    weights = weights_for(whole, plan.laid)
    spread = spread_of(residuals, test.yardstick.block)
    final = dataclasses.replace(_linear(whole, weights), output=spread)
    if trained.facts["kept"] == "linear":
        return final
    problem = windows_for(whole, plan.laid, weights)
    choice = Choice(trained.facts["steps"], math.nan, worth=True, share=trained.facts["share"])
    spec, tensors, runs = _network(whole, recipe, problem, choice, seed, stage, "final")
    own = _own(weights)
    return dataclasses.replace(
        final, spec=spec, tensors=tensors | own, runs=tuple(runs), called=trained.called
    )


def _learnt(runs: tuple[Progress, ...]) -> dict[str, Any]:
    """Return what the report says of the network that the steps were chosen by."""
    if not runs:
        return {}
    first = runs[0]
    told = {"finished": first.finished, "history": [first.history], "steps": first.steps_done}
    return {"training": told | {"clipped_steps": first.clipped}}


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


def _own(weights: Floats) -> Tensors:
    """Return the weights as the network's linear part."""
    bias = np.zeros(weights.shape[1], np.float32)
    return {"linear.weight": weights.astype(np.float32), "linear.bias": bias}


def _network(
    prepared: PreparedSeries,
    recipe: SeriesRecipe,
    problem: Windows,
    choice: Choice,
    seed: int,
    stage: Stage,
    called: str,
) -> tuple[NetworkSpec, Tensors, list[Progress]]:
    """Train the recurrences whose mean is added to the linear forecaster."""
    codec, digest = prepared.codec, prepared.plan.digest(recipe)
    members, windows = recipe.members, len(problem.lengths)
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
