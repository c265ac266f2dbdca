"""Networks and ragged sequences that the runtime's tests share."""

from __future__ import annotations

import itertools

import numpy as np

from elman.runtime.network import Network
from elman.runtime.spec import CELLS, POOLS, NetworkSpec
from elman.runtime.tensors import tensor_shapes

LENGTHS = (63, 0, 1, 17, 16, 5, 400, 1, 0, 33, 32, 15, 100, 2, 64, 31, 9, 48, 3)
"""Both ends of a chunk of 16, empty rows, and more rows than one group of 16 holds."""


def spec(**given) -> NetworkSpec:
    defaults = {"cell": "rnn", "hidden_size": 11, "outputs": 3, "vocabulary": 29, "input_size": 5}
    return NetworkSpec(**(defaults | given))


EVERY_POOL = [
    spec(cell=cell, num_layers=layers, bidirectional=both, pools=POOLS[::-1])
    for cell, layers, both in itertools.product(CELLS, (1, 2), (False, True))
]
ALL = EVERY_POOL + [
    spec(cell=cell, num_layers=layers, bidirectional=both, pools=(pool,))
    for cell, layers, both in (("rnn", 1, False), ("lstm", 2, True))
    for pool in POOLS
]
"""Each kind of stack with all pools side by side, and two with each pool alone."""
FLOATS = [
    spec(cell=cell, vocabulary=0, input_size=3, bidirectional=both)
    for cell in CELLS
    for both in (False, True)
]


def name(s: NetworkSpec) -> str:
    """A test id: `gru-2-both-last+mean`."""
    way = "both" if s.bidirectional else "right"
    kind = "ids" if s.vocabulary else "floats"
    return f"{s.cell}-{s.num_layers}-{way}-{kind}-{'+'.join(s.pools)}"


def tensors(s: NetworkSpec, seed: int = 0) -> dict[str, np.ndarray]:
    """Random weights, asymmetric in every gate, of torch's usual size."""
    random = np.random.default_rng(seed)
    return {
        name: (random.uniform(-1, 1, shape) / np.sqrt(s.hidden_size)).astype(np.float32)
        for name, shape in tensor_shapes(s).items()
    }


def network(s: NetworkSpec, seed: int = 0) -> Network:
    return Network(s, tensors(s, seed))


def sequences(s: NetworkSpec, lengths=LENGTHS, seed: int = 1) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    if s.vocabulary:
        return [random.integers(0, s.vocabulary, length) for length in lengths]
    return [random.normal(size=(n, s.input_size)).astype(np.float32) for n in lengths]
