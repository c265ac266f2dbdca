"""A saved model as a torch module again: for gradients, which the runtime does not have."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.models.chain import Chain
from elman.models.linear import (
    ConvolutionPart,
    LinearPart,
    StepPart,
    WindowPart,
    linear_of,
    own_ids,
)
from elman.models.network import RecurrentNetwork
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec

__all__ = ["MemberAverage", "tensors_of", "torch_module"]


class MemberAverage(nn.Module):
    """Networks of one shape, trained apart, whose outputs are averaged; a linear part is added.

    Args:
        spec: what it is.
        members: of the recurrence; none where the linear part is alone.
        linear: the linear part, if there is one.
        chain: what ties the answers to neighbouring steps, if they are tied.
    """

    def __init__(
        self,
        spec: NetworkSpec,
        members: list[RecurrentNetwork],
        linear: ConvolutionPart | LinearPart | StepPart | WindowPart | None = None,
        chain: Chain | None = None,
    ) -> None:
        super().__init__()
        self.spec = spec
        self.members = nn.ModuleList(members)
        self.linear = linear
        self.chain = chain

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Return `(B, outputs)`, or `(B, T, outputs)`; arguments as of `RecurrentNetwork`."""
        own = x if self.linear is None else own_ids(self.spec, x)
        said = [member(own, lengths) for member in self.members]
        both = [torch.stack(said).mean(0)] if said else []
        if self.linear is not None:
            both.append(self.linear(x, lengths))
        said_by_all = torch.stack(both).sum(0)
        if self.chain is None:
            return said_by_all
        tied: Tensor = self.chain(said_by_all, lengths)
        return tied


def torch_module(model: Model) -> MemberAverage:
    """Read the weights of a saved model into torch modules, in evaluation mode.

    The module's outputs are those of `model.outputs`, to rounding.
    """
    spec = model.network.spec
    members, linear, chain = [], None, None
    for n in range(spec.members if spec.recurrent else 0):
        member = RecurrentNetwork(spec.alone)
        _fill(member, model, f"{n}." if spec.members > 1 else "")
        members.append(member)
    if spec.linear:
        linear = linear_of(spec)
        _fill(linear, model, "linear.")
    if spec.chain:
        chain = Chain(spec.outputs)
        _fill(chain, model, "chain.")
    return MemberAverage(spec, members, linear, chain).eval()


def _fill(module: nn.Module, model: Model, prefix: str) -> None:
    own = {name: torch.tensor(model.tensors[prefix + name]) for name in module.state_dict()}
    module.load_state_dict(own)


def tensors_of(module: nn.Module) -> dict[str, NDArray[np.float32]]:
    """Return a module's weights as numpy arrays, by their names in its `state_dict`."""
    return {name: value.detach().numpy().copy() for name, value in module.state_dict().items()}
