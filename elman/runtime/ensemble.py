"""Several networks of one shape, trained apart, that answer as one: their outputs are averaged."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from elman.runtime.arrays import Floats, Steps
from elman.runtime.chain import Chained
from elman.runtime.compiled import Compiled, InOneCall, compiles
from elman.runtime.linear import BesideLinear
from elman.runtime.network import Network
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import check, tensor_shapes

__all__ = ["AnyNetwork", "Ensemble", "network_of"]


class Ensemble(InOneCall):
    """Members that see the same steps; `spec.members` says how many."""

    def __init__(self, spec: NetworkSpec, members: Sequence[Network]) -> None:
        self.spec = spec
        self.members = members
        if compiles(spec):
            parts = [part for one in members if one.compiled for part in one.compiled.members]
            self.compiled = Compiled(spec, parts)

    def _forward(self, sequences: Sequence[Steps]) -> Floats:
        return _mean([member.forward(sequences) for member in self.members])

    def _begin(self) -> tuple[Any, ...]:
        return tuple(member.begin() for member in self.members)

    def _advance(self, state: tuple[Any, ...], steps: Steps) -> tuple[Any, ...]:
        pairs = zip(self.members, state, strict=True)
        return tuple(member.advance(own, steps) for member, own in pairs)

    def _read(self, state: tuple[Any, ...]) -> Floats:
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
