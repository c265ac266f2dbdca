"""What the memory line of the progress bar costs: its share of a training run's processor time.

    OMP_NUM_THREADS=1 python benchmarks/memory_line.py

Random words, one thread, one epoch each; the time of `live_half_life` inside `fit` over that of
`fit`.
"""

from __future__ import annotations

import time

import numpy as np
import torch

from elman.judging.classes.decision import Decision
from elman.memory import live
from elman.models.network import RecurrentNetwork
from elman.runtime.spec import NetworkSpec
from elman.tasks.classify.network.problem import TextProblem
from elman.training.config import LoopConfig
from elman.training.loop import fit

RUNS = (
    # cell, words from … to, batch, embedding, hidden, pools, steps
    ("rnn", 4, 32, 64, 32, 32, ("mean", "max"), 1000),
    ("rnn", 4, 32, 64, 32, 64, ("last",), 1000),
    ("rnn", 50, 250, 64, 32, 64, ("last",), 300),
    ("gru", 50, 400, 32, 64, 64, ("mean", "max"), 300),
    ("lstm", 4, 32, 32, 32, 64, ("last",), 600),
)

VOCABULARY = 5000


def main() -> None:
    torch.set_num_threads(1)
    for cell, shortest, longest, batch, embedding, hidden, pools, steps in RUNS:
        random, rows = np.random.default_rng(0), batch * steps
        lengths = random.integers(shortest, longest + 1, rows)
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        examples = TextProblem(
            random.integers(2, VOCABULARY, offsets[-1]).astype(np.int32),
            offsets,
            random.integers(0, 2, rows),
            np.arange(rows),
            np.arange(0),
            Decision(("a", "b"), "binary"),
            longest,
            np.arange(rows),
        )
        spec = NetworkSpec(
            cell, hidden, 1, vocabulary=VOCABULARY, input_size=embedding, pools=pools
        )
        total, share = measured(RecurrentNetwork(spec), examples, batch)
        print(
            f"{cell} {hidden}, {shortest} to {longest} words, batch {batch}: {steps} steps in "
            f"{total:.1f} s, the line takes {share:.1%}"
        )


def measured(net: RecurrentNetwork, examples: TextProblem, batch: int) -> tuple[float, float]:
    """Return seconds of one epoch and the line's share of them."""
    own, spent = live.live_half_life, 0.0

    def timed(*arguments):
        nonlocal spent
        begun = time.process_time()
        result = own(*arguments)
        spent += time.process_time() - begun
        return result

    live.live_half_life = timed
    try:
        begun = time.process_time()
        config = LoopConfig(epochs=1, batch_size=batch)
        fit(net, examples, config, observers=[live.HalfLife()])
        total = time.process_time() - begun
    finally:
        live.live_half_life = own
    return total, spent / total


if __name__ == "__main__":
    main()
