"""The tensors of a network by its spec: their names, their shapes, and whether given ones fit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from elman.artifact import fit
from elman.cells import GATES
from elman.errors import ArtifactError
from elman.runtime import convolutions
from elman.runtime.heads.pooled import gathers
from elman.runtime.spec import POOLS, NetworkSpec
from elman.schema import repeated

__all__ = ["cell_names", "check", "shapes_of_all", "tensor_shapes"]

SIZES = {
    "hidden_size": (1, 2**20),
    "outputs": (1, 2**24),
    "vocabulary": (0, 2**25),
    "input_size": (1, 2**20),
    "num_layers": (1, 64),
    "ids_per_step": (1, 64),
    "members": (1, 64),
    "linear": (0, 2**25),
    "linear_ids": (0, 64),
    "thresholds": (0, 2**12),
    "linear_before": (0, 16),
    "linear_after": (0, 16),
}
"""The least and the most that a spec may ask for, so that sums and lists of them stay small."""

_WIDEST = 2**12
"""Steps between neighbouring weights of a convolution, at most."""

LARGEST_WEIGHT = 1e12
"""With inputs up to `inputs.LARGEST_VALUE`, no product or sum can then overflow float32."""


def tensor_shapes(spec: NetworkSpec) -> dict[str, tuple[int, ...]]:
    """Names and shapes of all tensors of one member, as torch has them.

    Raises:
        ArtifactError: the spec asks for impossible sizes.
    """
    _check_sizes(spec)
    shapes: dict[str, tuple[int, ...]] = {}
    if not spec.recurrent:
        return shapes
    H, D, G = spec.hidden_size, 1 + spec.bidirectional, GATES[spec.cell]
    if spec.vocabulary:
        shapes["embedding.weight"] = (spec.vocabulary, spec.input_size)
    for k, names in enumerate(cell_names(spec)):
        for name in names:
            shapes[f"rnn.weight_ih_{name}"] = (G * H, D * H if k else spec.input_size)
            shapes[f"rnn.weight_hh_{name}"] = (G * H, H)
            shapes[f"rnn.bias_ih_{name}"] = (G * H,)
            shapes[f"rnn.bias_hh_{name}"] = (G * H,)
    read = D * H if spec.per_step else sum(gather.size for gather in gathers(spec))
    shapes["fc.weight"] = (spec.outputs, read)
    shapes["fc.bias"] = (spec.outputs,)
    return shapes


def cell_names(spec: NetworkSpec) -> list[list[str]]:
    """torch's suffix of each layer and direction: `l0`, `l0_reverse`, `l1`…"""
    sides = ("", "_reverse") if spec.bidirectional else ("",)
    return [[f"l{k}{side}" for side in sides] for k in range(spec.num_layers)]


def shapes_of_all(spec: NetworkSpec) -> dict[str, tuple[int, ...]]:
    """Names and shapes of all tensors; of several members each has its number before the name."""
    alone = tensor_shapes(spec)
    shapes = alone if spec.members == 1 else {}
    for member in range(spec.members if spec.members > 1 else 0):
        shapes |= {f"{member}.{name}": shape for name, shape in alone.items()}
    if spec.linear:
        shapes["linear.weight"] = (spec.linear * spec.places, spec.outputs)
        shapes["linear.bias"] = (spec.outputs,)
    if spec.dilations:
        shapes |= convolutions.shapes(spec.input_size, len(spec.dilations), spec.thresholds)
    if spec.chain:
        shapes["chain.weight"] = (spec.outputs, spec.outputs)
        shapes["chain.begin"] = (spec.outputs,)
    return shapes


def check(spec: NetworkSpec, tensors: Mapping[str, np.ndarray]) -> None:
    """Refuse a spec of impossible size, and tensors that are not exactly the spec's."""
    for name, tensor in tensors.items():
        if tensor.dtype != np.float32:
            raise ArtifactError(f'tensor "{name}": expected float32, found {tensor.dtype}.')
    fit(shapes_of_all(spec), {name: tensor.shape for name, tensor in tensors.items()})
    for name, tensor in tensors.items():
        if not (np.abs(tensor) <= LARGEST_WEIGHT).all():
            raise ArtifactError(
                f'tensor "{name}" holds NaN or a value beyond {LARGEST_WEIGHT:g}: '
                f"its training diverged. Train again with a smaller learning rate."
            )


def _check_sizes(spec: NetworkSpec) -> None:
    for field, (least, most) in SIZES.items():
        size = getattr(spec, field)
        if not spec.recurrent and field in ("hidden_size", "num_layers") and size == 0:
            continue
        if not least <= size <= most:
            found = size if abs(size) < 10**18 else "a number beyond all use"
            raise ArtifactError(f"network.{field} must be from {least} to {most}, found {found}.")
    if spec.dilations or spec.thresholds:
        _check_convolutions(spec)
    elif spec.linear and not spec.vocabulary and spec.linear % max(spec.input_size, 1):
        raise ArtifactError(
            f"network.linear is {spec.linear} floats; expected whole steps of network.input_size, "
            f"{spec.input_size}."
        )
    if spec.linear and spec.linear < spec.vocabulary:
        raise ArtifactError(
            f"network.linear is {spec.linear}; expected at least network.vocabulary, "
            f"{spec.vocabulary}."
        )
    if spec.linear_ids and not (spec.linear and spec.vocabulary):
        raise ArtifactError("network.linear_ids asks for a linear part of ids; there is none.")
    for field in ("linear_before", "linear_after"):
        if getattr(spec, field) and not (spec.per_step and spec.linear and spec.vocabulary):
            raise ArtifactError(
                f"network.{field} asks for a linear part of ids, and an answer to every step; "
                "there is none."
            )
    columns = spec.ids_per_step + spec.linear_ids
    if any(not 0 <= column < columns for column in spec.linear_around):
        raise ArtifactError(f"network.linear_around names ids that a step of {columns} has not.")
    if len({*spec.linear_around}) < len(spec.linear_around):
        raise ArtifactError("network.linear_around names an id twice.")
    if spec.chain and not spec.per_step:
        raise ArtifactError("network.chain asks for an answer to every step; there is one in all.")
    if not spec.recurrent:
        if not spec.linear:
            raise ArtifactError('network.cell is "none"; expected a linear part beside it.')
        return
    if spec.per_step:
        if spec.pools or spec.input_pools:
            raise ArtifactError("network.pools: of a network that answers every step nothing is.")
        return
    if not spec.pools:
        raise ArtifactError(f"network.pools is empty; expected some of {', '.join(POOLS)}.")
    for field in ("pools", "input_pools"):
        if twice := repeated(getattr(spec, field)):
            raise ArtifactError(f'network.{field}: "{twice}" stands twice.')


def _check_convolutions(spec: NetworkSpec) -> None:
    steps = spec.dilations
    if spec.vocabulary or not (steps and spec.thresholds):
        raise ArtifactError("network.dilations asks for steps that are vectors, and thresholds.")
    if list(steps) != sorted(set(steps)) or not 1 <= steps[0] <= steps[-1] <= _WIDEST:
        raise ArtifactError(
            f"network.dilations is {steps!s:.60}; expected numbers from 1 to {_WIDEST}, ascending."
        )
    wanted = convolutions.features_of(spec.input_size, len(steps), spec.thresholds)
    if spec.linear != wanted:
        raise ArtifactError(
            f"network.linear is {spec.linear}; the convolutions have {wanted} features."
        )
