"""Train the linear part and the recurrent network, and say how much each counts.

Both are trained apart, on the same sentences. The validation part then tells how much of each is
added up, whether the recurrence is kept, and how sure the answers may sound. Where neighbouring
tags are tied, both have a chain of their own, and what is added up are the scores of whole
sentences, so there is one chain again.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.calibration import inverse_temperature
from elman.judging.tags.decision import TagDecision
from elman.runtime.arrays import Floats
from elman.runtime.chain import marginals
from elman.runtime.ensemble import network_of
from elman.runtime.model import outputs_of
from elman.runtime.spec import NetworkSpec
from elman.tasks.interface import Stage, Trained
from elman.tasks.tag.codec import SEEN, VOCABULARY, TagInput
from elman.tasks.tag.network.build import (
    linear_module,
    linear_spec,
    recurrent_module,
    recurrent_spec,
)
from elman.tasks.tag.network.problem import TagProblem
from elman.tasks.tag.options import TagOptions
from elman.tasks.tag.recipe import Recipe
from elman.tasks.tag.rows.rows import Prepared
from elman.training.problem import Progress

__all__ = ["TagTrained", "train_networks"]

Ints = NDArray[np.int64]
Tensors = dict[str, NDArray[np.float32]]

_SHARES = tuple(np.linspace(0.0, 0.9, 10))
"""How much the linear part may count beside the recurrence."""

_FEWEST = 20
"""Held-out sentences that can speak for a recurrence; each is a dozen words or more."""


@dataclass(frozen=True)
class TagTrained(Trained):
    """A trained tagger, with what stands inside it or what it was chosen over."""

    inside: Trained | None = None
    """The linear part alone, where the recurrence stands beside it."""
    other: Trained | None = None
    """With the recurrence beside the linear part, where that alone is kept."""


class Part(NamedTuple):
    """One of the two: what it is, and what it says of the validation part before any chain."""

    spec: NetworkSpec
    tensors: Tensors
    held: Floats
    runs: tuple[Progress, ...]


def train_networks(
    prepared: Prepared, recipe: Recipe, options: TagOptions, stage: Stage, *, seed: int
) -> TagTrained:
    """Train both, and choose on the validation part."""
    simple = _linear(prepared, recipe, stage, seed)
    alone = _trained(prepared, simple, "linear", called="the linear model")
    if options.keep == "simple":
        return alone
    both = _joined(prepared, simple, _recurrent(prepared, recipe, stage, seed))
    together = _trained(prepared, both, "recurrent")
    if options.keep == "recurrent" or _better(prepared, together, alone, both, simple):
        return dataclasses.replace(together, inside=alone)
    return dataclasses.replace(alone, other=together, runs=together.runs)


def _linear(prepared: Prepared, recipe: Recipe, stage: Stage, seed: int) -> Part:
    spec = linear_spec(prepared, recipe)
    module = linear_module(spec, recipe)
    problem = _problem(prepared, recipe)
    loop = dataclasses.replace(recipe.linear_loop, seed=seed, time_share=0.25)
    done = stage("linear", module, problem, loop, problem.digest((recipe, spec)))
    return _part(prepared, spec, module.tensors("linear."), done.progress)


def _recurrent(prepared: Prepared, recipe: Recipe, stage: Stage, seed: int) -> Part:
    spec = recurrent_spec(prepared, recipe)
    module = recurrent_module(spec, recipe, seed=seed)
    problem = _problem(prepared, recipe)
    loop = dataclasses.replace(recipe.loop, seed=seed)
    done = stage("fit", module, problem, loop, problem.digest((recipe, spec)))
    return _part(prepared, spec, module.tensors(), done.progress)


def _problem(prepared: Prepared, recipe: Recipe) -> TagProblem:
    rows, hide = prepared.rows, np.zeros(prepared.features.numbers, np.float32)
    often = np.maximum(prepared.counts, 1)
    hide[2 : len(often)] = (recipe.word_dropout / (recipe.word_dropout + often))[2:]
    return TagProblem(
        ids=prepared.ids,
        offsets=prepared.offsets,
        labels=prepared.labels,
        train=rows.train,
        validation=rows.validation,
        lines=np.array([of.line for of in rows.sentences]),
        hide=hide,
    )


def _part(prepared: Prepared, spec: NetworkSpec, tensors: Tensors, run: Progress) -> Part:
    own = {name: tensor for name, tensor in tensors.items() if not name.startswith("chain.")}
    network = network_of(dataclasses.replace(spec, chain=False), own)
    held = outputs_of(network, prepared.steps(prepared.rows.validation))
    return Part(spec, tensors, held, (run,))


def _joined(prepared: Prepared, simple: Part, recurrent: Part) -> Part:
    """Return both as one, each with the share that leaves the least loss on the validation part."""

    def mixed(share: float) -> Part:
        linear, own = share, 1.0 - share
        tensors: Tensors = {}
        for name, tensor in recurrent.tensors.items():
            scaled = name.split(".")[0] in ("fc", "chain")
            tensors[name] = (tensor * own).astype(np.float32) if scaled else tensor
        for name, tensor in simple.tensors.items():
            part = (tensor * linear).astype(np.float32)
            tensors[name] = tensors[name] + part if name in tensors else part
        spec = dataclasses.replace(
            recurrent.spec,
            linear=simple.spec.linear,
            linear_before=simple.spec.linear_before,
            linear_after=simple.spec.linear_after,
            linear_around=simple.spec.linear_around,
            chain=simple.spec.chain or recurrent.spec.chain,
        )
        held = (linear * simple.held + own * recurrent.held).astype(np.float32)
        return Part(spec, tensors, held, (*simple.runs, *recurrent.runs))

    candidates = [mixed(share) for share in _SHARES]
    losses = [float(np.nanmean(_losses(prepared, part))) for part in candidates]
    return candidates[int(np.argmin(losses))]


def _outputs(prepared: Prepared, part: Part) -> Floats:
    """Return what a part says of the validation part, with its chain."""
    if not part.spec.chain:
        return part.held
    lengths = np.diff(prepared.offsets)[prepared.rows.validation]
    weight, begin = part.tensors["chain.weight"], part.tensors["chain.begin"]
    return marginals(part.held, lengths, weight, begin)


def _decided(prepared: Prepared, part: Part) -> TagDecision:
    """Return how to decide by a part, with its temperature."""
    truth = prepared.labels_of(prepared.rows.validation)
    outputs, seen = _outputs(prepared, part), truth >= 0
    decision = prepared.rows.decision

    def loss(inverse: float) -> float:
        warmer = dataclasses.replace(decision, temperature=1 / inverse)
        return float(_row_losses(warmer, outputs[seen], truth[seen]).mean())

    if not seen.any():
        return decision
    return dataclasses.replace(decision, temperature=1 / inverse_temperature(loss))


def _losses(prepared: Prepared, part: Part) -> NDArray[np.float64]:
    """Return `(ΣT,)` -log p of each word's tag in the validation part; NaN of one never seen."""
    truth = prepared.labels_of(prepared.rows.validation)
    losses = _row_losses(_decided(prepared, part), _outputs(prepared, part), np.maximum(truth, 0))
    return np.where(truth >= 0, losses, np.nan)


