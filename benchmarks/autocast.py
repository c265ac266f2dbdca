"""Layers under bfloat16 autocast: torch's own beside our float32 kernels, whoever is chosen there.

    python benchmarks/autocast.py [THREADS]

A figure is torch's time over ours, the best of five calls of each in turns: forward without
gradients, and forward and backward.
"""

from __future__ import annotations

import sys
import time
from functools import partial

import torch
from torch import nn

import elman.nn
from elman import native
from elman.ops.recurrent import cpu

SIZES = [(64, 100, 32), (64, 100, 64), (64, 100, 128), (64, 50, 192), (64, 50, 256), (8, 50, 256),
         (1, 100, 128), (64, 30, 384), (32, 30, 512)]  # fmt: skip
"""B, T, I = H."""
TURNS = 5


def call(layer: nn.Module, x: torch.Tensor, *, training: bool) -> None:
    """Run a layer under autocast."""
    with torch.autocast("cpu", torch.bfloat16), torch.set_grad_enabled(training):
        output = layer(x)[0]
        if training:
            output.float().sum().backward()


def ratio(layers: list[nn.Module], x: torch.Tensor, *, training: bool) -> float:
    """Return how many times as long the first takes."""
    best = [float("inf")] * 2
    for turn in range(1 + TURNS):
        for k, run in enumerate(partial(call, layer, x, training=training) for layer in layers):
            begun = time.perf_counter()
            run()
            if turn:
                best[k] = min(best[k], time.perf_counter() - begun)
    return best[0] / best[1]


def main() -> None:
    """Print the table."""
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    print(f"kernels {native.isa()}, torch {torch.__version__}, {torch.get_num_threads()} thread(s)")
    cpu._HALF = False  # ours are to run, not to give way
    for B, T, H in SIZES:
        row = []
        for kind in ("LSTM", "GRU", "RNN"):
            layers = [getattr(lib, kind)(H, H, batch_first=True) for lib in (nn, elman.nn)]
            x = torch.randn(B, T, H)
            found = [ratio(layers, x, training=training) for training in (False, True)]
            row.append(" / ".join(f"{each:.2f}" for each in found))
        print(f"| {B}, {T}, {H} | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
