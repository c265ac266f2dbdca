"""Time the twins of the linear recurrence beside each other, and beside the memory they need.

python benchmarks/scan.py [--threads 1 2] [--runs 15]: for every shape the C++ kernels, the
parallel form and the plain loop in turns in one process, medians of milliseconds with quartiles,
and what share of the bandwidth of an elementwise product, measured in the same turns, the kernels
reach. Forward reads two arrays and writes one; backward reads three and writes two. Each result
is allocated anew, as in training.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import torch

from elman import native
from elman.ops.scan import scan

SHAPES = [(8, 2048, 256), (32, 512, 128), (8, 512, 64), (32, 200, 64), (1, 200, 64), (8, 2048, 65)]

# Arrays that go through memory.
MOVED = {"forward": 3, "training": 8}


def contestants(B: int, T: int, H: int, *, training: bool) -> dict[str, Callable[[], object]]:
    a, x = torch.rand(B, T, H), torch.randn(B, T, H)
    grad_h = torch.randn(B, T, H)
    leaves = [part.requires_grad_(training) for part in (a, x)]

    def run(twin: str) -> object:
        h, _ = scan(*leaves, twin=twin)
        return torch.autograd.grad(h, leaves, grad_h) if training else h

    found: dict[str, Callable[[], object]] = {
        twin: lambda twin=twin: run(twin) for twin in ("cpu", "parallel", "reference")
    }
    return found | {"product": lambda: torch.mul(a.detach(), x.detach())}


def measure(runners: dict[str, Callable[[], object]], runs: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in runners}
    for run in range(runs + 2):
        for name, runner in runners.items():
            start = time.perf_counter()
            runner()
            if run >= 2:
                times[name].append((time.perf_counter() - start) * 1e3)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    print(f"torch {torch.__version__}, kernels: {native.isa() or native.missing()}")
    print(
        "| B, T, H | what | threads | cpu ms | parallel ms | loop ms | "
        "parallel / cpu | loop / cpu | of a product's bandwidth |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for threads in options.threads:
        torch.set_num_threads(threads)
        for B, T, H in SHAPES:
            for what, arrays in MOVED.items():
                times = measure(contestants(B, T, H, training=what == "training"), options.runs)
                median = {name: statistics.median(each) for name, each in times.items()}
                cells = []
                for name in ("cpu", "parallel", "reference"):
                    low, _, high = statistics.quantiles(times[name], n=4)
                    cells.append(f"{median[name]:.2f} ({low:.2f} – {high:.2f})")
                for name in ("parallel", "reference"):
                    cells.append(f"{median[name] / median['cpu']:.1f}")
                share = (arrays / median["cpu"]) / (3 / median["product"])
                cells.append(f"{100 * share:.0f} %")
                print(f"| {B}, {T}, {H} | {what} | {threads} |", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
