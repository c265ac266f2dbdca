"""Train a recipe's network on prepared signals, beside the simple model that stands inside.

The validation rows show how much each counts, whether the recurrence is kept, and how sure the
answers may sound; the simple model that is saved has learnt from them too.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from elman.judging.classes.calibration import calibrated
from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import log_loss
from elman.models.network import RecurrentNetwork
from elman.models.saved import tensors_of
from elman.runtime.ensemble import network_of
from elman.runtime.model import outputs_of
from elman.runtime.spec import NetworkSpec
from elman.tasks.interface import Stage, Trained
from elman.tasks.mixture import is_better, mixture
from elman.tasks.signal.coding.codec import SEEN
from elman.tasks.signal.coding.input import SignalInput
from elman.tasks.signal.network.problem import SignalProblem
from elman.tasks.signal.options import SignalOptions
from elman.tasks.signal.recipe import Recipe
from elman.tasks.signal.rows.rows import Prepared
from elman.tasks.signal.simple.model import Simple, alone, joined
from elman.tasks.signal.streaming import in_parts
from elman.training.problem import Progress

__all__ = ["SignalTrained", "spec_for", "train_network"]

Ints = NDArray[np.int64]
Tensors = dict[str, NDArray[np.float32]]

_PARTS = 5
_HEARD = 300
"""Validation rows whose beginnings are heard, at most about."""
_DOUBTS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""Tried, in lengths of a typical signal."""

_MEMBER_SEEDS = 1000
"""Distance between the seeds of two members, so that neighbouring runs share none."""

CALLED = "the linear model of convolutions"
"""The simple model, in sentences."""


@dataclass(frozen=True)
class SignalTrained(Trained):
    """A trained model, with what stands inside it and what it was chosen over."""

    simple: Simple | None = None
    """The simple model."""
    other: Trained | None = None
    """With the recurrence beside the simple model, where that alone is kept."""


def spec_for(prepared: Prepared, recipe: Recipe) -> NetworkSpec:
    """Return the recipe's network as data."""
    return NetworkSpec(
        cell=recipe.cell,  # type: ignore[arg-type]
        hidden_size=recipe.hidden_size,
        outputs=prepared.rows.decision.outputs,
        input_size=prepared.rows.input.size,
        num_layers=recipe.num_layers,
        pools=recipe.pools,  # type: ignore[arg-type]
        members=recipe.members,
    )


def train_network(
    prepared: Prepared,
    recipe: Recipe,
    options: SignalOptions,
    stage: Stage,
    simple: Simple,
    *,
    seed: int,
) -> SignalTrained:
    """Build the recipe's network for this data, train it, and weigh it beside the simple model."""
    if options.keep == "simple":
        return _simple_alone(prepared, options, simple, [])
    rows = prepared.rows
    wanted = rows.truth[rows.validation]
    spec, tensors, runs = _members(prepared, recipe, options, stage, seed)
    logits = outputs_of(network_of(spec, tensors), prepared.steps(rows.validation))
    parts = mixture(rows.decision, simple.held, logits, wanted)
    both = (parts[0] * simple.held + parts[1] * logits).astype(np.float32)
    better = is_better(rows.decision, both, simple.held, wanted)
    held = joined(spec, tensors, simple.convolutions, simple.before, parts)
    input, decision, loss = _decided(prepared, options, *held)
    spec, tensors = joined(spec, tensors, simple.convolutions, simple.ridge, parts)
    trained = _trained(
        prepared,
        input,
        spec,
        tensors,
        decision,
        runs=tuple(runs),
        validation=loss,
        facts={"training": _summary(runs, tensors, loss), "kept": "recurrent"},
        simple=simple,
    )
    if better or options.keep == "recurrent":
        return trained
    kept = _simple_alone(prepared, options, simple, runs)
    return dataclasses.replace(kept, other=trained)


