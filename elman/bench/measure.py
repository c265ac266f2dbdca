"""Measure cases one after the other: check, take turns, sum up."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

from elman.bench import machine, onnx_layer
from elman.bench.contestants import OPPONENTS, contestants, refuse_if_different
from elman.bench.grid import Case
from elman.bench.timing import take_turns
from elman.errors import WorkError
from elman.judging.spread import quartiles, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["measure"]

_PAUSE = 0.005
"""Seconds: idle threads of a pool spin for about 1 to 4 ms (libgomp, ONNX Runtime)."""


def measure(
    cases: Sequence[Case],
    *,
    seconds: float = 1.0,
    seed: int = 0,
    on_case: Callable[[Case], None] = lambda case: None,
) -> dict[str, Any]:
    """Time every case beside torch and, where it can, ONNX Runtime.

    Args:
        cases: as `grid.choose` gives them.
        seconds: of timing for each.
        seed: of weights, inputs and intervals.
        on_case: called before each.

    Returns:
        The report as JSON has it. `cells` has one object for each case: its sizes, `flops`,
        `rounds`, `floor_ms` (its flops at the measured peak), `share_of_peak`, and for `elman` and
        each opponent the median `ms` with `quartiles` and `best`, for opponents also `ratio`, the
        median of their time over elman's within a round, with `ratio_ci95`. `refused` has the
        cases that were not timed because results differ.
    """
    where = machine.describe()
    cells, refused = [], []
    peaks: dict[int, float] = {}
    with _threads_restored():
        for case in cases:
            on_case(case)
            torch.set_num_threads(case.threads)
            # Before every case, and the best of all: a neighbour does not lower the ceiling.
            if (peak := machine.fma_peak(case.threads)) is not None:
                peaks[case.threads] = max(peak, peaks.get(case.threads, 0.0))
            try:
                cells.append(_cell(case, seconds, seed))
            except WorkError as error:
                refused.append({"cell": dataclasses.asdict(case), "reason": str(error)})
    for cell in cells:
        ceiling = peaks.get(cell["threads"])
        floor = None if ceiling is None else cell["flops"] / ceiling * 1e3
        cell["floor_ms"] = floor
        cell["share_of_peak"] = None if floor is None else floor / cell["elman"]["ms"]
    return {
        "machine": where,
        "versions": machine.versions(),
        "settings": {"seconds": seconds, "seed": seed, "dtype": "float32"},
        "onnxruntime_missing": onnx_layer.missing(),
        "peak_gflops": {str(n): round(peak / 1e9, 1) for n, peak in peaks.items()},
        "cells": cells,
        "refused": refused,
    }


def _cell(case: Case, seconds: float, seed: int) -> dict[str, Any]:
    found = contestants(case, seed)
    refuse_if_different(case, found)
    calls = {name: contestant.run for name, contestant in found.items()}
    samples = take_turns(calls, seconds, pause=_PAUSE if case.threads > 1 else 0.0)
    ours = samples["elman"]
    cell: dict[str, Any] = dataclasses.asdict(case) | {
        "steps": case.steps,
        "flops": case.flops,
        "rounds": len(ours),
        "twin": found["elman"].twin,
    }
    for name in ("elman", *OPPONENTS):
        if name not in samples:
            continue
        median, low, high = quartiles(samples[name])
        best = min(samples[name])
        cell[name] = {"ms": median * 1e3, "quartiles": [low * 1e3, high * 1e3], "best": best * 1e3}
        if name != "elman":
            median, low, high = ratio(ours, samples[name], seed=seed)
            cell[name] |= {"ratio": median, "ratio_ci95": [low, high]}
    return cell


@contextmanager
def _threads_restored() -> Iterator[None]:
    before = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(before)
