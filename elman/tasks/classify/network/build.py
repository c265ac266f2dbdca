"""A recipe's network for this data, as it starts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from elman.models.network import RecurrentNetwork
from elman.nn.init import initialise
from elman.runtime.spec import NetworkSpec
from elman.tasks.classify.presets import Recipe
from elman.tasks.classify.rows.rows import Prepared

__all__ = ["network_for", "spec_for"]


def spec_for(prepared: Prepared, recipe: Recipe) -> NetworkSpec:
    """Return the recipe's network as data."""
    return NetworkSpec(
        cell=recipe.cell,  # type: ignore[arg-type]
        hidden_size=recipe.hidden_size,
        outputs=prepared.rows.decision.outputs,
        vocabulary=prepared.own.embeddings,
        input_size=recipe.embedding,
        num_layers=recipe.num_layers,
        pools=recipe.pools,  # type: ignore[arg-type]
        ids_per_step=prepared.own.columns,
        members=recipe.members,
    )


def network_for(
    spec: NetworkSpec,
    prepared: Prepared,
    recipe: Recipe,
    begin: Mapping[str, NDArray[np.float32]],
    *,
    seed: int,
) -> RecurrentNetwork:
    """Return one member, with the weights it starts from: those of `begin`, and drawn ones."""
    torch.manual_seed(seed)
    module = RecurrentNetwork(
        spec,
        word_dropout=recipe.word_dropout
        * (1.0 if recipe.pretrain else _share_of_unknown_to_learn(prepared)),
        vector_dropout=recipe.vector_dropout,
        dropout=recipe.dropout,
    )
    if not recipe.as_torch_initialises:
        initialise(
            module.rnn,
            module.embedding,
            gain=recipe.state_gain,
            identity=recipe.identity,
            input_gain=recipe.input_gain,
        )
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if name in begin:
                parameter.copy_(torch.from_numpy(begin[name]))
    return module


def _share_of_unknown_to_learn(prepared: Prepared) -> float:
    """Return 0 where no held-out word is unknown, up to 1 from one in a hundred on.

    Hiding words teaches what to do without them; where none will be missing it only hides.
    """
    return min(1.0, 100 * (prepared.diagnosis.unknown_share or 0.0))
