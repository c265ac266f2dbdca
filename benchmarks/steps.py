"""One step a call: cells, layers called step by step, and sequences of one, beside torch's.

    python benchmarks/steps.py [THREADS]

Ours and torch's are called in turns; a figure is torch's time over ours, the median of 15 pairs
with the quartiles, and microseconds of ours.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

import torch
from torch import nn

import elman.nn
from elman import native

SIZES = [(1, 32, 64), (1, 128, 128), (1, 256, 256), (1, 512, 512), (16, 64, 64), (64, 64, 64),
         (64, 256, 256)]  # fmt: skip
"""B, I, H."""
PAIRS, SECONDS = 15, 0.02


def calls_for(call: Callable[[], object]) -> int:
    """How many calls take about SECONDS."""
    call()
    begun, calls = time.perf_counter(), 0
    while time.perf_counter() - begun < SECONDS:
        call()
        calls += 1
    return calls


def compared(torchs: Callable[[], object], ours: Callable[[], object]) -> str:
    """Return the ratio of both times, as it is printed."""
    count = calls_for(torchs)
    calls_for(ours)
    ratios, best = [], float("inf")
    for _ in range(PAIRS):
        took = []
        for call in (torchs, ours):
            begun = time.perf_counter()
            for _ in range(count):
                call()
            took.append((time.perf_counter() - begun) / count)
        ratios.append(took[0] / took[1])
        best = min(best, took[1])
    low, median, high = statistics.quantiles(ratios, n=4)
    return f"{median:.2f} ({low:.2f}-{high:.2f}), {1e6 * best:.1f} us"


def backward(module: nn.Module, x: torch.Tensor, state: object) -> None:
    """Forward and backward through one step."""
    out = module(x, state)
    h = out[0] if isinstance(out, tuple) else out
    h.backward(h.detach())


def figures(kind: str, B: int, I: int, H: int) -> list[str]:  # noqa: E741
    """Return a row of the table."""
    cells = [getattr(lib, f"{kind}Cell")(I, H) for lib in (nn, elman.nn)]
    layers = [getattr(lib, kind)(I, H) for lib in (nn, elman.nn)]
    x, h = torch.randn(B, I), torch.randn(B, H)
    of_cell = (h, h) if kind == "LSTM" else h
    of_layer = (h[None], h[None]) if kind == "LSTM" else h[None]
    trained = compared(*[partial(backward, cell, x, of_cell) for cell in cells])
    with torch.no_grad():
        return [
            compared(*[partial(cell, x, of_cell) for cell in cells]),
            trained,
            compared(partial(cells[0], x, of_cell), partial(layers[1].step, x, of_layer)),
            compared(*[partial(layer, x[None], of_layer) for layer in layers]),
        ]


def main() -> None:
    """Print the table."""
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    print(f"kernels {native.isa()}, torch {torch.__version__}, {torch.get_num_threads()} thread(s)")
    print("B I H | cell, no gradients | cell, forward and backward | step of a layer | one step")
    for kind in ("RNN", "GRU", "LSTM"):
        for size in SIZES:
            row = " | ".join(figures(kind, *size))
            print(f"{kind} {' '.join(map(str, size))} | {row}", flush=True)


if __name__ == "__main__":
    main()
