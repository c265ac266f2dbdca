"""A saved model as a torch module again: for gradients, which the runtime does not have."""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor, nn

from elman import artifact
from elman.models.network import RecurrentNetwork
from elman.runtime.model import Model

__all__ = ["MemberAverage", "torch_module"]


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

    The module's outputs are the logits of `model.network.forward`, to rounding.

    Raises:
        ArtifactError: the directory is gone, or not what it was when the model was loaded.
    """
    spec = model.network.spec
    tensors = artifact.read(model.directory).tensors
    alone, members = dataclasses.replace(spec, members=1), []
    for n in range(spec.members):
        prefix = f"{n}." if spec.members > 1 else ""
        member = RecurrentNetwork(alone)
        member.load_state_dict(
            {
                name.removeprefix(prefix): torch.tensor(value)
                for name, value in tensors.items()
                if name.startswith(prefix)
            }
        )
        members.append(member)
    return MemberAverage(members).eval()
