"""A saved model as a torch module again: for gradients, which the runtime does not have."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.models.network import RecurrentNetwork
from elman.runtime.model import Model

__all__ = ["MemberAverage", "tensors_of", "torch_module"]


class MemberAverage(nn.Module):
    """Networks of one shape, trained apart, whose outputs are averaged.

    Args:
        members: at least one.
    """

    def __init__(self, members: list[RecurrentNetwork]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Return the mean output `(B, outputs)`; arguments as of `RecurrentNetwork`."""
        return torch.stack([member(x, lengths) for member in self.members]).mean(0)


def torch_module(model: Model) -> MemberAverage:
    """Read the weights of a saved model into torch modules, in evaluation mode.

    The module's outputs are those of `model.outputs`, to rounding.
    """
    spec = model.network.spec
    alone, members = dataclasses.replace(spec, members=1), []
    for n in range(spec.members):
        prefix = f"{n}." if spec.members > 1 else ""
        member = RecurrentNetwork(alone)
        member.load_state_dict(
            {
                name.removeprefix(prefix): torch.tensor(value)
                for name, value in model.tensors.items()
                if name.startswith(prefix)
            }
        )
        members.append(member)
    return MemberAverage(members).eval()


def tensors_of(module: nn.Module) -> dict[str, NDArray[np.float32]]:
    """Return a module's weights as numpy arrays, by their names in its `state_dict`."""
    return {name: value.detach().numpy().copy() for name, value in module.state_dict().items()}
