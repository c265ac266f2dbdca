"""Train a recipe's network on prepared pairs, and choose how long its translations should be."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from elman.judging.texts.bleu import bleu_of, words_by
from elman.models.saved import tensors_of
from elman.models.translation import TranslationModel, bfloat16_is_fast
from elman.runtime.translation.beam import Search, search
from elman.runtime.translation.network import TranslationNetwork
from elman.runtime.translation.spec import TranslationSpec
from elman.tasks.interface import Stage, Trained
from elman.tasks.translate.codec import PIECES, SEEN, SIDES, TranslateInput, TranslateOutput
from elman.tasks.translate.cut import Cut
from elman.tasks.translate.network.problem import TranslationProblem
from elman.tasks.translate.prepared import Prepared
from elman.tasks.translate.recipe import Recipe

__all__ = ["train_network"]

_LOOKED_AT = 500
"""Validation pairs that are translated after every pass."""

PENALTIES = (0.0, 0.5, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5)
"""Lengths that are tried: from those that are likeliest to those that leave nothing out."""


def train_network(prepared: Prepared, recipe: Recipe, stage: Stage, *, seed: int) -> Trained:
    """Build the recipe's network for these pairs and train it."""
    rows, pieces = prepared.rows, prepared.pieces
    spec = TranslationSpec(
        recipe.cell,
        pieces=len(pieces),
        input_size=recipe.embedding,
        hidden_size=recipe.hidden_size,
        encoder_layers=recipe.encoder_layers,
        beam=recipe.beam,
    )
    torch.manual_seed(seed)
    module = TranslationModel(
        spec,
        word_dropout=recipe.word_dropout,
        dropout=recipe.dropout,
        quick=bfloat16_is_fast(),
    )
    sources, targets = zip(*((pair.source, pair.target) for pair in rows.pairs), strict=True)
    problem = TranslationProblem(
        source=Cut(sources, pieces, recipe.join_dropout, seed),
        target=Cut(targets, pieces, recipe.join_dropout, seed + 1),
        train=rows.train,
        validation=rows.validation,
        smoothing=recipe.smoothing,
        bleu=_greedy(prepared, spec),
        lines=[pair.line for pair in rows.pairs],
    )
    loop = dataclasses.replace(recipe.loop, seed=seed)
    fitted = stage("network", module, problem, loop, problem.digest(recipe))
    tensors = tensors_of(module)
    progress = fitted.progress
    penalty, bleu = recipe.length_penalty, -progress.best_score
    if penalty is None:
        penalty, bleu = _best_length(prepared, spec, tensors)
    spec = dataclasses.replace(spec, length_penalty=penalty)
    return Trained(
        spec=spec,
        tensors=tensors,
        input=TranslateInput(*rows.read.sides, files=rows.read.files),
        output=TranslateOutput(),
        runs=(progress,),
        validation=-bleu,
        parts={
            PIECES: pieces.to_json(),
            SIDES: rows.languages.to_json(),
            SEEN: prepared.seen.to_json(),
        },
        facts={"training": _summary(progress, tensors, bleu, penalty)},
    )


def _greedy(prepared: Prepared, spec: TranslationSpec) -> Callable[[nn.Module], float]:
    """Return what judges a module: the BLEU of some validation pairs, greedily decoded."""
    some = prepared.rows.validation[:_LOOKED_AT]
    sources = [prepared.steps(row) for row in some]
    references = prepared.rows.targets(some)
    words = words_by(references)

    def bleu(module: nn.Module) -> float:
        network = TranslationNetwork(spec, tensors_of(module))
        found = search(network, sources, Search(1, longest=spec.longest))
        texts = [prepared.pieces.text(best.pieces) for best, *_ in found]
        return bleu_of(texts, references, words=words).score

    return bleu


def _best_length(
    prepared: Prepared, spec: TranslationSpec, tensors: dict[str, Any]
) -> tuple[float, float]:
    """Return the penalty with the best BLEU on the validation pairs, and that BLEU.

    The search finds the same translations whatever the penalty, which only ranks them.
    """
    rows = prepared.rows.validation
    network = TranslationNetwork(spec, tensors)
    found = search(
        network, [prepared.steps(row) for row in rows], Search(spec.beam, 1.0, spec.longest)
    )
    references = prepared.rows.targets(rows)
    words, tried = words_by(references), []
    for penalty in PENALTIES:
        how = Search(spec.beam, penalty, spec.longest)
        best = [
            max(some, key=lambda one: how.ranked(one.log_probability, len(one.pieces) + one.ended))
            for some in found
        ]
        texts = [prepared.pieces.text(one.pieces) for one in best]
        tried.append((bleu_of(texts, references, words=words).score, penalty))
    # of equal ones the plainest
    bleu, penalty = max(tried, key=lambda one: (one[0], -abs(one[1] - 1.0)))
    return penalty, bleu


def _summary(progress: Any, tensors: dict[str, Any], bleu: float, penalty: float) -> dict[str, Any]:
    return {
        "finished": progress.finished,
        "steps": progress.steps_done,
        "epochs": progress.epoch,
        "best_epoch": progress.best_epoch + 1,
        "clipped_steps": progress.clipped,
        "largest_gradient_norm": progress.largest_norm,
        "parameters": sum(tensor.size for tensor in tensors.values()),
        "validation_bleu": bleu,
        "length_penalty": penalty,
        "history": progress.history,
    }
