"""Several networks of one shape, trained apart, that answer as one: their outputs are averaged.

It has the methods of a `Network` that a model and a stream need, and the same promises: the same
bits in any company, memory that does not grow with a stream.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from elman.runtime.arrays import Floats, Steps
from elman.runtime.chain import Chained
from elman.runtime.linear import BesideLinear
from elman.runtime.network import Network, State
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import check, tensor_shapes

__all__ = ["AnyNetwork", "Ensemble", "network_of"]


class Ensemble:
    """Members that see the same steps; `spec.members` says how many."""

    def __init__(self, spec: NetworkSpec, members: Sequence[Network]) -> None:
        self.spec = spec
        self.members = members

    def forward(self, sequences: Sequence[Steps]) -> Floats:
        """Mean logits of whole sequences, `(N, outputs)`."""
        return _mean([member.forward(sequences) for member in self.members])

    def begin(self) -> tuple[State, ...]:
        """The states of a stream that has seen nothing yet."""
        return tuple(member.begin() for member in self.members)

    def advance(self, state: tuple[State, ...], steps: Steps) -> tuple[State, ...]:
        """Take some more steps with every member."""
        pairs = zip(self.members, state, strict=True)
        return tuple(member.advance(own, steps) for member, own in pairs)

    def read(self, state: tuple[State, ...]) -> Floats:
        """Mean logits `(outputs,)` after the steps so far."""
        return _mean([m.read(own) for m, own in zip(self.members, state, strict=True)])


AnyNetwork = Network | Ensemble | BesideLinear | Chained
"""Whatever a spec describes."""


def network_of(spec: NetworkSpec, tensors: Mapping[str, np.ndarray]) -> AnyNetwork:
    """Build what a spec describes.

    Raises:
        ArtifactError: a tensor is missing, unknown, or of another shape or type.
    """
    check(spec, tensors)
    below = _unchained(spec, tensors)
    if not spec.chain:
        return below
    return Chained(spec, tensors["chain.weight"], tensors["chain.begin"], below)


def _unchained(
    spec: NetworkSpec, tensors: Mapping[str, np.ndarray]
) -> Network | Ensemble | BesideLinear:
    alone = dataclasses.replace(spec.alone, members=spec.members)
    own = {name: t for name, t in tensors.items() if name.split(".")[0] not in ("linear", "chain")}
    if not spec.linear:
        return _recurrent(alone, own)
    return BesideLinear(spec, tensors, _recurrent(alone, own) if spec.recurrent else None)


def _recurrent(spec: NetworkSpec, tensors: Mapping[str, np.ndarray]) -> Network | Ensemble:
    if spec.members == 1:
        return Network(spec, tensors)
    alone = dataclasses.replace(spec, members=1)
    parts = [
        {name: tensors[f"{m}.{name}"] for name in tensor_shapes(alone)} for m in range(spec.members)
    ]
    return Ensemble(spec, [Network(alone, part) for part in parts])


def _mean(logits: Sequence[Floats]) -> Floats:
    return np.asarray(np.mean(logits, axis=0, dtype=np.float64), np.float32)
