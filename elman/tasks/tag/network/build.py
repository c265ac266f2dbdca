"""A recipe's networks for this data, as they start."""

from __future__ import annotations

import torch

from elman.data.tagged.features import AROUND, COLUMNS
from elman.models.chain import Chain
from elman.models.linear import StepPart
from elman.models.network import RecurrentNetwork
from elman.runtime.spec import NO_CELL, NetworkSpec
from elman.tasks.tag.network.problem import TagModule
from elman.tasks.tag.recipe import Recipe
from elman.tasks.tag.rows.rows import Prepared

__all__ = ["linear_module", "linear_spec", "recurrent_module", "recurrent_spec"]

_MOST_TIED = 64
"""Tags up to which the linear part ties neighbours: it sees no sentence, as the recurrence does.
Of K tags a step costs K² products."""

_SPREAD = 0.1
"""Of the vectors' numbers at first: twelve of them are added up."""


def recurrent_spec(prepared: Prepared, recipe: Recipe) -> NetworkSpec:
    """Return the recurrent network as data."""
    return NetworkSpec(
        cell=recipe.cell,  # type: ignore[arg-type]
        hidden_size=recipe.hidden_size,
        outputs=len(prepared.rows.decision.tags),
        vocabulary=prepared.features.numbers,
        input_size=recipe.embedding,
        num_layers=recipe.num_layers,
        bidirectional=recipe.both_ways,
        pools=(),
        ids_per_step=COLUMNS,
        per_step=True,
        chain=bool(prepared.rows.decision.scheme) if recipe.chain is None else recipe.chain,
    )


def linear_spec(prepared: Prepared, recipe: Recipe) -> NetworkSpec:
    """Return the linear part alone as data."""
    ids, tags = prepared.features.numbers, len(prepared.rows.decision.tags)
    before, after = recipe.places(ids, tags)
    return NetworkSpec(
        cell=NO_CELL,
        hidden_size=0,
        num_layers=0,
        outputs=tags,
        vocabulary=ids,
        pools=(),
        ids_per_step=COLUMNS,
        linear=ids,
        per_step=True,
        linear_before=before,
        linear_after=after,
        linear_around=AROUND if before or after else (),
        chain=tags <= _MOST_TIED if recipe.chain is None else recipe.chain,
    )


def recurrent_module(spec: NetworkSpec, recipe: Recipe, *, seed: int) -> TagModule:
    """Return the recurrent network with the weights it starts from."""
    torch.manual_seed(seed)
    network = RecurrentNetwork(spec, vector_dropout=recipe.vector_dropout, dropout=recipe.dropout)
    with torch.no_grad():
        network.embedding.weight.normal_(std=_SPREAD)
        network.embedding.weight[0] = 0.0
    return TagModule(network, Chain(spec.outputs) if spec.chain else None)


def linear_module(spec: NetworkSpec, recipe: Recipe) -> TagModule:
    """Return the linear part, which starts from nothing."""
    part = StepPart(
        spec.linear,
        spec.outputs,
        spec.linear_before,
        spec.linear_after,
        around=spec.linear_around,
        dropout=recipe.linear_dropout,
    )
    return TagModule(part, Chain(spec.outputs) if spec.chain else None)
