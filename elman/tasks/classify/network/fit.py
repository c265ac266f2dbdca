"""Train a recipe's network on prepared texts: pilot, members, calibration, linear path.

Where a recipe refits, a pilot is trained first. On the validation rows it shows how much the linear
path counts and how sure the answers may sound; then the network's members, and the path, are
trained on training and validation rows together.
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
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec
from elman.tasks.classify.codec import SEEN, TextInput, text_codec
from elman.tasks.classify.linear.join import mixture, with_linear_path
from elman.tasks.classify.linear.path import LinearPath, fit_linear_path, worth_a_path
from elman.tasks.classify.network.build import network_for, spec_for
from elman.tasks.classify.network.problem import TextProblem
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.presets import Recipe
from elman.tasks.classify.rows.rows import Prepared
from elman.tasks.interface import Stage, Trained
from elman.training.problem import Progress

__all__ = ["TextTrained", "train_network"]

Tensors = dict[str, NDArray[np.float32]]

_MEMBER_SEEDS = 1000
"""Distance between the seeds of two members, so that neighbouring runs share none."""


@dataclass(frozen=True)
class TextTrained(Trained):
    """A trained classifier, and its linear path alone, if it has one."""

    linear: LinearPath | None = None


def train_network(
    prepared: Prepared, recipe: Recipe, options: ClassifyOptions, stage: Stage, *, seed: int
) -> TextTrained:
    """Build the recipe's network for this data and train it."""
    rows = prepared.rows
    held, wanted = rows.validation, rows.targets[rows.validation]
    balanced = options.class_weight == "balanced"
    first = dataclasses.replace(recipe, members=1) if recipe.refit else recipe
    after = recipe.members if recipe.refit else 0
    spec, tensors, runs = _members(prepared, first, options, stage, "fit", seed, pilot_of=after)
    logits = _outputs(prepared, spec, tensors)
    path = None
    if recipe.linear_path and worth_a_path(rows):
        path = fit_linear_path(prepared, rows.train, balanced=balanced)
        linear = path.logits(prepared, held)
        parts = mixture(rows.decision, linear, logits, wanted)
        logits = (parts[0] * linear + parts[1] * logits).astype(np.float32)
    decision = calibrated(rows.decision, logits, wanted)
    if options.threshold == "f1":
        decision = with_f1_thresholds(decision, decision.probabilities(logits), wanted)
    loss = log_loss(decision.probabilities(logits), wanted)
    if recipe.refit:
        every = np.sort(np.concatenate([rows.train, held]))
        joined = dataclasses.replace(rows, train=every, validation=held[:0])
        prepared = dataclasses.replace(prepared, rows=joined)
        spec, tensors, more = _members(prepared, recipe, options, stage, "refit", seed)
        runs += more
        path = path and fit_linear_path(prepared, every, strength=path.strength, balanced=balanced)
    if path:
        spec, tensors = with_linear_path(spec, tensors, path, parts)
    decision = dataclasses.replace(decision, unsure_below=options.unsure_below)
    facts = {"training": _summary(runs, tensors, loss)}
    return _trained(
        prepared,
        spec,
        tensors,
        decision,
        runs=tuple(runs),
        validation=loss,
        facts=facts,
        linear=path,
    )


def _members(
    prepared: Prepared,
    recipe: Recipe,
    options: ClassifyOptions,
    stage: Stage,
    name: str,
    seed: int,
    *,
    pilot_of: int = 0,
) -> tuple[NetworkSpec, Tensors, list[Progress]]:
    """Train every member of a recipe's network, each with a seed of its own.

    `pilot_of` is how many further networks have to share the time that is left.
    """
    features, spec, seen = prepared.features, spec_for(prepared, recipe), prepared.words
    if features.pairs and not recipe.pairs_in_state:
        seen = seen[:, 0] if features.columns == 2 else seen[:, :-1]
    problem = TextProblem.over(
        prepared.rows, seen, max_length=recipe.max_length, class_weight=options.class_weight
    )
    digest = problem.digest((recipe, options.class_weight))
    tensors: Tensors = {}
    runs = []
    for member in range(recipe.members):
        own = seed + _MEMBER_SEEDS * member
        module = network_for(spec, prepared, recipe, seed=own)
        to_come = recipe.members - member + pilot_of
        loop = recipe.loop_for(len(prepared.rows.train), own)
        loop = dataclasses.replace(loop, time_share=1 / to_come)
        called = name if recipe.members == 1 else f"{name}-{member}"
        runs.append(stage(called, module, problem, loop, digest).progress)
        prefix = "" if recipe.members == 1 else f"{member}."
        tensors |= {prefix + key: tensor for key, tensor in tensors_of(module).items()}
    return spec, tensors, runs


def _outputs(prepared: Prepared, spec: NetworkSpec, tensors: Tensors) -> Floats:
    """Return what a network says of the validation rows, as the model will that it becomes."""
    raw = _trained(prepared, spec, tensors, prepared.rows.decision)
    model = Model.of(raw.artifact("classify"), text_codec)
    return model.outputs(prepared.texts(prepared.rows.validation))


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
            affix_buckets=features.affix_buckets,
            pairs=features.pairs,
            label_columns=columns.labels if len(columns.labels) > 1 else (),
            label_split=columns.split,
            header=prepared.rows.header,
        ),
        output=decision,
        parts={
            "vocabulary.json": features.vocabulary.to_json(),
            SEEN: prepared.rows.seen.to_json(),
        },
        **facts,
    )


def _summary(runs: list[Progress], tensors: Tensors, validation_loss: float) -> dict[str, Any]:
    """Return what the report says of the training."""
    return {
        "finished": runs[-1].finished,
        "history": [run.history for run in runs],
        "steps": sum(run.steps_done for run in runs),
        "clipped_steps": sum(run.clipped for run in runs),
        "largest_gradient_norm": max(run.largest_norm for run in runs),
        "parameters": int(sum(tensor.size for tensor in tensors.values())),
        "validation_loss": validation_loss,
    }