def _row_losses(decision: TagDecision, outputs: NDArray[Any], truth: Ints) -> NDArray[np.float64]:
    p = np.take_along_axis(decision.probabilities(outputs), truth[:, None], axis=1)[:, 0]
    return -np.log(np.maximum(p, 1e-12))


def _better(
    prepared: Prepared, together: Trained, alone: Trained, both: Part, simple: Part
) -> bool:
    """Say whether the recurrence lowers the loss of held-out sentences, by more than one standard
    error: the simpler model has the benefit of the doubt, and few sentences say nothing."""
    lengths = np.diff(prepared.offsets)[prepared.rows.validation]
    if len(lengths) < _FEWEST:
        return False
    gain = np.nan_to_num(_losses(prepared, simple) - _losses(prepared, both))
    of_rows = np.bincount(np.repeat(np.arange(len(lengths)), lengths), gain, len(lengths))
    return bool(of_rows.mean() > of_rows.std() / np.sqrt(len(of_rows)))


def _trained(prepared: Prepared, part: Part, kept: str, called: str = "") -> TagTrained:
    rows, loss = prepared.rows, float(np.nanmean(_losses(prepared, part)))
    runs = part.runs
    summary = {
        "finished": runs[-1].finished,
        "history": [run.history for run in runs],
        "steps": sum(run.steps_done for run in runs),
        "clipped_steps": sum(run.clipped for run in runs),
        "largest_gradient_norm": max(run.largest_norm for run in runs),
        "parameters": int(sum(tensor.size for tensor in part.tensors.values())),
        "validation_loss": loss,
    }
    return TagTrained(
        spec=part.spec,
        tensors=part.tensors,
        input=TagInput(
            rows.column,
            rows.text_column,
            buckets=prepared.features.buckets,
            dotless=prepared.features.dotless,
        ),
        output=_decided(prepared, part),
        called=called,
        runs=runs,
        validation=loss,
        parts={VOCABULARY: prepared.features.vocabulary.to_json(), SEEN: rows.seen.to_json()},
        facts={"training": summary, "kept": kept},
    )
