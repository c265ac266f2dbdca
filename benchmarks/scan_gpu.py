"""The linear recurrence h' = a h + x on this GPU: right, then timed beside torch alone.

python benchmarks/scan_gpu.py --out scan_gpu.json

Every case is held to the loop in float64, values and gradients, and then timed in turns: one thread
to a channel (`ops.scan.gpu`) beside the parallel form in torch's own operations. `share` is that of
the memory's speed, the floor of a walk that reads a and x and writes h once, as a copy of as many
bytes reaches it here. --tiny and TRITON_INTERPRET=1 as for `gpu.py`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from gpu import DEVICE, against, device, now, versions
from torch import Tensor

from elman.bench.timing import Clock, take_turns
from elman.judging.spread import quartiles
from elman.ops.scan import gpu, scan

GRID = {"B": (1, 16, 64), "T": (512, 2048, 16384), "H": (64, 256, 1024)}
TINY = {"B": (1, 3), "T": (11,), "H": (5, 40)}
ALLOWED = 1e-4
"""Largest difference to float64 beside the largest element: thousands of steps of float32."""

Call = Callable[[Tensor, Tensor, Tensor], Tensor]


def parallel(a: Tensor, x: Tensor, h_0: Tensor) -> Tensor:
    return scan(a, x, h_0, twin="parallel")[0]


def train(call: Call, leaves: list[Tensor], cotangent: Tensor) -> list[Tensor]:
    h = call(*leaves)
    return [h.detach(), *torch.autograd.grad(h, leaves, cotangent)]


def infer(call: Call, leaves: list[Tensor]) -> Tensor:
    with torch.no_grad():
        return call(*leaves)


def error(leaves: list[Tensor], cotangent: Tensor) -> float:
    found = train(gpu.walk, leaves, cotangent)
    exact = [leaf.detach().double().requires_grad_() for leaf in leaves]
    right = train(parallel, exact, cotangent.double())
    return max(
        float((one - other).abs().max() / other.abs().max())
        for one, other in zip(found, right, strict=True)
    )


def measure(B: int, T: int, H: int, seconds: float) -> dict[str, Any]:
    torch.manual_seed(0)
    a = torch.rand(B, T, H, device=DEVICE)
    leaves = [a, torch.randn_like(a), torch.randn(B, H, device=DEVICE)]
    leaves = [leaf.requires_grad_() for leaf in leaves]
    cotangent = torch.randn_like(a)
    found: dict[str, Any] = {"B": B, "T": T, "H": H, "error": error(leaves, cotangent)}
    if not found["error"] <= ALLOWED:
        return {**found, "wrong": True}
    # A walk moves three tensors of this size, a copy two of its own.
    target, source = (torch.empty(3 * a.numel() // 2, device=DEVICE) for _ in range(2))
    modes: dict[str, dict[str, Callable[[], object]]] = {
        "forward": {
            "elman": lambda: infer(gpu.walk, leaves),
            "parallel": lambda: infer(parallel, leaves),
            "copy": lambda: target.copy_(source),
        },
        "training": {
            "elman": lambda: train(gpu.walk, leaves, cotangent),
            "parallel": lambda: train(parallel, leaves, cotangent),
        },
    }
    for mode, calls in modes.items():
        samples = take_turns(calls, seconds, clock=Clock(now=now))
        found[mode] = {name: {"ms": quartiles(s).median * 1e3} for name, s in samples.items()}
        found[mode]["elman"]["ns_per_step"] = found[mode]["elman"]["ms"] * 1e6 / T
        found[mode]["parallel"] |= against(samples["elman"], samples["parallel"])
    found["forward"]["share"] = found["forward"]["copy"]["ms"] / found["forward"]["elman"]["ms"]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="The linear recurrence on this GPU.")
    parser.add_argument("--out", type=Path, default=Path("scan_gpu.json"), help="JSON to write")
    parser.add_argument("--seconds", type=float, default=0.5, help="of timing, a case and mode")
    parser.add_argument("--tiny", action="store_true", help="tiny sizes: does it run at all")
    options = parser.parse_args()
    if DEVICE == "cpu" and os.environ.get("TRITON_INTERPRET") != "1":
        parser.error("no GPU is here; TRITON_INTERPRET=1 with --tiny tries the code without one")
    report: dict[str, Any] = {"device": device(), "versions": versions(), "cells": []}
    for B, T, H in itertools.product(*(TINY if options.tiny else GRID).values()):
        found = measure(B, T, H, options.seconds)
        print(json.dumps(found), flush=True)
        report["cells"].append(found)
        options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return int(any("wrong" in found for found in report["cells"]))


if __name__ == "__main__":
    sys.exit(main())
