"""The gpu twin on this GPU: first whether it is right, then how fast beside torch.

python benchmarks/gpu.py --out gpu.json [--full] [--cells gru lstm] [--dtypes bfloat16]

Every case is held to the reference in float64, output and all gradients, and only then timed, in
turns and in one process: elman beside torch.nn (cuDNN; with lengths: packed, rows sorted before the
clock starts, and padded, walking the padding too), beside `aten`, which runs where this twin does
not, and, where T is small enough to be unrolled in
bearable time, beside torch.compile of the loop over steps. Ratios are medians over rounds with 95 %
intervals. The file is written anew after every case. The last lines are what `FASTER` in
`elman/ops/recurrent/gpu.py` may say after these measurements.

--tiny runs the same code in seconds; on a machine without a GPU, under TRITON_INTERPRET=1.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import elman
from elman import ops
from elman.bench.timing import Clock, take_turns
from elman.judging.spread import quartiles, ratio
from elman.ops.recurrent import gpu_launch

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
DTYPES = ("float32", "bfloat16", "float16")
MODULES = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}

ALLOWED = {"float32": 2e-4, "tf32": 2e-2, "bfloat16": 1e-1, "float16": 2e-2}
"""Largest difference to float64 beside the largest element: thousands of steps of rounding."""

GRID = {"B": (16, 64, 128), "T": (256,), "H": (32, 64, 128, 256)}
TINY = {"B": (1, 3), "T": (4,), "H": (5, 32)}
CENTRE = {"B": 64, "T": 256, "H": 128}


@dataclass(frozen=True)
class Case:
    cell: str
    dtype: str
    B: int
    T: int
    H: int
    ragged: bool
    """Lengths from 1 to T, in even steps; else all are T."""

    def __str__(self) -> str:
        kind = "lengths" if self.ragged else "padded"
        return f"{self.cell} {self.dtype} B{self.B} T{self.T} H{self.H} {kind}"


def cases(options: argparse.Namespace) -> Iterator[Case]:
    """All of the grid, or what differs from its centre in one size."""
    sizes = TINY if options.tiny else GRID
    for cell, dtype in itertools.product(options.cells, options.dtypes):
        for B, T, H in itertools.product(*sizes.values()):
            away = set({"B": B, "T": T, "H": H}.items()) - set(CENTRE.items())
            if options.full or options.tiny or len(away) <= 1:
                yield from (Case(cell, dtype, B, T, H, ragged) for ragged in (False, True))


class Layer:
    """One case with numbers in it, and the contestants as functions of nothing."""

    def __init__(self, case: Case) -> None:
        torch.manual_seed(0)
        self.case, dtype = case, getattr(torch, case.dtype)
        B, T, H = case.B, case.T, case.H
        # Input and hidden size alike; weights of nn as they are drawn, flattened for cuDNN.
        self.module = MODULES[case.cell](H, H, batch_first=True).to(DEVICE, dtype)
        self.weights = list(self.module.parameters())
        self.x = torch.randn(B, T, H, dtype=dtype, device=DEVICE, requires_grad=True)
        self.state = tuple(
            torch.zeros(1, B, H, dtype=dtype, device=DEVICE) for _ in range(ops.STATES[case.cell])
        )
        self.lengths = None
        if case.ragged:
            # Longest first, so that packing need not sort.
            self.lengths = torch.linspace(T, 1, B).round().long()
            self.lengths_there = self.lengths.to(DEVICE)
        self.cotangent = torch.randn(B, T, H, dtype=dtype, device=DEVICE)

    def elman(self, twin: str = "gpu") -> Tensor:
        lengths = None if self.lengths is None else self.lengths_there
        return ops.layer(
            self.case.cell, self.x, weights=self.weights, state=self.state, lengths=lengths,
            twin=twin,
        )[0]  # fmt: skip

    def torch_(self) -> Tensor:
        if self.lengths is None:
            return self.module(self.x)[0]
        packed = pack_padded_sequence(self.x, self.lengths, batch_first=True)
        steps = self.module(packed)[0]
        return pad_packed_sequence(steps, batch_first=True, total_length=self.case.T)[0]

    def torch_padded(self) -> Tensor:
        return self.module(self.x)[0]

    def train(self, forward: Callable[[], Tensor]) -> tuple[Tensor, ...]:
        output = forward()
        leaves = [self.x, *self.weights]
        return (output.detach(), *torch.autograd.grad(output, leaves, self.cotangent))

    def infer(self, forward: Callable[[], Tensor]) -> Tensor:
        with torch.no_grad():
            return forward()

    def error(self) -> float:
        """The largest difference to the reference in float64, beside the largest element."""
        found = self.train(self.elman)
        exact = Layer(dataclasses.replace(self.case, dtype="float64"))
        for mine, theirs in zip((exact.x, *exact.weights), (self.x, *self.weights), strict=True):
            mine.data = theirs.detach().double()
        exact.cotangent = self.cotangent.double()
        right = exact.train(lambda: exact.elman("reference"))
        worst = 0.0
        for one, other in zip(found, right, strict=True):
            if not one.isfinite().all():
                return float("inf")
            scale = float(other.abs().max())
            worst = max(worst, float((one.double() - other).abs().max()) / max(scale, 1e-30))
        return worst


def now() -> float:
    """The time when all that was launched is done."""
    if DEVICE == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def measure(case: Case, options: argparse.Namespace) -> dict[str, Any]:
    begun = now()
    layer = Layer(case)
    layer.train(layer.elman)
    first = now() - begun
    error = layer.error()
    found: dict[str, Any] = {**dataclasses.asdict(case), "error": error, "first_call_s": first}
    exact = case.dtype != "float32" or gpu_launch.precision() == "ieee"
    if error > ALLOWED[case.dtype if exact else "tf32"]:
        return {**found, "wrong": True}
    contestants = {"elman": layer.elman, "torch": layer.torch_}
    contestants["aten"] = lambda: layer.elman("aten")
    if case.ragged:
        contestants["torch_padded"] = layer.torch_padded
    if options.unroll >= case.T:
        torch.compiler.reset()
        compiled = torch.compile(lambda: layer.elman("reference"))
        begun = now()
        layer.train(compiled)
        found["compile_s"] = now() - begun
        contestants["compiled"] = compiled
    for mode, run in (("forward", layer.infer), ("training", layer.train)):
        calls = {name: lambda f=f, run=run: run(f) for name, f in contestants.items()}
        samples = take_turns(calls, options.seconds, clock=Clock(now=now))
        found[mode] = {
            name: {
                "ms": quartiles(taken).median * 1e3,
                "quartiles": [s * 1e3 for s in quartiles(taken)[1:]],
                **({} if name == "elman" else against(samples["elman"], taken)),
            }
            for name, taken in samples.items()
        }
        found[mode]["elman"]["us_per_step"] = found[mode]["elman"]["ms"] * 1e3 / case.T
    return found


def against(ours: list[float], theirs: list[float]) -> dict[str, Any]:
    spread = ratio(ours, theirs)
    return {"ratio": spread.median, "ratio_ci95": [spread.low, spread.high]}


def measure_or_say(case: Case, options: argparse.Namespace) -> dict[str, Any]:
    """One case that fails does not take the others with it."""
    try:
        return measure(case, options)
    except Exception as error:
        return {**dataclasses.asdict(case), "failed": f"{type(error).__name__}: {error}"}


def line(found: dict[str, Any]) -> str:
    if "failed" in found:
        return f"FAILED: {found['failed'][:300]}"
    if "wrong" in found:
        return f"WRONG: differs from the reference by {found['error']:.3g}"
    parts = [f"error {found['error']:.1e}"]
    for mode in ("forward", "training"):
        ours = found[mode]["elman"]
        times = [f"{mode} {ours['ms']:.3g} ms ({ours['us_per_step']:.3g} us a step)"]
        for name, other in found[mode].items():
            if name != "elman":
                low, high = other["ratio_ci95"]
                times.append(f"{name} {other['ratio']:.2f}x ({low:.2f}-{high:.2f})")
        parts.append(", ".join(times))
    return "; ".join(parts)


def faster(cells: list[dict[str, Any]]) -> Iterator[str]:
    """Lines for `FASTER`: boxes of (B, H) in which no case was measured slower than `aten`."""

    def wins(c: dict[str, Any]) -> bool:
        return "forward" in c and all(
            c[mode]["aten"]["ratio_ci95"][0] > 1 for mode in ("forward", "training")
        )

    def kind(c: dict[str, Any]) -> tuple[str, str, bool]:
        return c["cell"], c["dtype"], c["ragged"]

    for cell, dtype, ragged in sorted({kind(c) for c in cells}):
        ours = [c for c in cells if kind(c) == (cell, dtype, ragged)]
        corners = itertools.product({c["B"] for c in ours}, {c["H"] for c in ours})
        boxes = {
            (B, H): [c for c in ours if c["B"] <= B and c["H"] <= H] for B, H in sorted(corners)
        }
        good = [(B, H) for (B, H), box in boxes.items() if box and all(map(wins, box))]
        if good:
            B, H = max(good, key=lambda corner: corner[0] * corner[1])
            yield f'("{device()["name"]}", "{cell}", torch.{dtype}, {ragged}): ({B}, {H}),'


def device() -> dict[str, Any]:
    if DEVICE == "cpu":
        return {"name": f"interpreter on {platform.processor() or platform.machine()}"}
    found = torch.cuda.get_device_properties(0)
    return {
        "name": found.name,
        "capability": list(torch.cuda.get_device_capability(0)),
        "multiprocessors": found.multi_processor_count,
        "memory_bytes": found.total_memory,
        "shared_memory_bytes": gpu_launch.chip_bytes(torch.device("cuda")),
    }


def versions() -> dict[str, Any]:
    import triton

    return {
        "elman": elman.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "triton": triton.__version__,
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="The gpu twin beside torch on this GPU.")
    parser.add_argument("--out", type=Path, default=Path("gpu.json"), help="JSON file to write")
    parser.add_argument("--cells", nargs="+", choices=MODULES, default=list(MODULES))
    parser.add_argument("--dtypes", nargs="+", choices=DTYPES, default=DTYPES)
    parser.add_argument("--seconds", type=float, default=0.5, help="of timing, a case and mode")
    parser.add_argument("--unroll", type=int, default=0, help="largest T for torch.compile")
    parser.add_argument("--full", action="store_true", help="every combination of sizes")
    parser.add_argument("--tiny", action="store_true", help="tiny sizes: does it run at all")
    options = parser.parse_args()
    if DEVICE == "cpu" and os.environ.get("TRITON_INTERPRET") != "1":
        parser.error("no GPU is here; TRITON_INTERPRET=1 with --tiny tries the code without one")
    report: dict[str, Any] = {
        "device": device(),
        "versions": versions(),
        "settings": {"seconds": options.seconds, "float32_products": gpu_launch.precision()},
        "cells": [],
    }
    print(json.dumps({name: report[name] for name in ("device", "versions", "settings")}))
    for case in cases(options):
        print(case, end=": ", flush=True)
        report["cells"].append(measure_or_say(case, options))
        print(line(report["cells"][-1]), flush=True)
        options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print("FASTER:", *faster(report["cells"]), sep="\n    ")
    return int(any("training" not in found for found in report["cells"]))


if __name__ == "__main__":
    sys.exit(main())
