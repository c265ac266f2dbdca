"""Networks of every kind with random weights, packed for a page, and what Python says with them."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from elman.artifact import Artifact, encode
from elman.runtime.ensemble import Ensemble, network_of
from elman.runtime.linear import BesideLinear
from elman.runtime.spec import CELLS, NetworkSpec
from elman.runtime.tensors import shapes_of_all
from elman.web.packed import PRECISIONS, Precision, packed, rounded
from tests.tolerances import TOLERANCES

__all__ = ["network_cases", "random_tensors", "written"]

LENGTHS = (7, 0, 1, 33, 2, 16)
PER_STEP = {"pools": (), "per_step": True, "outputs": 4}
NOTHING = {"cell": "none", "hidden_size": 0, "num_layers": 0}
AROUND = {"linear": 41, "ids_per_step": 3}

SPECS: dict[str, dict[str, Any]] = {
    f"{cell}-{layers}-{'both' if both else 'right'}": {
        "cell": cell,
        "num_layers": layers,
        "bidirectional": both,
        "pools": ("max", "last", "mean")[layers - 1 :],
    }
    for cell, layers, both in itertools.product(CELLS, (1, 2, 3), (False, True))
} | {
    "floats": {"cell": "gru", "vocabulary": 0, "input_size": 3, "pools": ("mean", "padded_last")},
    "floats-both": {"cell": "lstm", "vocabulary": 0, "bidirectional": True, "pools": ("last",)},
    "input-pools": {"cell": "lstm", "input_pools": ("max", "mean"), "ids_per_step": 2},
    "members": {"cell": "gru", "members": 3, "num_layers": 2, "pools": ("mean",)},
    "linear-ids": {**NOTHING, "linear": 41, "ids_per_step": 3, "linear_ids": 1},
    "linear-one-id": {**NOTHING, "linear": 35},
    "beside-ids": {"cell": "gru", "linear": 41, "linear_ids": 1, "members": 2},
    "window": {**NOTHING, "vocabulary": 0, "input_size": 3, "linear": 12},
    "beside-window": {"cell": "rnn", "vocabulary": 0, "input_size": 2, "linear": 6},
    "convolutions": {
        **NOTHING,
        "vocabulary": 0,
        "input_size": 2,
        "dilations": (1, 3),
        "thresholds": 2,
        "linear": 84 * 4 + 8,
    },
    "beside-convolutions": {
        "cell": "gru",
        "vocabulary": 0,
        "input_size": 1,
        "dilations": (2,),
        "thresholds": 1,
        "linear": 84 + 4,
    },
    "steps": {"cell": "gru", **PER_STEP},
    "steps-both": {"cell": "lstm", "num_layers": 2, "bidirectional": True, **PER_STEP},
    "steps-chain": {"cell": "rnn", "chain": True, **PER_STEP},
    "steps-members": {"cell": "lstm", "members": 3, **PER_STEP},
    "places": {**NOTHING, **AROUND, "linear_before": 2, **PER_STEP},
    "places-around": {
        **NOTHING,
        **AROUND,
        **PER_STEP,
        "linear_before": 1,
        "linear_after": 2,
        "linear_around": (2, 0),
    },
    "places-one-id": {**NOTHING, "linear": 41, "linear_after": 1, "linear_before": 1, **PER_STEP},
    "places-chain": {**NOTHING, **AROUND, "linear_before": 1, "chain": True, **PER_STEP},
    "all-of-steps": {
        **AROUND,
        **PER_STEP,
        "cell": "lstm",
        "bidirectional": True,
        "chain": True,
        "members": 2,
        "linear_before": 2,
        "linear_after": 1,
        "linear_ids": 1,
        "linear_around": (0, 3),
    },
}


def random_tensors(shapes: dict[str, tuple[int, ...]], seed: int) -> dict[str, np.ndarray]:
    """Return weights that are asymmetric in every gate, of torch's usual size; channels 0 or 1."""
    random = np.random.default_rng(seed)
    drawn = {
        name: (random.uniform(-1, 1, shape) / np.sqrt(9)).astype(np.float32)
        for name, shape in shapes.items()
    }
    if "linear.channels" in drawn:
        drawn["linear.channels"] = (drawn["linear.channels"] > 0).astype(np.float32)
    return drawn


def network_cases() -> list[dict[str, Any]]:
    """Return each kind in float32, and some as bytes and as 16 bits."""
    small = ("gru-2-both", "beside-ids", "beside-convolutions")
    asked: list[tuple[str, Precision]] = [(name, "float32") for name in SPECS]
    asked += [(name, precision) for name in small for precision in PRECISIONS[:2]]
    return [_case(name, precision, seed) for seed, (name, precision) in enumerate(asked)]


def _case(name: str, precision: Precision, seed: int) -> dict[str, Any]:
    usual = {"hidden_size": 9, "outputs": 3, "vocabulary": 29, "input_size": 5}
    spec = NetworkSpec(**{**usual, **SPECS[name]})
    saved = Artifact(
        task="random",
        network=encode(spec),
        input={},
        output={},
        training={},
        tensors=random_tensors(shapes_of_all(spec), seed),
        parts={},
    )
    network = network_of(spec, rounded(saved, precision).tensors)
    sequences = []
    for steps in _sequences(spec, seed):
        states = _states(network, steps)
        sequences.append(
            {
                "steps": written(steps, spec.ids_per_step + spec.linear_ids),
                "outputs": network.forward([steps]).ravel().tolist(),
                "states": states.ravel().tolist(),
                "units": states.shape[1],
            }
        )
    return {
        "name": f"{name} {precision}",
        "packed": packed(saved, precision, ()),
        "tolerance": TOLERANCES["page and Python"],
        "sequences": sequences,
    }


def _sequences(spec: NetworkSpec, seed: int) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    if not spec.vocabulary:
        return [random.normal(size=(n, spec.input_size)).astype(np.float32) for n in LENGTHS]
    columns = spec.ids_per_step + spec.linear_ids
    ids = max(spec.vocabulary, spec.linear)
    shape = (columns,) if columns > 1 else ()
    return [random.integers(0, ids, (n, *shape)) for n in LENGTHS]


def written(steps: np.ndarray, columns: int) -> dict[str, Any]:
    """Return steps as a page's tests read them."""
    ids = steps.dtype.kind in "iu"
    columns = columns if ids else steps.shape[1]
    return {"ids": ids, "columns": columns, "values": steps.ravel().tolist()}


def _states(network: Any, steps: np.ndarray) -> np.ndarray:
    """Return the last layer's state after every step, those of members side by side."""
    network = getattr(network, "below", network)
    if isinstance(network, BesideLinear):
        linear, network = network.linear, network.network
        if network is None:
            return np.zeros((len(steps), 0), np.float32)
        steps = linear.own(linear.check(steps, "steps"))
    members = network.members if isinstance(network, Ensemble) else [network]
    return np.concatenate([member.states(steps)[0] for member in members], axis=1)
