"""The tensors of a network by its spec: their names, their shapes, and whether given ones fit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from elman.cells import GATES
from elman.errors import ArtifactError
from elman.runtime.heads.pooled import gathers
from elman.runtime.spec import POOLS, NetworkSpec

__all__ = ["cell_names", "check", "tensor_shapes"]

LARGEST_WEIGHT = 1e12
"""With inputs up to `inputs.LARGEST_VALUE`, no product or sum can then overflow float32."""


def tensor_shapes(spec: NetworkSpec) -> dict[str, tuple[int, ...]]:
    """Names and shapes of all tensors of one member, as torch has them."""
    H, D, G = spec.hidden_size, 1 + spec.bidirectional, GATES[spec.cell]
    shapes: dict[str, tuple[int, ...]] = {}
    if spec.vocabulary:
        shapes["embedding.weight"] = (spec.vocabulary, spec.input_size)
    for k, names in enumerate(cell_names(spec)):
        for name in names:
            shapes[f"rnn.weight_ih_{name}"] = (G * H, D * H if k else spec.input_size)
            shapes[f"rnn.weight_hh_{name}"] = (G * H, H)
            shapes[f"rnn.bias_ih_{name}"] = (G * H,)
            shapes[f"rnn.bias_hh_{name}"] = (G * H,)
    shapes["fc.weight"] = (spec.outputs, sum(gather.size for gather in gathers(spec)))
    shapes["fc.bias"] = (spec.outputs,)
    return shapes


def cell_names(spec: NetworkSpec) -> list[list[str]]:
    """torch's suffix of each layer and direction: `l0`, `l0_reverse`, `l1`…"""
    sides = ("", "_reverse") if spec.bidirectional else ("",)
    return [[f"l{k}{side}" for side in sides] for k in range(spec.num_layers)]


def check(spec: NetworkSpec, tensors: Mapping[str, np.ndarray]) -> None:
    """Refuse a spec of impossible size, and tensors that are not exactly the spec's."""
    least = dict.fromkeys(("hidden_size", "outputs", "input_size", "num_layers", "ids_per_step"), 1)
    least["vocabulary"] = 0
    for field, smallest in least.items():
        if getattr(spec, field) < smallest:
            raise ArtifactError(
                f"network.{field} must be at least {smallest}, found {getattr(spec, field)}."
            )
    if not spec.pools:
        raise ArtifactError(f"network.pools is empty; expected some of {', '.join(POOLS)}.")
    if spec.num_layers > len(tensors):
        # Also keeps a forged number of layers from making a list of a billion names.
        raise ArtifactError(
            f"network.num_layers is {spec.num_layers}, but there are {len(tensors)} tensors in all."
        )
    expected = tensor_shapes(spec)
    for name, shape in expected.items():
        if name not in tensors:
            raise ArtifactError(f'tensor "{name}" is missing; the network needs it with {shape}.')
        if tensors[name].shape != shape or tensors[name].dtype != np.float32:
            raise ArtifactError(
                f'tensor "{name}": expected float32 of shape {shape}, '
                f"found {tensors[name].dtype} of shape {tensors[name].shape}."
            )
        if not (np.abs(tensors[name]) <= LARGEST_WEIGHT).all():
            raise ArtifactError(
                f'tensor "{name}" holds NaN or a value beyond {LARGEST_WEIGHT:g}: '
                f"its training diverged. Train again with a smaller learning rate."
            )
    if unknown := sorted(tensors.keys() - expected.keys()):
        raise ArtifactError(
            f'tensor "{unknown[0]}" does not belong to this network. '
            f"Expected only: {', '.join(expected)}."
        )
