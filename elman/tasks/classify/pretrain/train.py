"""Train a network on the next word of the texts themselves, before it sees a label."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import torch

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
    directory.
    """
    if recipe.pretrained and (found := kept_in(recipe.pretrained)):
        return found
    rows = prepared.rows
    learnt = np.concatenate([rows.train, rows.validation])
    sources = [Source(prepared.read, rows.offsets, np.sort(learnt))]
    if rows.unlabelled is not None and prepared.unlabelled is not None:
        offsets = rows.unlabelled.offsets
        sources.append(Source(prepared.unlabelled, offsets, np.arange(len(offsets) - 1)))
    problem = WordsProblem(sources)
    torch.manual_seed(seed)
    alone = dataclasses.replace(spec, members=1, linear=0, linear_ids=0)
    module = LanguageModel(alone, problem.counts(alone.vocabulary), dropout=recipe.pretrain_dropout)
    loop = LoopConfig(
        epochs=recipe.pretrain,
        batch_size=40,
        learning_rate=2e-3 if spec.hidden_size > _LARGE else 3e-3,
        beta2=0.99,
        average=0.998,
        seed=seed,
        checkpoint_every_s=60.0,
        time_share=0.6,
    )
    how = (alone, recipe.pretrain, recipe.pretrain_dropout)
    fitted = stage("pre-training", module, problem, loop, problem.digest(how))
    tensors = {
        name: tensor
        for name, tensor in tensors_of(module).items()
        if name.startswith(("embedding.", "rnn."))
    }
    history = fitted.progress.history
    facts = {
        "words": problem.words,
        "passes": len(history),
        "perplexity": math.exp(min(h.get("validation_loss", math.inf) for h in history)),
        "seconds": round(fitted.progress.elapsed_s, 1),
    }
    found = Kept(alone, prepared.own.vocabulary, tensors, facts)
    if recipe.pretrained:
        keep(Path(recipe.pretrained), found)
    return found


_LARGE = 256
"""Units above which a smaller rate is used."""
