"""Layers under bfloat16 autocast: torch's own beside ours, in products of float32 and of bfloat16.

    python benchmarks/autocast.py [THREADS [B,T,H …]]

A figure is torch's time over ours, the best of some calls of each in turns: forward without
gradients, and forward and backward. First those of the float32 kernels, then those of bfloat16 on
the unit that is here, whoever is chosen for the size. Where that is Intel's tiles, their bits are
held against the emulation's first.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

import torch
from torch import nn

import elman.nn
from elman import native
from elman.ops import TWINS

SIZES = [(64, 100, 32), (64, 100, 64), (64, 100, 128), (64, 50, 192), (64, 50, 256), (8, 50, 256),
         (1, 100, 128), (64, 30, 384), (32, 30, 512)]  # fmt: skip
"""B, T, I = H."""
TURNS = 5
KINDS = ("LSTM", "GRU", "RNN")
ODD = [(4, 6, 16, 32), (3, 5, 3, 7), (17, 9, 33, 65), (70, 12, 40, 90), (33, 7, 100, 130)]
"""B, T, I, H of what is compared to the bit."""


@contextmanager
def only(twin: str) -> Iterator[None]:
    """Have every layer of ours run on one twin."""
    with patch.object(TWINS[twin], "advises_against", lambda *_, **__: None):
        if twin == "half":
            yield
        else:
            with patch.object(TWINS["half"], "supports", lambda *_, **__: "left out"):
                yield


def call(layer: nn.Module, twin: str, x: torch.Tensor, *, training: bool) -> None:
    """Run a layer under autocast."""
    with only(twin), torch.autocast("cpu", torch.bfloat16), torch.set_grad_enabled(training):
        output = layer(x)[0]
        if training:
            output.float().sum().backward()


def times(kind: str, B: int, T: int, H: int, *, training: bool) -> list[float]:
    """Return the seconds of torch's layer, of ours in float32, and in bfloat16 if it is here."""
    theirs, ours = (getattr(lib, kind)(H, H, batch_first=True) for lib in (nn, elman.nn))
    x = torch.randn(B, T, H)
    runs = [partial(call, theirs, "cpu"), partial(call, ours, "cpu")]
    runs += [partial(call, ours, "half")] if native.half() else []
    best = [float("inf")] * len(runs)
    for turn in range(1 + TURNS):
        for k, run in enumerate(runs):
            begun = time.perf_counter()
            run(x, training=training)
            if turn:
                best[k] = min(best[k], time.perf_counter() - begun)
    return best


def compare_bits(unit: str) -> None:
    """Print for which cells and sizes a unit and the emulation of tiles have other bits."""
    differ = []
    for kind in KINDS:
        for B, T, I, H in ODD:  # noqa: E741
            layer = getattr(elman.nn, kind)(I, H, batch_first=True, bidirectional=True)
            x, lengths = torch.randn(B, T, I, requires_grad=True), torch.randint(0, T + 1, (B,))
            found = []
            for each in (unit, "emulated"):
                native.use_half(each)
                with only("half"), torch.autocast("cpu", torch.bfloat16):
                    output = layer(x, lengths=lengths)[0]
                loss = (output.float() * torch.linspace(-1, 1, T)[:, None]).sum()
                found.append([output, *torch.autograd.grad(loss, [x, *layer.parameters()])])
            wrong = [
                k for k, (a, b) in enumerate(zip(*found, strict=True)) if not torch.equal(a, b)
            ]
            differ += [f"{kind} {(B, T, I, H)}: results {wrong}"] if wrong else []
    native.use_half(unit)
    print(f"{unit} beside the emulation, {len(KINDS) * len(ODD)} layers:", *differ or ["same bits"])


def main() -> None:
    """Print the table."""
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    print(
        f"kernels {native.isa()}, bfloat16 {native.half()}, torch {torch.__version__}, "
        f"{torch.get_num_threads()} thread(s)"
    )
    if native.half() == "tiles":
        compare_bits("tiles")
    sizes = [tuple(map(int, size.split(","))) for size in sys.argv[2:]] or SIZES
    print("| B, T, I = H |", " | ".join(f"{k}: float32, bfloat16" for k in KINDS), "| ms, LSTM |")
    for B, T, H in sizes:
        row = []
        for kind in KINDS:
            both = [times(kind, B, T, H, training=training) for training in (False, True)]
            ratios = [
                " / ".join(f"{b[0] / b[k]:.2f}" for b in both) for k in range(1, len(both[0]))
            ]
            row.append(", ".join(ratios))
            if kind == "LSTM":
                ms = ", ".join(" / ".join(f"{1e3 * b[k]:.2f}" for b in both) for k in (0, -1))
        print(f"| {B}, {T}, {H} | {' | '.join(row)} | {ms} |", flush=True)


if __name__ == "__main__":
    main()
