"""How far `elman export` is from the runtime, and how fast ONNX Runtime is beside it.

    python benchmarks/onnx_graphs.py            the table of differences: a minute
    python benchmarks/onnx_graphs.py --times    seconds, one thread each; wants a quiet machine

Differences are the largest over all pools, steps that are ids or floats, sizes and seeds, beside 1
or the size of an output, of batches and lengths that no constant of a graph has; whole and padded,
then in pieces of random lengths.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from elman.exporting.check import Session, compared
from elman.exporting.network import onnx_of
from elman.runtime.ensemble import network_of
from elman.runtime.spec import CELLS, NetworkSpec
from elman.runtime.tensors import shapes_of_all

LAYERS = (1, 2, 3)
POOLS = (("last",), ("mean",), ("max",), ("padded_last",), ("mean", "max", "last"))
SEEDS = range(3)


def weights(spec: NetworkSpec, seed: int) -> dict[str, np.ndarray]:
    """Random weights of torch's usual size."""
    random = np.random.default_rng(seed)
    bound = 1 / np.sqrt(max(spec.hidden_size, 1))
    return {
        name: random.uniform(-bound, bound, shape).astype(np.float32)
        for name, shape in shapes_of_all(spec).items()
    }


def kinds(cell: Any, layers: int, *, both: bool) -> list[NetworkSpec]:
    """Networks of every pool and head, of ids alone, ids beside a linear part, and floats."""
    found = []
    for pools, hidden in itertools.product((*POOLS, ()), (9, 64, 128)):
        of: dict[str, Any] = {"cell": cell, "num_layers": layers, "bidirectional": both}
        of |= {"pools": pools, "per_step": not pools, "hidden_size": hidden, "outputs": 5}
        found.append(NetworkSpec(**of, vocabulary=300, input_size=32))
        found.append(NetworkSpec(**of, vocabulary=0, input_size=3))
        more = {"linear_before": 1, "chain": not both} if not pools else {"linear_ids": 1}
        beside = {"vocabulary": 300, "linear": 900, "ids_per_step": 3, "members": 2}
        found.append(NetworkSpec(**of, **beside, **more, input_size=16))
    return found


def differences() -> None:
    print("| | whole: 1 layer | 2 layers | 3 layers | streamed: 1 layer | 2 layers | 3 layers |")
    print("|---|---|---|---|---|---|---|")
    tried, longest, most = 0, 0, 0.0
    for cell, both in itertools.product(CELLS, (False, True)):
        whole, streamed = [], []
        for layers in LAYERS:
            results = []
            for spec, seed in itertools.product(kinds(cell, layers, both=both), SEEDS):
                tensors = weights(spec, seed)
                model = onnx_of(spec, tensors, None, {})
                network = network_of(spec, tensors)
                results.append(compared(network, model, seed=seed, batches=2, longest=300))
            tried += len(results)
            longest = max(longest, *(n for found in results for _, n in found.batches))
            whole.append(max(found.whole for found in results))
            streamed.append(max(found.streamed or 0.0 for found in results))
        most = max(most, *whole, *streamed)
        cells = [f"{value:.1e}" for value in whole]
        cells += ["–"] * 3 if both else [f"{value:.1e}" for value in streamed]
        print(f"| {cell}, {'both ways' if both else 'one way'} | {' | '.join(cells)} |", flush=True)
    print(f"{tried} networks, rows of up to {longest} steps; the worst {most:.1e}")


SHAPES = {
    "rnn 64, 64 texts of 200 words": ("rnn", 64, 64, 200),
    "gru 64, 64 texts of 200 words": ("gru", 64, 64, 200),
    "lstm 128, 64 texts of 200 words": ("lstm", 128, 64, 200),
    "gru 64, one text of 200 words": ("gru", 64, 1, 200),
}


def clocked(*calls: Callable[[], object], seconds: float) -> list[float]:
    """Median milliseconds of each, in turns."""
    spent: list[list[float]] = [[] for _ in calls]
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(spent[0]) < 5:
        for own, call in zip(spent, calls, strict=True):
            begin = time.perf_counter()
            call()
            own.append(1e3 * (time.perf_counter() - begin))
    return [statistics.median(own) for own in spent]


def times(seconds: float) -> None:
    print("| | elman, ms | ONNX Runtime, ms |")
    print("|---|---|---|")
    for name, (cell, hidden, rows, steps) in SHAPES.items():
        spec = NetworkSpec(
            cell, hidden, 1, 10_000, input_size=32, num_layers=2, pools=("mean", "max")
        )
        tensors = weights(spec, 0)
        network = network_of(spec, tensors)
        session = Session(onnx_of(spec, tensors, None, {}).SerializeToString())
        ids = np.random.default_rng(0).integers(0, 10_000, (rows, steps))
        each, lengths = list(ids), [steps] * rows
        ours, theirs = clocked(
            lambda each=each, network=network: network.forward(each),
            lambda ids=ids, lengths=lengths, session=session: session(ids, lengths),
            seconds=seconds,
        )
        print(f"| {name} | {ours:.2f} | {theirs:.2f} |", flush=True)
        if rows > 1:
            continue
        state, begun = network.begin(), np.zeros((1, session.state_size))
        ours, theirs = clocked(
            lambda ids=ids, network=network, s=state: network.read(network.advance(s, ids[0, :1])),
            lambda ids=ids, session=session, begun=begun: session(ids[:, :1], [1], begun),
            seconds=seconds,
        )
        print(f"| {cell} {hidden}, one word of a stream | {ours:.3f} | {theirs:.3f} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--times", action="store_true", help="seconds instead of differences")
    parser.add_argument("--seconds", type=float, default=5.0, help="for each line of times")
    given = parser.parse_args()
    times(given.seconds) if given.times else differences()
