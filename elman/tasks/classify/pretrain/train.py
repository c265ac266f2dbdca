"""Train a network on the next word of the texts themselves, before it sees a label."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import torch

from elman.data.text.vocabulary import Vocabulary
from elman.models.language import LanguageModel
from elman.models.saved import tensors_of
from elman.runtime.spec import NetworkSpec
from elman.tasks.classify.presets import Recipe
from elman.tasks.classify.pretrain.kept import Kept, keep, kept_in
from elman.tasks.classify.pretrain.problem import Source, WordsProblem
from elman.tasks.classify.rows.rows import Prepared
from elman.tasks.interface import Stage
from elman.training.config import LoopConfig

__all__ = ["pretrained"]


def pretrained(
    prepared: Prepared, recipe: Recipe, spec: NetworkSpec, stage: Stage, *, seed: int
) -> Kept:
    """Return the network to begin from: the one in `recipe.pretrained`, or one trained now.

    It learns from the texts of the training and validation rows and those without labels, never
    from texts that are judged. What is trained now is kept in `recipe.pretrained`, if that names a
    directory. What was kept there has mostly read other texts: it goes on with those of the rows,
    unless they were among them.
    """
    kept = kept_in(recipe.pretrained) if recipe.pretrained else None
    rows = prepared.rows
    learnt = np.concatenate([rows.train, rows.validation])
    own = Source(prepared.read, rows.offsets, np.sort(learnt))
    problem = WordsProblem([own])
    texts = problem.digest("texts")
    if kept is not None:
        if problem.words < recipe.least_words or texts == kept.facts.get("texts"):
            return kept
        found = _trained(problem, kept.spec, kept.vocabulary, recipe, stage, seed=seed, begin=kept)
        facts = {f"own_{name}": value for name, value in found.facts.items()}
        return dataclasses.replace(found, facts=kept.facts | facts)
    if rows.unlabelled is not None and prepared.unlabelled is not None:
        offsets = rows.unlabelled.offsets
        more = Source(prepared.unlabelled, offsets, np.arange(len(offsets) - 1))
        problem = WordsProblem([own, more])
    alone = dataclasses.replace(spec, members=1, linear=0, linear_ids=0)
    found = _trained(problem, alone, prepared.own.vocabulary, recipe, stage, seed=seed)
    found = dataclasses.replace(found, facts=found.facts | {"texts": texts})
    if recipe.pretrained:
        keep(Path(recipe.pretrained), found)
    return found


def _trained(
    problem: WordsProblem,
    spec: NetworkSpec,
    vocabulary: Vocabulary,
    recipe: Recipe,
    stage: Stage,
    *,
    seed: int,
    begin: Kept | None = None,
) -> Kept:
    """Train a language model: from the start, or, in few passes and small steps, from another."""
    torch.manual_seed(seed)
    module = LanguageModel(spec, problem.counts(spec.vocabulary), dropout=recipe.pretrain_dropout)
    rate = 2e-3 if spec.hidden_size > _LARGE else 3e-3
    if begin is not None:
        module.load_state_dict({name: torch.tensor(t) for name, t in begin.tensors.items()})
    loop = LoopConfig(
        epochs=recipe.pretrain if begin is None else recipe.adapt,
        batch_size=40,
        learning_rate=rate if begin is None else rate / 2,
        beta2=0.99,
        average=0.998,
        seed=seed,
        checkpoint_every_s=60.0,
        time_share=0.6,
    )
    how = (spec, loop.epochs, recipe.pretrain_dropout, begin.digest if begin else "")
    fitted = stage("pre-training", module, problem, loop, problem.digest(how))
    history = fitted.progress.history
    facts = {
        "words": problem.words,
        "passes": len(history),
        "perplexity": math.exp(min(h.get("validation_loss", math.inf) for h in history)),
        "seconds": round(fitted.progress.elapsed_s, 1),
    }
    return Kept(spec, vocabulary, tensors_of(module), facts)


_LARGE = 256
"""Units above which a smaller rate is used."""