def _simple_alone(
    prepared: Prepared, options: SignalOptions, simple: Simple, runs: list[Progress]
) -> SignalTrained:
    """Return the simple model by itself; `runs` are of networks that are not kept."""
    rows = prepared.rows
    sizes, found = (rows.decision, rows.input.size), simple.convolutions
    input, decision, loss = _decided(prepared, options, *alone(*sizes, found, simple.before))
    spec, tensors = alone(*sizes, found, simple.ridge)
    return _trained(
        prepared,
        input,
        spec,
        tensors,
        decision,
        called=CALLED,
        runs=tuple(runs),
        validation=loss,
        facts={"training": _summary(runs, tensors, loss), "kept": "simple"},
        simple=simple,
    )


def _decided(
    prepared: Prepared, options: SignalOptions, spec: NetworkSpec, tensors: Tensors
) -> tuple[SignalInput, Decision, float]:
    """Return how far to trust few steps, how to decide, and the log loss then.

    By what a network that has not learnt from the validation rows says of their beginnings.
    """
    rows, network = prepared.rows, network_of(spec, tensors)
    some = rows.validation[:: max(1, len(rows.validation) // _HEARD)]
    heard = [in_parts(network, steps, _PARTS) for steps in prepared.steps(some)]
    outputs, ends = (np.stack(parts) for parts in zip(*heard, strict=True))
    truth = rows.truth[some]
    best = (np.inf, rows.input, rows.decision)
    for doubt in (0.0, *(float(np.median(ends[:, -1])) * np.array(_DOUBTS))):
        input = dataclasses.replace(rows.input, doubt=float(doubt))
        trusted = [input.trusted(outputs[:, k], ends[:, k]) for k in range(_PARTS)]
        decision = calibrated(rows.decision, trusted[-1], truth)
        loss = float(
            np.mean([log_loss(decision.probabilities(logits), truth) for logits in trusted])
        )
        if loss < best[0]:
            best = loss, input, decision
    _, input, decision = best
    whole = outputs_of(network, prepared.steps(rows.validation))
    lengths = np.diff(prepared.offsets)[rows.validation]
    wanted = rows.truth[rows.validation]
    logits = input.trusted(whole, lengths)
    decision = calibrated(rows.decision, logits, wanted)
    loss = log_loss(decision.probabilities(logits), wanted)
    return input, dataclasses.replace(decision, unsure_below=options.unsure_below), loss


def _members(
    prepared: Prepared, recipe: Recipe, options: SignalOptions, stage: Stage, seed: int
) -> tuple[NetworkSpec, Tensors, list[Progress]]:
    """Train every member of a recipe's network, each with a seed of its own."""
    spec = spec_for(prepared, recipe)
    problem = SignalProblem(prepared, recipe.augmentation, class_weight=options.class_weight)
    digest = problem.digest((recipe, options.class_weight))
    tensors: Tensors = {}
    runs = []
    for member in range(recipe.members):
        own = seed + _MEMBER_SEEDS * member
        torch.manual_seed(own)
        module = RecurrentNetwork(spec.alone, dropout=recipe.dropout)
        loop = recipe.loop_for(len(prepared.rows.train), own)
        loop = dataclasses.replace(loop, time_share=1 / (recipe.members - member))
        called = "fit" if recipe.members == 1 else f"fit-{member}"
        runs.append(stage(called, module, problem, loop, digest).progress)
        prefix = "" if recipe.members == 1 else f"{member}."
        tensors |= {prefix + key: tensor for key, tensor in tensors_of(module).items()}
    return spec, tensors, runs


def _trained(
    prepared: Prepared,
    input: SignalInput,
    spec: NetworkSpec,
    tensors: Tensors,
    decision: Decision,
    **facts: Any,
) -> SignalTrained:
    return SignalTrained(
        spec=spec,
        tensors=tensors,
        input=input,
        output=decision,
        parts={SEEN: prepared.rows.seen.to_json()},
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
