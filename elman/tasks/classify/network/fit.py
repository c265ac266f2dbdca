"""Train a recipe's network on prepared texts, beside the linear part that stands inside.

The validation rows show how much each counts, whether the recurrence is kept, and how sure the
answers may sound; the linear part that is saved has learnt from them too.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.calibration import calibrated, with_f1_thresholds
from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import log_loss
from elman.models.saved import tensors_of
from elman.runtime.arrays import Floats
from elman.runtime.ensemble import network_of
from elman.runtime.model import outputs_of
from elman.runtime.spec import NetworkSpec
from elman.tasks.classify.codec import SEEN, TERMS, TextInput
from elman.tasks.classify.linear.join import alone, joined
from elman.tasks.classify.linear.simple import Simple
from elman.tasks.classify.network.build import network_for, spec_for
from elman.tasks.classify.network.problem import TextProblem
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.presets import Recipe
from elman.tasks.classify.pretrain.kept import Kept
from elman.tasks.classify.pretrain.train import pretrained
from elman.tasks.classify.rows.rows import Prepared
from elman.tasks.interface import Stage, Trained
from elman.tasks.mixture import is_better, mixture
from elman.training.problem import Progress

__all__ = ["TextTrained", "train_network"]

Ints = NDArray[np.int64]
Tensors = dict[str, NDArray[np.float32]]

_MEMBER_SEEDS = 1000
"""Distance between the seeds of two members, so that neighbouring runs share none."""


@dataclass(frozen=True)
class TextTrained(Trained):
    """A trained classifier, with what stands inside it and what it was chosen over."""

    simple: Simple | None = None
    """The linear part, if it has one."""
    other: Trained | None = None
    """With the recurrence beside the linear part, where that alone is kept."""


def train_network(
    prepared: Prepared,
    recipe: Recipe,
    options: ClassifyOptions,
    stage: Stage,
    simple: Simple | None,
    *,
    seed: int,
) -> TextTrained:
    """Build the recipe's network for this data and train it.

    Where a linear part stands inside, the validation part says how much each counts, and whether
    the recurrence is kept.
    """
    if simple is not None and options.keep == "simple":
        return _linear_alone(prepared, recipe, options, simple, [])
    rows = prepared.rows
    wanted = rows.targets[rows.validation]
    begin = None
    if recipe.pretrain:
        begin = pretrained(prepared, recipe, spec_for(prepared, recipe), stage, seed=seed)
    spec, tensors, runs = _members(prepared, recipe, options, stage, begin, seed)
    logits = _outputs(prepared, spec, tensors)
    decision, better = rows.decision, True
    if simple is not None:
        parts = mixture(decision, simple.held, logits, wanted)
        logits = (parts[0] * simple.held + parts[1] * logits).astype(np.float32)
        better = is_better(decision, logits, simple.held, wanted)
    decision, loss = _decided(decision, options, logits, wanted)
    if simple is not None:
        spec, tensors = joined(spec, tensors, simple.part, parts)
    summary = _summary(runs, tensors, loss)
    if begin is not None:
        summary["pretraining"] = begin.facts
    trained = _trained(
        prepared,
        spec,
        tensors,
        decision,
        runs=tuple(runs),
        validation=loss,
        facts={"training": summary, "kept": "recurrent"},
        simple=simple,
    )
    if simple is None or better or options.keep == "recurrent":
        return trained
    kept = _linear_alone(prepared, recipe, options, simple, runs)
    return dataclasses.replace(kept, other=trained)


def _linear_alone(
    prepared: Prepared,
    recipe: Recipe,
    options: ClassifyOptions,
    simple: Simple,
    runs: list[Progress],
) -> TextTrained:
    """Return the linear part as a model of its own; `runs` are of networks that are not kept."""
    wanted = prepared.rows.targets[prepared.rows.validation]
    decision, loss = _decided(prepared.rows.decision, options, simple.held, wanted)
    spec, tensors = alone(spec_for(prepared, recipe), simple.part)
    return _trained(
        prepared,
        spec,
        tensors,
        decision,
        called="the linear model",
        runs=tuple(runs),
        validation=loss,
        facts={"training": _summary(runs, tensors, loss), "kept": "linear"},
        simple=simple,
    )


def _decided(
    decision: Decision, options: ClassifyOptions, logits: NDArray[Any], wanted: Ints
) -> tuple[Decision, float]:
    """Return how to decide, by logits of the validation rows, and their log loss then."""
    decision = calibrated(decision, logits, wanted)
    if options.threshold == "f1":
        decision = with_f1_thresholds(decision, decision.probabilities(logits), wanted)
    loss = log_loss(decision.probabilities(logits), wanted)
    return dataclasses.replace(decision, unsure_below=options.unsure_below), loss


def _members(
    prepared: Prepared,
    recipe: Recipe,
    options: ClassifyOptions,
    stage: Stage,
    begin: Kept | None,
    seed: int,
) -> tuple[NetworkSpec, Tensors, list[Progress]]:
    """Train every member of a recipe's network, each with a seed of its own."""
    spec = spec_for(prepared, recipe)
    problem = TextProblem.over(
        prepared.rows,
        prepared.read,
        max_length=recipe.max_length,
        class_weight=options.class_weight,
    )
    digest = problem.digest((recipe, options.class_weight, begin.digest if begin else ""))
    tensors: Tensors = {}
    runs = []
    for member in range(recipe.members):
        own = seed + _MEMBER_SEEDS * member
        module = network_for(spec, prepared, recipe, begin.reading if begin else {}, seed=own)
        to_come = recipe.members - member
        loop = recipe.loop_for(len(prepared.rows.train), own)
        loop = dataclasses.replace(loop, time_share=1 / to_come)
        called = "fit" if recipe.members == 1 else f"fit-{member}"
        runs.append(stage(called, module, problem, loop, digest).progress)
        prefix = "" if recipe.members == 1 else f"{member}."
        tensors |= {prefix + key: tensor for key, tensor in tensors_of(module).items()}
    return spec, tensors, runs


def _outputs(prepared: Prepared, spec: NetworkSpec, tensors: Tensors) -> Floats:
    """Return what a network says of the validation rows, by the runtime."""
    texts = prepared.read_of(prepared.rows.validation)
    return outputs_of(network_of(spec, tensors), texts)


def _trained(
    prepared: Prepared, spec: NetworkSpec, tensors: Tensors, decision: Decision, **facts: Any
) -> TextTrained:
    columns, features = prepared.rows.corpus.columns, prepared.features
    return TextTrained(
        spec=spec,
        tensors=tensors,
        input=TextInput(
            columns.text,
            columns.labels[0],
            terms=features.terms is not None,
            label_columns=columns.labels if len(columns.labels) > 1 else (),
            label_split=columns.split,
            header=prepared.rows.header,
        ),
        output=decision,
        parts={
            "vocabulary.json": features.vocabulary.to_json(),
            **({} if features.terms is None else {TERMS: features.terms.to_json()}),
            SEEN: prepared.rows.seen.to_json(),
        },
        **facts,
    )


def _summary(runs: list[Progress], tensors: Tensors, validation_loss: float) -> dict[str, Any]:
    """Return what the report says of the training."""
    return {
        "finished": runs[-1].finished if runs else "no network was trained",
        "history": [run.history for run in runs],
        "steps": sum(run.steps_done for run in runs),
        "clipped_steps": sum(run.clipped for run in runs),
        "largest_gradient_norm": max((run.largest_norm for run in runs), default=0.0),
        "parameters": int(sum(tensor.size for tensor in tensors.values())),
        "validation_loss": validation_loss,
    }
